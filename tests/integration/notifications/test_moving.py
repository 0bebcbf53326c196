"""Being told at another address, once that one agrees."""

from __future__ import annotations

import re
from datetime import timedelta

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
from jobs_domain.identifiers import SubscriptionId
from notifications.models import AddressChange, DigestPlan, Notification
from notifications.preferences import moving
from notifications.preferences.links import manage_url
from tests.integration.notifications.rows import every_row
from tests.integration.notifications.world import BETTER_PAID, announce, ask, follow, html, recipients, show, work
from tests.unit.examples import ANA, GERMAN, REMOTE_PYTHON

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
    show(BETTER_PAID)
    assert recipients(work()) == [NEW.for_the_wire]
    # pressed twice
    assert client.post(link_in(message)).status_code == 200
    assert followed_by(NEW) == 2


def test_what_waits_to_be_sent_goes_to_the_new_address(client: Client) -> None:
    link = link_in(asked(client, follow(ANA)))
    show(BETTER_PAID)
    announce()
    client.post(link)
    assert recipients(work()) == [NEW.for_the_wire]


def test_what_both_follow_is_told_once(client: Client) -> None:
    reader = follow(ANA)
    follow(NEW)
    client.post(link_in(asked(client, reader)))
    show(BETTER_PAID)
    assert recipients(work()) == [NEW.for_the_wire]


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
    assert (followed_by(ANA), followed_by(NEW)) == (1, 0)


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
