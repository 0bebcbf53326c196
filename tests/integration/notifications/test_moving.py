"""Being told at another address, once that one agrees."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from adapters import board
from adapters.models import HourlyCount, SubscriptionRecord
from adapters.tokens import LIFETIME, Purpose, sign_dated
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import LanguageCode, SubscriptionId
from jobs_domain.topics import JobSearch
from notifications import addresses, bounces, status, suppression
from notifications.models import AddressChange, Delivery, DigestPlan, Kind, Notification, Suppression, WhyNot
from notifications.preferences import moving
from notifications.preferences.links import manage_url
from tests.integration.notifications.rows import every_row
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import BETTER_PAID, announce, ask, follow, html, recipients, show, work
from tests.unit.examples import ANA, BEN, ENGLISH, GERMAN, NOW, REMOTE_PYTHON

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NEW = EmailAddress("Anna@New.example")


@pytest.fixture(autouse=True)
def a_posting() -> None:
    show()


def page_of(subscription_id: SubscriptionId) -> str:
    return f"{manage_url(subscription_id)}address/".removeprefix("http://testserver")


def asked(client: Client, subscription_id: SubscriptionId, new: str = NEW.value) -> EmailMultiAlternatives:
    answer = client.post(page_of(subscription_id), {"address": new})
    assert answer.status_code == 200
    (message,) = work()
    return message


def link_in(message: EmailMultiAlternatives) -> str:
    (found,) = re.findall(r"http://testserver(\S*/subscriptions/move/\S+/)", str(message.body))
    assert found in html(message)
    return str(found)


def moved(client: Client, subscription_id: SubscriptionId) -> list[EmailMultiAlternatives]:
    """Asked for and agreed to; gives what is sent then."""
    assert client.post(link_in(asked(client, subscription_id))).status_code == 200
    return work()


def followed_by(address: EmailAddress) -> int:
    return SubscriptionRecord.objects.filter(address_key=address.key, state="CONFIRMED").count()


def test_all_moves_once_the_new_address_agrees_and_not_before(client: Client) -> None:
    reader = follow(ANA, language=GERMAN)
    follow(ANA, REMOTE_PYTHON, frequency=Frequency.DAILY)
    message = asked(client, reader)
    assert message.to == [NEW.for_the_wire]
    assert message.subject == "Bestätigen Sie Ihre neue Adresse"
    assert ANA.value.lower() not in (str(message.body) + html(message)).lower()
    before = every_row()
    assert client.get(link_in(message)).status_code == client.head(link_in(message)).status_code == 200
    assert every_row() == before
    assert (followed_by(ANA), followed_by(NEW)) == (2, 0)
    answer = client.post(link_in(message))
    assert "/subscriptions/manage/" in answer.content.decode()
    assert (followed_by(ANA), followed_by(NEW)) == (0, 2)
    assert recipients(work()) == [ANA.for_the_wire]
    show(BETTER_PAID)
    assert recipients(work()) == [NEW.for_the_wire]
    # pressed twice
    assert client.post(link_in(message)).status_code == 200
    assert followed_by(NEW) == 2
    # and opened once more: there is nothing to be asked any more
    again = client.get(link_in(message)).content.decode()
    assert "<button" not in again
    assert "/subscriptions/manage/" in again


def test_what_waits_to_be_sent_goes_to_the_new_address(client: Client) -> None:
    link = link_in(asked(client, follow(ANA)))
    show(BETTER_PAID)
    announce()
    client.post(link)
    assert ("Pay raised: Baker at Bread & Co", [NEW.for_the_wire]) in [(each.subject, each.to) for each in work()]


def test_what_both_follow_is_told_once(client: Client) -> None:
    reader = follow(ANA)
    follow(NEW)
    moved(client, reader)
    show(BETTER_PAID)
    assert recipients(work()) == [NEW.for_the_wire]


@pytest.mark.parametrize(
    ("language", "subject", "when"),
    [
        (ENGLISH, "We write to another address now", "2 March 2026, 10:30 (Berlin time)"),
        (GERMAN, "Wir schreiben jetzt an eine andere Adresse", "2. März 2026, 10:30 Uhr (Ortszeit Berlin)"),
    ],
    ids=["English", "German"],
)
def test_the_old_address_is_told_once_when_that_was_and_not_where_to(
    client: Client, settings: LazySettings, language: LanguageCode, subject: str, when: str
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    reader = follow(ANA, language=language)
    follow(ANA, REMOTE_PYTHON, language=language)
    link = link_in(asked(client, reader))
    client.post(link)
    (message,) = work()
    assert (message.subject, message.to) == (subject, [ANA.for_the_wire])
    for part in (str(message.body), html(message)):
        assert when in " ".join(part.split())
        assert "anna" not in part.lower()
    assert "List-Unsubscribe" not in message.extra_headers
    # its link shows what is left at the old address
    (page,) = re.findall(r"http://testserver(\S*/subscriptions/manage/\S+/)", str(message.body))
    shown = client.get(page).content.decode()
    assert ANA.value in shown
    assert NEW.value not in shown
    client.post(link)
    assert work() == []


def test_an_old_address_that_gets_no_mail_is_not_told(client: Client) -> None:
    link = link_in(asked(client, follow(ANA)))
    suppression.suppress(ANA.key, Suppression.Reason.BOUNCED, "", NOW)
    client.post(link)
    assert work() == []
    assert followed_by(NEW) == 1
    assert Delivery.objects.get(notification__kind=Kind.MOVED).reason == WhyNot.SUPPRESSED


def test_where_nothing_was_moved_nobody_is_told(client: Client) -> None:
    reader = follow(ANA)
    link = link_in(asked(client, reader))
    board.end_subscription(subscription_id=reader)
    client.post(link)
    assert work() == []


def test_an_old_address_that_is_erased_at_once_is_not_told(client: Client) -> None:
    link = link_in(asked(client, follow(ANA)))
    client.post(link)
    board.erase_person(address=ANA)
    assert work() == []
    assert followed_by(NEW) == 1


def test_who_is_erased_at_the_new_address_is_forgotten_at_the_old_one_as_well(client: Client, server: Server) -> None:
    server.answers = {
        ANA.for_the_wire: [SMTPRecipientsRefused({ANA.for_the_wire: (550, b"user Ana at Example.org unknown")})]
    }
    left = follow(ANA, JobSearch(text="python"))
    board.end_subscription(subscription_id=left)
    reader = follow(ANA)
    show(BETTER_PAID)
    work()
    moved(client, reader)
    board.erase_person(address=NEW)
    work()
    # events name nobody
    everything = repr({table: rows for table, rows in every_row().items() if table != "adapters_outboxevent"}).lower()
    for trace in (ANA.key, "ana at", NEW.key, "python"):
        assert trace.lower() not in everything


def test_what_is_taken_away_at_the_new_address_has_what_was_held_at_the_old_one(client: Client) -> None:
    reader = follow(ANA)
    show(BETTER_PAID)
    work()
    moved(client, reader)
    follow(BEN)
    newest = SubscriptionRecord.objects.get(address_key=NEW.key)
    page = manage_url(SubscriptionId(newest.pk)).removeprefix("http://testserver")
    held = client.get(f"{page}data.json").json()
    assert {one["address"]: one["state"] for one in held["subscriptions"]} == {
        ANA.value: "ENDED",
        NEW.value: "CONFIRMED",
    }
    assert [message["kind"] for message in held["messages"]] == ["CONFIRMATION", "REVISED", "MOVE", "MOVED"]
    assert [wish["to"] for wish in held["wishes_to_move"]] == [NEW.value]
    # the old address learns nothing of what goes on at the new one
    of_the_old = client.get(f"{manage_url(reader).removeprefix('http://testserver')}data.json").json()
    assert [one["address"] for one in of_the_old["subscriptions"]] == [ANA.value]


def test_a_digest_goes_on_from_where_the_old_address_was_told(
    client: Client, clock: time_machine.Traveller, settings: LazySettings
) -> None:
    settings.TIME_ZONE, settings.DIGEST_HOUR = "UTC", 8
    link = link_in(asked(client, follow(ANA, frequency=Frequency.DAILY)))
    clock.shift(timedelta(minutes=1))
    show(BETTER_PAID)
    work()
    client.post(link)
    work()
    clock.shift(timedelta(days=1))
    (digest,) = work()
    assert digest.to == [NEW.for_the_wire]
    assert DigestPlan.objects.count() == 1


def test_known_addresses_are_answered_as_unknown_ones_are(client: Client) -> None:
    reader = follow(ANA)
    follow(EmailAddress("known@new.example"))
    answers = [client.post(page_of(reader), {"address": f"{name}@new.example"}) for name in ("known", "other")]
    first, second = (answer.content.decode().replace("other@", "known@") for answer in answers)
    hide = re.compile(r"/manage/[^/]+/")
    assert hide.sub("", first) == hide.sub("", second)
    assert recipients(work()) == ["known@new.example", "other@new.example"]


@pytest.mark.parametrize("typed", ["", "anna", "anna@new.example\nBcc: x@y.example", "ANA@example.org"])
def test_what_is_no_other_address_is_explained(client: Client, typed: str) -> None:
    page = page_of(follow(ANA))
    before = every_row()
    answer = client.post(page, {"address": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    HourlyCount.objects.filter(what="malformed").delete()  # that it was refused is counted
    assert every_row() == before


def test_to_ask_is_limited(client: Client, settings: LazySettings) -> None:
    settings.ASKS_PER_ADDRESS = 1
    page = page_of(follow(ANA))
    assert client.post(page, {"address": NEW.value}).status_code == 200
    refused = client.post(page, {"address": NEW.value})
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert recipients(work()) == [NEW.for_the_wire]


def test_only_the_link_that_was_mailed_moves_and_only_for_a_week(client: Client, clock: time_machine.Traveller) -> None:
    reader = follow(ANA)
    link = link_in(asked(client, reader))
    for token in ("nothing", sign_dated(Purpose.MANAGE, reader), sign_dated(Purpose.MOVE, reader)):
        assert client.post(f"/subscriptions/move/{token}/").status_code == 404
    clock.shift(LIFETIME + timedelta(seconds=2))
    assert client.post(link).status_code == 404
    assert moving.prune() == 1
    assert NEW.value not in repr(every_row())
    assert (followed_by(ANA), followed_by(NEW)) == (1, 0)


def test_where_the_question_went_is_not_known_after_a_week_and_is_not_taken_for_the_old_address(
    client: Client, clock: time_machine.Traveller
) -> None:
    reader = follow(ANA)
    asked(client, reader)
    question = Notification.objects.get(kind=Kind.MOVE)
    assert addresses.of(question, [reader]) == {reader: NEW.value}
    clock.shift(LIFETIME + timedelta(seconds=2))
    moving.prune()
    question.refresh_from_db()
    assert addresses.of(question, [reader]) == {}
    assert bounces.recipient_of(Delivery.objects.get(notification=question)) == ""


def test_new_addresses_that_take_no_mail_do_not_count_against_the_old_one(client: Client, server: Server) -> None:
    reader = follow(ANA)
    policy = (554, b"5.7.1 Not from you")
    for name in ("one", "two", "three"):
        address = f"{name}@new.example"
        server.answers[address] = [SMTPRecipientsRefused({address: policy})]
        client.post(page_of(reader), {"address": address})
        assert work() == []
    failed = Delivery.objects.filter(state=Delivery.State.FAILED).annotate(to=status.recipient())
    assert {each.to for each in failed} == {"one@new.example", "two@new.example", "three@new.example"}
    server.answers[ANA.for_the_wire] = [SMTPRecipientsRefused({ANA.for_the_wire: policy})]
    show(BETTER_PAID)
    assert work() == []
    assert not suppression.is_suppressed(ANA.key)


def test_what_was_ended_meanwhile_is_not_moved(client: Client) -> None:
    reader = follow(ANA)
    link = link_in(asked(client, reader))
    board.end_subscription(subscription_id=reader)
    client.post(link)
    assert followed_by(NEW) == 0


def test_of_who_is_erased_no_wish_to_move_is_kept(client: Client) -> None:
    reader = follow(ANA)
    link = link_in(asked(client, reader))
    board.erase_person(address=ANA)
    work()
    assert not AddressChange.objects.exists()
    assert client.post(link).status_code == 404


def test_the_new_address_is_forgotten_with_all_that_is_held_about_it(client: Client) -> None:
    asked(client, follow(ANA))
    stranger = ask(NEW)
    client.post(manage_url(stranger).removeprefix("http://testserver") + "erase/")
    work()
    assert not AddressChange.objects.exists()
    assert not Notification.objects.filter(contact_address=NEW.value).exists()


def test_an_address_that_was_erased_before_it_was_asked_gets_nothing(client: Client) -> None:
    client.post(page_of(follow(ANA)), {"address": NEW.value})
    client.post(manage_url(ask(NEW)).removeprefix("http://testserver") + "erase/")
    assert [message.subject for message in work()] == []
