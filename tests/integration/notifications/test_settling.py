"""Changes that follow one another soon are told in one message (A23-A26)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest
import time_machine
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from adapters import background, board, outbox
from adapters.models import OutboxEvent
from jobs_domain.changes import Change, MinorChange, NoteToFollowers
from jobs_domain.events import CloseReason, RetirementReason
from jobs_domain.identifiers import EventId
from jobs_domain.posting_details import PostingDetails, WorkplaceType
from jobs_domain.topics import PostingTopic
from notifications import mails, settling
from notifications.announcing import FAN_OUT
from notifications.fan_out import fan_out_due
from notifications.ledger import NotTold, ToBeTold, Told, told
from notifications.models import Audience, Notification, WhyNot
from notifications.postings import PostingInWords
from notifications.rendering import Mail
from tests.integration.notifications import world
from tests.integration.notifications.world import (
    BETTER_PAID,
    MINUTE,
    SETTLING,
    announce,
    as_in_the_ledger,
    ask,
    elsewhere,
    event,
    follow,
    html,
    pay,
    recipients,
    show,
    subjects,
    take_down,
    work,
)
from tests.unit.examples import ANA, BEN, DETAILS, NOW, OTHER_POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

several_writers = pytest.mark.needs_postgresql  # SQLite has one writer at a time
A_MOMENT: Final = timedelta(seconds=1)
CHEF: Final = replace(DETAILS, title="Chef")


@pytest.fixture(autouse=True)
def _an_open_posting_that_ana_follows(settings: LazySettings, clock: time_machine.Traveller) -> None:
    world.an_open_posting_that_ana_follows(settings)


def paying(minimum: int) -> PostingDetails:
    return replace(DETAILS, salary=pay(minimum, 9000))


def of_followers() -> list[Notification]:
    return list(Notification.objects.filter(audience=Audience.FOLLOWERS).order_by("occurred_at", "created_at"))


def after_settling(clock: time_machine.Traveller) -> list[EmailMultiAlternatives]:
    announce()
    clock.shift(SETTLING)
    return work()


def test_a_change_is_told_when_it_has_settled_and_not_before(clock: time_machine.Traveller) -> None:
    show(BETTER_PAID)
    assert work() == []
    clock.shift(SETTLING - A_MOMENT)
    assert work() == []
    clock.shift(A_MOMENT)
    assert subjects(work()) == ["Pay raised"]


def test_the_worker_is_asked_to_come_when_it_has_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, datetime | None]] = []
    monkeypatch.setattr(background, "wake", lambda name, at=None: asked.append((name, at)))
    settling.tell_followers(event(show(BETTER_PAID)))
    assert (FAN_OUT, NOW + SETTLING) in asked


def test_ten_publications_make_one_message_from_the_first_old_value_to_the_last_new_one(
    clock: time_machine.Traveller,
) -> None:
    changes: list[EventId] = []
    for step in range(1, 11):
        changes.append(show(paying(3000 + 100 * step)))
        assert work() == []
        clock.shift(25)
    clock.move_to(NOW + SETTLING - A_MOMENT)
    assert work() == []
    clock.shift(A_MOMENT)
    (message,) = work()
    for shown in (str(message.body), html(message)):
        assert "€3,000–3,500 a month" in shown
        assert "€4,000–9,000 a month" in shown
        assert not any(f"€{amount:,}" in shown for amount in range(3100, 4000, 100))
    clock.shift(SETTLING)
    assert work() == []
    *merged, last = of_followers()
    assert [each.withheld for each in merged] == [WhyNot.MERGED] * 9
    assert {each.merged_into for each in merged} == {last.pk}
    assert {(each.subject, each.text, each.html) for each in merged} == {("", "", "")}
    assert {str(of.event_id) for of in of_followers()} == {str(change) for change in changes}


def test_values_changed_and_changed_back_make_no_message(clock: time_machine.Traveller) -> None:
    changes = [show(BETTER_PAID), show(paying(4000)), show(replace(paying(4000), title="Chef")), show()]
    assert after_settling(clock) == []
    clock.shift(SETTLING)
    assert work() == []
    follower = ask(ANA)
    assert [told(follower, change) for change in changes] == [NotTold(why=WhyNot.CHANGED_BACK)] * 4


def test_after_something_was_changed_back_the_next_change_is_news_again(clock: time_machine.Traveller) -> None:
    show(BETTER_PAID)
    show()
    announce()
    clock.shift(MINUTE)
    show(CHEF)
    announce()
    clock.move_to(NOW + SETTLING)
    assert work() == []
    clock.move_to(NOW + MINUTE + SETTLING)
    assert subjects(work()) == ["Title changed"]


def test_what_comes_after_the_settling_time_is_told_by_itself(clock: time_machine.Traveller) -> None:
    show(BETTER_PAID)
    first = after_settling(clock)
    show(paying(4000))
    second = after_settling(clock)
    assert (len(first), len(second)) == (1, 1)
    assert "€3,200–3,600 a month" in str(second[0].body)


def test_a_change_just_as_the_first_one_has_settled_is_told_by_itself(clock: time_machine.Traveller) -> None:
    show(BETTER_PAID)
    announce()
    clock.shift(SETTLING)
    show(replace(BETTER_PAID, title="Chef"))
    announce()
    assert subjects(work()) == ["Pay raised"]
    clock.shift(SETTLING)
    assert subjects(work()) == ["Title changed"]


@pytest.mark.parametrize("reason", CloseReason)
def test_closing_absorbs_the_change_before_and_is_told_once(reason: CloseReason, clock: time_machine.Traveller) -> None:
    show(BETTER_PAID, note=NoteToFollowers("We pay more."))
    announce()
    clock.shift(MINUTE)
    show(BETTER_PAID, closed=reason, note=NoteToFollowers("And we are done."))
    (message,) = after_settling(clock)
    assert str(message.subject).startswith("Closed")
    body = str(message.body)
    assert "€3,200–3,600 a month" in body
    assert "> We pay more.\n>\n> And we are done.\n" in body


@pytest.mark.parametrize("reason", RetirementReason)
def test_taking_down_absorbs_the_change_before_and_is_told_once(
    reason: RetirementReason, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID)
    announce()
    take_down(reason)
    (message,) = after_settling(clock)
    assert subjects([message]) == ["Taken down"]
    words = " ".join(str(message.body).split())
    assert "Shortly before, it had changed: Pay before €3,000–3,500 a month" in words


def test_a_minor_change_alone_is_told_nobody_and_does_not_hold_up_what_follows(clock: time_machine.Traveller) -> None:
    minor = show(CHEF, note=MinorChange())
    announce()
    clock.shift(MINUTE)
    show(replace(CHEF, salary=BETTER_PAID.salary))
    (message,) = after_settling(clock)
    assert subjects([message]) == ["Pay raised"]
    assert "Baker" not in str(message.body)
    assert told(ask(ANA), minor) == NotTold(why=WhyNot.MINOR)


def test_a_minor_change_brings_what_waits_up_to_date_and_adds_nothing_to_it(clock: time_machine.Traveller) -> None:
    first = show(paying(4000))
    announce()
    minor = show(replace(paying(4100), title="Chef"), note=MinorChange())
    (message,) = after_settling(clock)
    assert subjects([message]) == ["Pay raised"]
    assert "€4,100–9,000" in str(message.body)
    assert "Title" not in str(message.body)
    account = told(ask(ANA), minor)
    assert isinstance(account, Told)
    assert told(ask(ANA), first) == account


def test_a_minor_change_that_leads_back_takes_the_message_away(clock: time_machine.Traveller) -> None:
    show(BETTER_PAID)
    announce()
    show(note=MinorChange())
    assert after_settling(clock) == []


def test_closing_by_mistake_is_told_nobody(clock: time_machine.Traveller) -> None:
    closing = show(closed=CloseReason.FILLED)
    announce()
    clock.shift(MINUTE)
    reopening = show()
    assert after_settling(clock) == []
    assert told(ask(ANA), closing) == told(ask(ANA), reopening) == NotTold(why=WhyNot.CHANGED_BACK)


def test_taking_down_and_publishing_again_tells_what_is_different(clock: time_machine.Traveller) -> None:
    take_down()
    announce()
    show(BETTER_PAID)
    assert subjects(after_settling(clock)) == ["Pay raised"]


def test_closing_and_taking_down_is_told_as_the_latter(clock: time_machine.Traveller) -> None:
    show(closed=CloseReason.FILLED)
    announce()
    take_down()
    assert subjects(after_settling(clock)) == ["Taken down"]


@pytest.mark.parametrize("revised_meanwhile", [False, True])
def test_followers_of_a_posting_that_was_down_hear_that_it_is_open_though_it_came_back_closed(
    clock: time_machine.Traveller, revised_meanwhile: bool
) -> None:
    take_down()
    assert subjects(after_settling(clock)) == ["Taken down"]
    show(closed=CloseReason.FILLED)
    follow(ANA)
    if revised_meanwhile:
        show(BETTER_PAID, closed=CloseReason.FILLED)
        announce()
    show()
    assert subjects(after_settling(clock)) == ["Open again"]


def test_followers_of_a_closed_posting_hear_nothing_if_it_is_closed_again_at_once(
    clock: time_machine.Traveller,
) -> None:
    show(closed=CloseReason.FILLED)
    assert subjects(after_settling(clock)) == ["Closed (filled)"]
    show(BETTER_PAID, closed=CloseReason.FILLED)
    assert subjects(after_settling(clock)) == ["Pay raised"]
    show(BETTER_PAID)
    announce()
    show(BETTER_PAID, closed=CloseReason.WITHDRAWN)
    assert after_settling(clock) == []


def test_closing_reopening_and_taking_down_are_each_told_once_when_they_are_apart(
    clock: time_machine.Traveller,
) -> None:
    show(closed=CloseReason.FILLED)
    assert subjects(after_settling(clock)) == ["Closed (filled)"]
    show()
    assert subjects(after_settling(clock)) == ["Open again"]
    take_down()
    assert subjects(after_settling(clock)) == ["Taken down"]
    show()
    assert subjects(after_settling(clock)) == []


def test_without_a_settling_time_each_change_is_told_at_once(settings: LazySettings) -> None:
    settings.SETTLING_TIME = 0
    show(BETTER_PAID)
    show(CHEF)
    show(CHEF, closed=CloseReason.FILLED)
    assert sorted(subjects(work())) == ["2 changes", "Closed (filled)", "Pay raised"]


def test_a_worker_that_was_down_for_days_tells_what_it_would_have_told(clock: time_machine.Traveller) -> None:
    for step in range(1, 11):
        show(paying(3000 + 100 * step))
        clock.shift(20)
    clock.shift(timedelta(days=1))
    show(paying(5000))
    show(paying(4000))
    clock.shift(timedelta(days=1))
    show(paying(4000), closed=CloseReason.FILLED)
    clock.shift(timedelta(days=1))
    first, last = work()
    assert "now     €4,000–9,000 a month" in str(first.body)
    assert subjects([last]) == ["Closed (filled)"]


def test_what_was_withheld_stays_so_however_late_the_next_change_is_handled(clock: time_machine.Traveller) -> None:
    minor = show(CHEF, note=MinorChange())
    back = [show(replace(CHEF, salary=BETTER_PAID.salary)), show(CHEF)]
    show(replace(CHEF, workplace_type=WorkplaceType.REMOTE))
    clock.shift(timedelta(days=3))
    assert subjects(work()) == ["Now remote"]
    follower = ask(ANA)
    assert told(follower, minor) == NotTold(why=WhyNot.MINOR)
    assert [told(follower, change) for change in back] == [NotTold(why=WhyNot.CHANGED_BACK)] * 2


def test_a_worker_that_fans_out_between_two_events_of_long_ago_tells_both_at_once(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = show(BETTER_PAID), show(replace(BETTER_PAID, title="Chef"))
    clock.shift(timedelta(days=3))
    settling.tell_followers(event(first))
    assert fan_out_due() == 1
    settling.tell_followers(event(second))
    assert subjects(work()) == ["2 changes"]


def test_changes_of_two_postings_are_two_messages(clock: time_machine.Traveller) -> None:
    show(posting_id=OTHER_POSTING_ID)
    follow(BEN, PostingTopic(OTHER_POSTING_ID))
    show(BETTER_PAID)
    show(CHEF, posting_id=OTHER_POSTING_ID)
    messages = after_settling(clock)
    assert recipients(messages) == [ANA.for_the_wire, BEN.for_the_wire]
    assert sorted(subjects(messages)) == ["Pay raised", "Title changed"]


@pytest.mark.parametrize("is_through", [True, False])
def test_a_change_that_comes_when_the_first_is_being_sent_is_told_by_itself(
    clock: time_machine.Traveller, is_through: bool
) -> None:
    show(BETTER_PAID)
    announce()
    clock.shift(MINUTE)
    second = event(show(replace(BETTER_PAID, title="Chef")))
    clock.move_to(NOW + SETTLING)
    fan_out_due()
    if not is_through:
        reached = Notification.objects.exclude(fanned_out_up_to=None).get()
        Notification.objects.filter(pk=reached.pk).update(fanned_out_at=None)
    settling.tell_followers(second)
    clock.shift(SETTLING)
    assert subjects(work()) == ["Pay raised", "Title changed"]


@several_writers
@pytest.mark.django_db(transaction=True)
def test_no_deliveries_are_made_of_a_notification_while_it_is_merged(clock: time_machine.Traveller) -> None:
    show(BETTER_PAID)
    announce()
    second = event(show(replace(BETTER_PAID, title="Chef")))
    with ThreadPoolExecutor(1) as other_worker:
        with transaction.atomic():
            settling.tell_followers(second)
            clock.move_to(NOW + SETTLING)
            assert other_worker.submit(elsewhere(fan_out_due)).result() == 0
        assert other_worker.submit(elsewhere(fan_out_due)).result() == 1
    assert subjects(work()) == ["2 changes"]


@several_writers
@pytest.mark.django_db(transaction=True)
def test_nothing_is_merged_into_a_notification_of_which_deliveries_are_being_made(
    clock: time_machine.Traveller,
) -> None:
    show(BETTER_PAID)
    announce()
    clock.shift(MINUTE)
    second = event(show(replace(BETTER_PAID, title="Chef")))
    clock.move_to(NOW + SETTLING)
    with ThreadPoolExecutor(1) as other_worker:
        with transaction.atomic():
            assert fan_out_due() == 1
            telling = other_worker.submit(elsewhere(lambda: settling.tell_followers(second)))
            assert wait([telling], timeout=0.5).not_done
        telling.result()
    clock.shift(MINUTE)
    assert subjects(work()) == ["Pay raised", "Title changed"]


@several_writers
@pytest.mark.django_db(transaction=True)
def test_two_workers_that_handle_two_changes_at_the_same_time_make_one_message(clock: time_machine.Traveller) -> None:
    first, second = event(show(BETTER_PAID)), event(show(replace(BETTER_PAID, title="Chef")))
    with ThreadPoolExecutor(1) as other_worker:
        with transaction.atomic():
            settling.tell_followers(second)
            telling = other_worker.submit(elsewhere(lambda: settling.tell_followers(first)))
            assert wait([telling], timeout=0.5).not_done
        telling.result()
    assert subjects(after_settling(clock)) == ["2 changes"]


def test_the_ledger_answers_for_every_change_that_was_merged(clock: time_machine.Traveller) -> None:
    follower = ask(ANA)
    changes = [show(paying(amount)) for amount in (4000, 4100, 4200)]
    announce()
    assert [told(follower, change) for change in changes] == [ToBeTold(next_attempt_at=NOW + SETTLING)] * 3
    (message,) = after_settling(clock)
    for change in changes:
        account = told(follower, change)
        assert isinstance(account, Told)
        assert (account.at, account.text) == (NOW + SETTLING, as_in_the_ledger(str(message.body)))


def test_who_began_to_follow_between_two_merged_changes_is_told_of_both(clock: time_machine.Traveller) -> None:
    change = show(BETTER_PAID)
    announce()
    follower = ask(BEN)
    work()
    clock.shift(MINUTE)
    board.confirm_subscription(subscription_id=follower)
    clock.shift(MINUTE)
    show(replace(BETTER_PAID, title="Chef"))
    messages = [message for message in after_settling(clock) if subjects([message]) == ["2 changes"]]
    assert recipients(messages) == [ANA.for_the_wire, BEN.for_the_wire]
    assert isinstance(told(follower, change), Told)


def test_a_clock_that_is_set_back_leaves_nobody_out_who_followed_in_time(clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=1))
    follow(BEN)
    show(paying(3100))
    announce()
    clock.shift(timedelta(hours=-1))
    show(paying(3200))
    announce()
    clock.shift(timedelta(hours=2))
    assert recipients(work()) == [ANA.value, BEN.value]


def test_messages_that_somebody_is_waiting_for_never_settle() -> None:
    follower = ask(BEN)
    assert subjects(work()) == ["Confirm"]
    board.confirm_subscription(subscription_id=follower)
    assert subjects(work()) == ["New follower"]


def test_handling_merged_events_again_changes_nothing(clock: time_machine.Traveller) -> None:
    events = [event(show(BETTER_PAID)), event(show(CHEF)), event(show(CHEF, closed=CloseReason.FILLED))]
    announce()
    before = list(Notification.objects.order_by("pk").values())
    for again in (*events, *reversed(events)):
        settling.tell_followers(again)
    assert list(Notification.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1)])
def test_events_that_come_out_of_order_make_the_same_message(
    clock: time_machine.Traveller, order: tuple[int, ...]
) -> None:
    changes = [show(BETTER_PAID), show(replace(BETTER_PAID, title="Chef")), show(CHEF)]
    for place in order:
        settling.tell_followers(event(changes[place]))
    assert subjects(after_settling(clock)) == ["Title changed"]
    assert [each.withheld for each in of_followers()].count("") == 1
    assert {told(ask(ANA), change) for change in changes} == {told(ask(ANA), changes[2])}


def test_an_event_that_comes_when_later_ones_were_told_long_ago_is_told_by_itself(
    clock: time_machine.Traveller,
) -> None:
    late = event(show(BETTER_PAID))
    clock.shift(timedelta(days=1))
    settling.tell_followers(event(show(replace(BETTER_PAID, title="Chef"))))
    clock.shift(SETTLING)
    fan_out_due()
    settling.tell_followers(late)
    assert sorted(subjects(work())) == ["Pay raised", "Title changed"]


@pytest.mark.parametrize("damage", [{"format_version": 99}, {"name": "Nonsense"}, {"name": "SubscriptionErased"}])
def test_where_an_event_cannot_be_read_any_more_the_next_is_told_by_itself(
    clock: time_machine.Traveller, damage: dict[str, int | str]
) -> None:
    first = show(BETTER_PAID)
    show(replace(BETTER_PAID, title="Chef"))
    announce()
    OutboxEvent.objects.filter(event_id=first).update(**damage)
    show(replace(BETTER_PAID, title="Chef", workplace_type=WorkplaceType.REMOTE))
    assert sorted(subjects(after_settling(clock))) == ["2 changes", "Now remote"]


def test_where_nobody_knows_the_state_before_the_last_one_is_told(clock: time_machine.Traveller) -> None:
    show(closed=CloseReason.FILLED)
    announce()
    OutboxEvent.objects.filter(name="PostingPublished").delete()
    show()
    assert subjects(after_settling(clock)) == ["Open again"]


@pytest.fixture
def no_words_for_two_changes(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Until it is undone, a message of two changes cannot be written."""
    words = mails.revised

    def revised(posting: PostingInWords, changes: tuple[Change, ...], *notes: NoteToFollowers) -> Mail:
        if len(changes) == 2:
            raise LookupError("no words")
        return words(posting, changes, *notes)

    with monkeypatch.context() as patch:
        patch.setattr(mails, "revised", revised)
        yield patch


def test_an_event_that_cannot_be_told_does_not_keep_its_neighbours_from_being_told(
    clock: time_machine.Traveller, no_words_for_two_changes: pytest.MonkeyPatch
) -> None:
    impossible = event(show(replace(BETTER_PAID, title="Chef")))
    settling.tell_followers(event(show(replace(BETTER_PAID, title="Cook"))))
    clock.shift(SETTLING)
    assert subjects(work()) == ["Title changed"]
    no_words_for_two_changes.undo()
    settling.tell_followers(impossible)
    assert subjects(work()) == ["2 changes"]


def test_dispatching_again_after_a_failure_tells_everything_once(
    clock: time_machine.Traveller, no_words_for_two_changes: pytest.MonkeyPatch
) -> None:
    show(replace(BETTER_PAID, title="Chef"))
    announce()
    no_words_for_two_changes.undo()
    show(CHEF)
    announce()
    clock.shift(outbox.pause_after(1))
    announce()
    clock.move_to(NOW + SETTLING)
    assert subjects(work()) == ["Title changed"]
