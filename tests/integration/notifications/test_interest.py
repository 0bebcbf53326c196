"""Still interested? Asked once after a year, ended a month later."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import pytest
import time_machine
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from adapters import board
from adapters.models import SubscriptionRecord
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.topics import JobSearch
from notifications import suppression
from notifications.asking import ask_due
from notifications.models import Delivery, InterestPlan, Kind, Lane, Notification, Suppression, WhyNot
from notifications.preferences.links import leave_all_url, manage_url
from notifications.pruning import prune_deliveries
from tests.integration.notifications.people import words
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import announce, ask, follow, html, show, work
from tests.unit.examples import ANA, BEN, GERMAN, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

YEAR: Final = timedelta(days=365)
MONTH: Final = timedelta(days=30)
DAY: Final = timedelta(days=1)
BAKERS: Final = JobSearch(text="baker")


def states_of(address: EmailAddress = ANA) -> list[tuple[str, str]]:
    """State and reason of the end of each subscription, the oldest first."""
    records = SubscriptionRecord.objects.filter(address_key=address.key).order_by("added_at")
    return list(records.values_list("state", "end_reason"))


def path(message: EmailMultiAlternatives, page: str) -> str:
    """The link to the page in the mail, the same in both parts."""
    (in_text,) = re.findall(rf"http://testserver(/[^\s]*/{page}/[^\s]+)", str(message.body))
    assert f'href="http://testserver{in_text}"' in html(message)
    return str(in_text)


def asked(clock: time_machine.Traveller, address: EmailAddress = ANA) -> EmailMultiAlternatives:
    """Somebody who follows a posting and a search is silent for a year, and gets the question."""
    show()
    follow(address)
    follow(address, BAKERS, frequency=Frequency.WEEKLY)
    clock.shift(YEAR)
    (message,) = work()
    return message


def test_who_gives_no_sign_for_a_year_is_asked_once_and_let_go_a_month_later(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    clock.shift(YEAR - timedelta(seconds=1))
    assert work() == []
    clock.shift(timedelta(seconds=1))
    (question,) = work()
    assert question.to == [ANA.for_the_wire]
    for _ in range(29):
        clock.shift(DAY)
        assert work() == []
    assert states_of() == [("CONFIRMED", "")]
    clock.shift(DAY)
    assert work() == []
    assert states_of() == [("ENDED", EndReason.NO_ANSWER.value)]
    assert not InterestPlan.objects.exists()
    clock.shift(2 * YEAR)
    assert work() == []


def test_one_mail_names_all_that_is_followed_and_says_what_comes_of_silence(clock: time_machine.Traveller) -> None:
    message = asked(clock)
    assert message.subject == "Are you still interested in what you follow?"
    for part in (str(message.body), html(message)):
        said = " ".join(part.split())
        assert "Baker at Bread &amp; Co" in said or "Baker at Bread & Co" in said
        assert "baker" in said
        assert "If we hear nothing within 30 days, all of this ends by itself" in said
        assert "because you follow what it names" in said
    assert Notification.objects.get(kind=Kind.INTEREST).lane == Lane.DIGEST


def test_the_question_is_in_the_language_of_what_is_followed(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA, language=GERMAN)
    clock.shift(YEAR)
    (message,) = work()
    assert message.subject == "Möchten Sie weiter bekommen, was Sie abonniert haben?"
    assert "/de/subscriptions/keep/" in str(message.body)


def test_each_follower_is_asked_by_themselves(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    clock.shift(DAY)
    follow(BEN)
    clock.shift(YEAR - DAY)
    (first,) = work()
    assert first.to == [ANA.for_the_wire]
    clock.shift(DAY)
    (second,) = work()
    assert second.to == [BEN.for_the_wire]
    clock.shift(MONTH - DAY)
    work()
    assert (states_of(ANA), states_of(BEN)) == ([("ENDED", EndReason.NO_ANSWER.value)], [("CONFIRMED", "")])


def test_one_button_keeps_all(client: Client, clock: time_machine.Traveller) -> None:
    link = path(asked(clock), "keep")
    page = client.get(link)
    assert page.content.count(b"<button") == 1
    assert "Yes, keep on" in words(page)
    clock.shift(MONTH - timedelta(hours=1))
    assert "All goes on" in words(client.post(link))
    assert "All goes on" in words(client.post(link))
    clock.shift(YEAR - timedelta(hours=1))
    assert work() == []
    assert states_of() == [("CONFIRMED", ""), ("CONFIRMED", "")]
    clock.shift(timedelta(hours=1))
    (again,) = work()
    assert again.subject.startswith("Are you still interested")


def test_opening_the_links_is_no_answer(client: Client, clock: time_machine.Traveller) -> None:
    """Mail scanners open every link."""
    message = asked(clock)
    for page in ("keep", "leave-all", "manage"):
        assert client.get(path(message, page)).status_code == 200
    clock.shift(MONTH)
    work()
    assert states_of() == [("ENDED", EndReason.NO_ANSWER.value)] * 2


def test_a_new_subscription_is_an_answer(clock: time_machine.Traveller) -> None:
    asked(clock)
    clock.shift(MONTH - DAY)
    follow(ANA, JobSearch(text="chef"), frequency=Frequency.DAILY)
    clock.shift(YEAR - DAY)
    assert work() == []
    assert {state for state, _ in states_of()} == {"CONFIRMED"}


def test_a_request_that_anybody_can_make_is_no_answer(clock: time_machine.Traveller) -> None:
    asked(clock)
    ask(ANA, JobSearch(text="chef"), frequency=Frequency.DAILY)
    work()
    clock.shift(MONTH)
    work()
    assert states_of() == [("ENDED", EndReason.NO_ANSWER.value)] * 2 + [("PENDING", "")]


@pytest.mark.parametrize("sent", [{"keep": "yes"}, {"change": ""}, {"end": "{the search}"}])
def test_whatever_is_done_on_the_preference_page_is_an_answer(
    client: Client, clock: time_machine.Traveller, sent: dict[str, str]
) -> None:
    show()
    posting = follow(ANA)
    search = follow(ANA, BAKERS, frequency=Frequency.WEEKLY)
    clock.shift(YEAR)
    (message,) = work()
    page = path(message, "manage")
    assert "If you do not answer, all that we asked about ends on 1 Apr 2027." in words(client.get(page))
    clock.shift(DAY)
    answer = client.post(page, {name: value.format(**{"the search": search}) for name, value in sent.items()})
    assert answer.status_code == 303
    assert "If you do not answer" not in words(client.get(page))
    clock.shift(MONTH)
    work()
    assert SubscriptionRecord.objects.get(pk=posting).state == "CONFIRMED"


def test_the_preference_page_keeps_somebody_from_being_asked(client: Client, clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    clock.shift(YEAR - DAY)
    client.post(manage_url(reader).removeprefix("http://testserver"), {"keep": "yes"})
    clock.shift(YEAR - DAY)
    assert work() == []
    clock.shift(DAY)
    assert len(work()) == 1


def test_other_wishes_are_an_answer_whatever_brought_them_about(clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    clock.shift(YEAR)
    work()
    board.change_wishes(subscription_id=reader, wishes=wishes(language=GERMAN))
    clock.shift(MONTH)
    work()
    assert states_of() == [("ENDED", EndReason.REPLACED.value), ("CONFIRMED", "")]


def test_events_that_are_late_let_nobody_go(clock: time_machine.Traveller) -> None:
    """What was done is in the records, even if no listener has heard of it."""
    show()
    reader = follow(ANA)
    clock.shift(YEAR)
    work()
    clock.shift(MONTH - DAY)
    board.change_wishes(subscription_id=reader, wishes=wishes(language=GERMAN))
    InterestPlan.objects.update(subscription_id=SubscriptionRecord.objects.get(state="CONFIRMED").pk)
    clock.shift(DAY)
    ask_due()
    assert states_of() == [("ENDED", EndReason.REPLACED.value), ("CONFIRMED", "")]


def test_an_event_that_is_heard_long_after_does_not_take_back_the_question(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    late = ask(ANA, BAKERS, frequency=Frequency.WEEKLY)
    work()
    clock.shift(timedelta(hours=1))
    board.confirm_subscription(subscription_id=late)
    clock.shift(YEAR)
    ask_due()
    assert len([message for message in work() if message.subject.startswith("Are you still")]) == 1
    clock.shift(MONTH)
    assert work() == []
    assert states_of() == [("ENDED", EndReason.NO_ANSWER.value)] * 2


def test_no_worker_for_three_years_asks_once_and_gives_the_whole_month(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    clock.shift(3 * YEAR)
    assert len(work()) == 1
    clock.shift(MONTH - timedelta(seconds=1))
    assert work() == []
    assert states_of() == [("CONFIRMED", "")]
    clock.shift(timedelta(seconds=1))
    work()
    assert states_of() == [("ENDED", EndReason.NO_ANSWER.value)]


def test_the_month_begins_when_the_mail_server_takes_the_question(
    clock: time_machine.Traveller, server: Server
) -> None:
    show()
    follow(ANA)
    server.closed = ConnectionRefusedError("away")
    clock.shift(YEAR)
    for _ in range(40):
        assert work() == []
        clock.shift(DAY)
    assert states_of() == [("CONFIRMED", "")]
    server.closed = None
    assert len(work()) == 1
    clock.shift(MONTH - timedelta(seconds=1))
    work()
    assert states_of() == [("CONFIRMED", "")]
    clock.shift(timedelta(seconds=1))
    work()
    assert states_of() == [("ENDED", EndReason.NO_ANSWER.value)]


def test_who_could_not_be_asked_is_not_let_go_but_asked_again_a_year_later(
    clock: time_machine.Traveller, server: Server
) -> None:
    show()
    follow(ANA)
    server.refuse(ANA.for_the_wire)
    clock.shift(YEAR)
    assert work() == []
    clock.shift(MONTH)
    assert work() == []
    assert states_of() == [("CONFIRMED", "")]
    server.answers.clear()
    suppression.release(ANA.key)
    clock.shift(YEAR - DAY)
    assert work() == []
    clock.shift(DAY)
    assert len(work()) == 1


def test_a_suppressed_address_is_neither_written_to_nor_let_go(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    clock.shift(YEAR)
    suppression.suppress(ANA.key, Suppression.Reason.BY_HAND, "", Notification.objects.latest("created_at").created_at)
    assert work() == []
    assert Delivery.objects.get(notification__kind=Kind.INTEREST).reason == WhyNot.SUPPRESSED
    clock.shift(MONTH)
    assert work() == []
    assert states_of() == [("CONFIRMED", "")]


def test_who_answers_before_the_question_is_sent_does_not_get_it(client: Client, clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    clock.shift(YEAR)
    announce()
    clock.shift(timedelta(minutes=1))
    client.post(manage_url(reader).removeprefix("http://testserver"), {"keep": "yes"})
    assert work() == []
    assert Delivery.objects.get(notification__kind=Kind.INTEREST).reason == WhyNot.ANSWERED


def test_a_ledger_that_forgets_soon_still_knows_that_the_question_was_sent(
    clock: time_machine.Traveller, settings: LazySettings
) -> None:
    settings.KEEP_DELIVERIES_DAYS = 1
    asked(clock)
    clock.shift(2 * DAY)
    while prune_deliveries():
        pass
    assert not Delivery.objects.exists()
    clock.shift(MONTH - timedelta(seconds=1))
    work()
    assert states_of() == [("CONFIRMED", "")] * 2
    clock.shift(timedelta(seconds=1))
    work()
    assert states_of() == [("ENDED", EndReason.NO_ANSWER.value)] * 2


def test_after_the_end_the_link_says_so_and_leads_on(client: Client, clock: time_machine.Traveller) -> None:
    link = path(asked(clock), "keep")
    clock.shift(MONTH)
    work()
    for answer in (client.get(link), client.post(link)):
        assert "You follow nothing any more" in words(answer, 410)
    assert states_of() == [("ENDED", EndReason.NO_ANSWER.value)] * 2


def test_one_click_ends_all_that_the_mail_names_and_nothing_that_came_later(
    client: Client, clock: time_machine.Traveller
) -> None:
    message = asked(clock)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert url == f"http://testserver{path(message, 'leave-all')}"
    clock.shift(timedelta(minutes=1))
    later = follow(ANA, JobSearch(text="chef"), frequency=Frequency.DAILY)
    clock.shift(YEAR / 2)
    for _ in range(2):
        answer = client.post(url.removeprefix("http://testserver"), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
    assert states_of() == [("ENDED", EndReason.UNSUBSCRIBED.value)] * 2 + [("CONFIRMED", "")]
    assert SubscriptionRecord.objects.get(state="CONFIRMED").pk == later


def test_the_page_to_leave_has_one_button(client: Client, clock: time_machine.Traveller) -> None:
    link = path(asked(clock), "leave-all")
    page = client.get(link)
    assert page.content.count(b"<button") == 1
    assert "Stop all that the mail names?" in words(page)
    assert states_of() == [("CONFIRMED", "")] * 2


def test_links_that_were_altered_or_are_for_something_else_do_nothing(
    client: Client, clock: time_machine.Traveller
) -> None:
    message = asked(clock)
    keep, leave = path(message, "keep"), path(message, "leave-all")
    for link in (
        f"{keep[:-2]}x/",
        keep.replace("/keep/", "/leave-all/"),
        leave.replace("/leave-all/", "/keep/"),
        leave_all_url(Notification.objects.exclude(kind=Kind.INTEREST)[0].pk).removeprefix("http://testserver"),
    ):
        assert "This link leads nowhere" in words(client.post(link), 404)
    assert states_of() == [("CONFIRMED", "")] * 2


def test_who_moved_is_asked_at_the_new_address_and_the_old_question_is_about_it(
    client: Client, clock: time_machine.Traveller
) -> None:
    message = asked(clock)
    new = EmailAddress("new@example.org")
    board.change_address(old=ANA, new=new)
    work()
    clock.shift(YEAR)
    (again,) = work()
    assert again.to == [new.for_the_wire]
    client.post(path(message, "leave-all"))
    assert states_of(new) == [("ENDED", EndReason.UNSUBSCRIBED.value)] * 2


def test_erasure_forgets_when_somebody_was_asked_and_about_what(client: Client, clock: time_machine.Traveller) -> None:
    message = asked(clock)
    client.post(f"{path(message, 'manage')}erase/")
    work()
    assert not InterestPlan.objects.exists()
    question = Notification.objects.get(kind=Kind.INTEREST)
    assert (question.subject, question.text, question.html, question.translations) == ("", "", "", {})
    for page in ("keep", "leave-all"):
        assert client.post(path(message, page)).status_code in {200, 410}


def test_what_is_held_about_the_address_tells_of_the_last_sign(client: Client, clock: time_machine.Traveller) -> None:
    message = asked(clock)
    held = client.get(f"{path(message, 'manage')}data.json").json()
    assert {each["last_sign_of_interest_at"] for each in held["subscriptions"]} == {"2026-03-02T09:30:00Z"}
    assert "INTEREST" in {each["kind"] for each in held["messages"]}


def test_a_board_that_wants_to_ask_nobody_asks_nobody(clock: time_machine.Traveller, settings: LazySettings) -> None:
    settings.INTEREST_AFTER_DAYS = 0
    show()
    follow(ANA)
    clock.shift(10 * YEAR)
    assert work() == []
    settings.INTEREST_AFTER_DAYS = 3 * 365
    assert len(work()) == 1


def test_what_is_over_is_planned_no_more(clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    assert [plan.pk for plan in InterestPlan.objects.all()] == [reader]
    board.end_subscription(subscription_id=reader)
    work()
    assert not InterestPlan.objects.exists()


def test_a_plan_whose_subscription_is_over_goes_when_it_is_due(clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    clock.shift(YEAR)
    board.end_subscription(subscription_id=reader)
    assert ask_due() == 1
    assert not InterestPlan.objects.exists()
    assert not Notification.objects.filter(kind=Kind.INTEREST).exists()


def test_more_than_a_mail_holds_is_counted(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.mails.MOST_FOLLOWED", 1)
    message = asked(clock)
    assert "And 1 more." in str(message.body)
    assert "And 1 more." in html(message)
