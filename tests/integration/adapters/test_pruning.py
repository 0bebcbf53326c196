"""Addresses are forgotten some time after the end; links in old mails still answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from unittest.mock import patch
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db.models import Q
from django.test import Client
from pytest_django import Settings

from adapters import board, links, pruning, tokens
from adapters.board import Whereabouts
from adapters.models import OutboxEvent, SubscriptionRecord
from adapters.tokens import Purpose
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.posting import Publication
from jobs_domain.subscription import Confirmation
from jobs_domain.topics import PostingTopic
from tests.unit.examples import ANA, BEN, DETAILS, NOW, POSTING_ID, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def asked(address: EmailAddress = ANA, posting_id: PostingId = POSTING_ID) -> SubscriptionId:
    here = Whereabouts(f"/jobs/{posting_id}/", None)
    board.observe_posting(posting_id=posting_id, seen=Publication(details=DETAILS), whereabouts=here)
    board.request_subscription(address=address, topic=PostingTopic(posting_id), wishes=wishes())
    active = SubscriptionRecord.objects.exclude(state="ENDED")
    return SubscriptionId(active.get(address_key=address.key, topic_key=f"posting:{posting_id}").pk)


def followed(address: EmailAddress = ANA, posting_id: PostingId = POSTING_ID) -> SubscriptionId:
    subscription_id = asked(address, posting_id)
    board.confirm_subscription(subscription_id=subscription_id)
    return subscription_id


def left(address: EmailAddress = ANA, posting_id: PostingId = POSTING_ID) -> SubscriptionId:
    subscription_id = followed(address, posting_id)
    board.end_subscription(subscription_id=subscription_id)
    return subscription_id


def prune() -> int:
    total = 0
    while done := pruning.prune_addresses():
        total += done
    return total


def address_of(subscription_id: SubscriptionId) -> tuple[str, str]:
    return SubscriptionRecord.objects.values_list("address", "address_key").get(pk=subscription_id)


def path(url: str) -> str:
    return url.removeprefix(django_settings.BOARD_URL)


def test_the_address_goes_after_28_days_and_not_before(clock: time_machine.Traveller) -> None:
    gone, stays = left(ANA), followed(BEN)
    clock.shift(28 * DAY)
    assert prune() == 0
    clock.shift(timedelta(seconds=1))
    assert prune() == 1
    assert address_of(gone) == ("", "")
    assert address_of(stays) == (BEN.value, BEN.key)


def test_the_time_can_be_set(clock: time_machine.Traveller, settings: Settings) -> None:
    left()
    settings.KEEP_ADDRESSES_DAYS = 3
    clock.shift(3 * DAY + timedelta(seconds=1))
    assert prune() == 1


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_the_link_to_leave_in_an_old_mail_says_that_one_no_longer_follows(
    client: Client, clock: time_machine.Traveller, method: str
) -> None:
    gone = left()
    clock.shift(29 * DAY)
    prune()
    response = getattr(client, method)(path(links.end_url(gone)))
    assert response.status_code == HTTPStatus.OK
    assert response.headers["Referrer-Policy"] == "no-referrer"
    if method != "head":
        assert "You no longer follow this" in response.content.decode()
        assert "Baker" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_link_to_confirm_in_an_old_mail_says_that_it_is_over(
    client: Client, clock: time_machine.Traveller, method: str
) -> None:
    gone = left()
    clock.shift(29 * DAY)
    prune()
    response = getattr(client, method)(path(links.confirm_url(gone)))
    assert response.status_code == HTTPStatus.GONE
    assert "Follow it again" in response.content.decode()


def test_a_new_link_cannot_be_had_for_a_request_whose_address_is_forgotten(
    client: Client, clock: time_machine.Traveller
) -> None:
    never = asked()
    clock.shift(29 * DAY)
    prune()
    response = client.post(f"/subscriptions/renew/{tokens.sign(Purpose.CONFIRM, never)}/")
    assert response.status_code == HTTPStatus.GONE
    assert SubscriptionRecord.objects.count() == 1


def test_a_request_that_was_never_confirmed_ends_and_loses_its_address(clock: time_machine.Traveller) -> None:
    never = asked()
    clock.shift(28 * DAY)
    assert prune() == 0
    clock.shift(timedelta(seconds=1))
    assert prune() > 0
    record = SubscriptionRecord.objects.get(pk=never)
    assert (record.state, record.end_reason, record.address, record.address_key) == ("ENDED", "NEVER_CONFIRMED", "", "")
    assert list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))[-1] == "SubscriptionEnded"


def test_several_requests_for_one_posting_lose_their_addresses(clock: time_machine.Traveller) -> None:
    for number in range(3):
        asked(EmailAddress(f"follower{number}@example.org"))
    clock.shift(29 * DAY)
    prune()
    assert not SubscriptionRecord.objects.exclude(address="", address_key="").exists()


def test_a_request_that_can_still_be_confirmed_is_left_alone_however_short_addresses_are_kept(
    clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.KEEP_ADDRESSES_DAYS = 1
    pending = asked()
    clock.shift(6 * DAY)
    assert prune() == 0
    assert board.confirm_subscription(subscription_id=pending) is Confirmation.CONFIRMED


def test_a_request_that_was_made_anew_loses_its_address_28_days_after_it_was_made(
    clock: time_machine.Traveller,
) -> None:
    first = asked()
    clock.shift(20 * DAY)
    second = asked()
    assert first != second
    clock.shift(9 * DAY)
    prune()
    assert address_of(first) == ("", "")
    assert address_of(second) == (ANA.value, ANA.key)


def test_a_replaced_subscription_keeps_its_address_as_long_as_the_one_that_took_its_place(
    client: Client, clock: time_machine.Traveller
) -> None:
    first = followed()
    second = board.change_wishes(subscription_id=first, wishes=wishes(Frequency.DAILY))
    third = board.change_wishes(subscription_id=second, wishes=wishes(Frequency.WEEKLY))
    clock.shift(100 * DAY)
    assert prune() == 0
    client.post(path(links.end_url(first)))
    assert SubscriptionRecord.objects.get(pk=third).state == "ENDED"
    clock.shift(29 * DAY)
    assert prune() == 3
    for one in (first, second, third):
        assert address_of(one) == ("", "")
        response = client.get(path(links.end_url(one)))
        assert response.status_code == HTTPStatus.OK
        assert "You no longer follow this" in response.content.decode()


def test_old_links_answer_also_while_half_of_a_line_is_forgotten(client: Client, clock: time_machine.Traveller) -> None:
    first = followed()
    second = board.change_wishes(subscription_id=first, wishes=wishes(Frequency.DAILY))
    board.end_subscription(subscription_id=second)
    clock.shift(29 * DAY)
    with patch.object(pruning, "SLICES", 1):
        pruning.prune_addresses()
    assert (address_of(first), address_of(second)) == ((ANA.value, ANA.key), ("", ""))
    for url in (links.end_url(first), links.end_url(second)):
        for method in (client.get, client.post):
            assert method(path(url)).status_code == HTTPStatus.OK
    assert client.get(path(links.confirm_url(first))).status_code == HTTPStatus.GONE


def test_who_left_and_was_forgotten_can_follow_again_and_be_erased(clock: time_machine.Traveller) -> None:
    left()
    clock.shift(29 * DAY)
    prune()
    again = followed()
    board.erase_person(address=ANA)
    assert not SubscriptionRecord.objects.filter(pk=again).exists()
    assert not SubscriptionRecord.objects.filter(Q(address__gt="") | Q(address_key__gt="")).exists()


def test_the_use_cases_take_a_forgotten_subscription_for_an_unknown_one(clock: time_machine.Traveller) -> None:
    gone = left()
    clock.shift(29 * DAY)
    prune()
    before = OutboxEvent.objects.count()
    assert board.confirm_subscription(subscription_id=gone) is Confirmation.OVER
    board.end_subscription(subscription_id=gone)
    board.renew_request(subscription_id=gone)
    assert OutboxEvent.objects.count() == before


def test_one_call_does_a_bounded_part_and_the_next_goes_on(clock: time_machine.Traveller) -> None:
    for number in range(5):
        left(EmailAddress(f"left{number}@example.org"))
        asked(EmailAddress(f"never{number}@example.org"), PostingId(uuid4()))
    clock.shift(29 * DAY)
    with patch.multiple(pruning, SLICE=1, SLICES=2, LAPSED=3):
        assert pruning.prune_addresses() == 5
        prune()
    assert not SubscriptionRecord.objects.exclude(address="").exists()
