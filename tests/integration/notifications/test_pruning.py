"""After the time that deliveries are kept, the ledger knows how many were told, and no longer who or with which words."""

from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pytest_django import Settings

from notifications import pruning
from notifications.models import Audience, Delivery, DeliveryAttempt, Notification, WhyNot
from tests.integration.notifications import rows
from tests.unit.examples import ANA, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DAY = timedelta(days=1)
OLD = NOW - 91 * DAY
STATES = (
    (Delivery.State.SENT, None),
    (Delivery.State.SENT, None),
    (Delivery.State.SENT, None),
    (Delivery.State.FAILED, WhyNot.REFUSED),
    (Delivery.State.FAILED, WhyNot.GAVE_UP),
    (Delivery.State.SKIPPED, WhyNot.LEFT),
    (Delivery.State.SKIPPED, WhyNot.LEFT),
)
COUNTS = {"SENT": 3, "FAILED/REFUSED": 1, "FAILED/GAVE_UP": 1, "SKIPPED/LEFT": 2}


def old(audience: Audience = Audience.FOLLOWERS) -> Notification:
    """One that ended in every way."""
    told = rows.notification(audience, at=OLD)
    for state, reason in STATES:
        delivery = rows.delivery(told, uuid4(), state, reason, at=OLD)
        DeliveryAttempt.objects.create(delivery=delivery, at=OLD, outcome="DEFERRED", answer="451 later")
    return told


def prune() -> int:
    total = 0
    while done := pruning.prune_deliveries():
        total += done
    return total


def is_empty(notification: Notification) -> bool:
    notification.refresh_from_db()
    left = notification.subject, notification.text, notification.html, notification.contact_address
    return left == ("", "", "", "")


def test_an_old_notification_keeps_its_counts_and_nothing_else() -> None:
    told = old()
    assert prune() == len(STATES) + 1
    assert is_empty(told)
    assert told.counts == COUNTS
    assert not Delivery.objects.exists()
    assert not DeliveryAttempt.objects.exists()
    assert told.occurred_at == OLD


def test_one_that_is_not_old_enough_is_kept_whole(settings: Settings) -> None:
    told = old()
    settings.KEEP_DELIVERIES_DAYS = 92
    assert prune() == 0
    assert not is_empty(told)
    assert Delivery.objects.count() == len(STATES)
    assert told.counts == {}


def test_one_with_an_unfinished_delivery_or_not_fanned_out_yet_is_kept_whole() -> None:
    waits, unfanned = old(), old()
    rows.delivery(waits, UUID(int=1), Delivery.State.WAITING)
    rows.batch(waits, UUID(int=1), UUID(int=1))
    Notification.objects.filter(pk=unfanned.pk).update(fanned_out_at=None)
    assert prune() == 0
    assert Delivery.objects.count() == 2 * len(STATES) + 1


def test_an_unfinished_delivery_is_never_deleted_even_without_a_batch() -> None:
    told = old()
    waits = rows.delivery(told, uuid4(), Delivery.State.WAITING)
    prune()
    assert Delivery.objects.get() == waits
    assert not is_empty(told)


def test_a_company_s_address_and_the_text_of_what_was_withheld_go_too() -> None:
    company = rows.notification(Audience.COMPANY, at=OLD, contact="jobs@bread.example")
    rows.delivery(company, uuid4(), at=OLD)
    merged = rows.notification(at=OLD)
    Notification.objects.filter(pk=merged.pk).update(withheld=WhyNot.MERGED)
    prune()
    assert is_empty(company)
    assert company.counts == {"SENT": 1}
    assert is_empty(merged)
    assert merged.counts == {}


def test_what_was_erased_before_is_counted_and_deleted_too() -> None:
    told = old(Audience.REQUESTER)
    Notification.objects.filter(pk=told.pk).update(subject="", text="", html="")
    prune()
    told.refresh_from_db()
    assert told.counts == COUNTS
    assert not Delivery.objects.exists()


def test_doing_it_again_counts_nothing_twice() -> None:
    told = old()
    prune()
    assert prune() == 0
    told.refresh_from_db()
    assert told.counts == COUNTS


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_slices_add_up_whatever_their_size(size: int) -> None:
    notifications = [old() for _ in range(3)]
    with patch.object(pruning, "SLICE", size), patch.object(pruning, "GROUP", 2):
        prune()
    for told in notifications:
        assert is_empty(told)
        assert told.counts == COUNTS


def test_one_call_does_a_bounded_part() -> None:
    for _ in range(3):
        old()
    with patch.object(pruning, "SLICE", 2), patch.object(pruning, "SLICES", 3):
        assert pruning.prune_deliveries() == 6
    assert Delivery.objects.count() == 3 * len(STATES) - 6


@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_it_goes_on_correctly() -> None:
    """Each slice is whole or not at all: the counts and what is left of the deliveries add up at any time."""
    told = [old(), old()]
    really_delete = pruning._delete
    deaths = 0

    def die_now_and_then(pks: list[int]) -> None:
        nonlocal deaths
        really_delete(pks)
        assert transaction.get_connection().in_atomic_block
        if deaths < 5:
            deaths += 1
            raise KeyboardInterrupt

    with patch.object(pruning, "SLICE", 3), patch.object(pruning, "_delete", die_now_and_then):
        for _ in range(20):
            with suppress(KeyboardInterrupt):
                pruning.prune_deliveries()
            for each in told:
                each.refresh_from_db()
                left = Delivery.objects.filter(notification=each).count()
                assert sum(each.counts.values()) + left == len(STATES)
    assert deaths == 5
    for each in told:
        assert each.counts == COUNTS
        assert is_empty(each)


def test_a_follower_of_yesterday_is_not_touched() -> None:
    new = rows.delivery(rows.notification(at=NOW - DAY), rows.follower(ANA).pk, at=NOW - DAY)
    old()
    prune()
    assert Delivery.objects.get() == new
