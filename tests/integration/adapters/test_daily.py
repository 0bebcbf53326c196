"""How many followers were gained and lost on each day: counted as it happens, each event once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings

from adapters import board, daily, outbox
from adapters.daily import Counted
from adapters.models import DailyCount, Handling, OutboxEvent, SubscriptionRecord
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.posting import Publication
from jobs_domain.subscription import CONFIRMATION_LIFETIME
from tests.unit.examples import ANA, BEN, DETAILS, NOW, POSTING_ID, THE_POSTING, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

GAINED, LOST = Counted.FOLLOWERS_GAINED, Counted.FOLLOWERS_LOST
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _a_posting(db: None, clock: time_machine.Traveller) -> None:
    board.observe_posting(
        posting_id=POSTING_ID, seen=Publication(details=DETAILS), whereabouts=board.Whereabouts("/jobs/baker/", None)
    )


def ask(address: EmailAddress = ANA) -> SubscriptionId:
    board.request_subscription(address=address, topic=THE_POSTING, wishes=wishes())
    active = SubscriptionRecord.objects.exclude(state=SubscriptionRecord.State.ENDED)
    return SubscriptionId(active.get(address_key=address.key).subscription_id)


def follow(address: EmailAddress = ANA) -> SubscriptionId:
    subscription_id = ask(address)
    board.confirm_subscription(subscription_id=subscription_id)
    return subscription_id


def counted(day: date = TODAY) -> dict[Counted, int]:
    while outbox.dispatch_due():
        pass
    return {what: number for (_, what), number in daily.counts(day, day).items()}


def test_who_confirms_is_gained_and_who_leaves_is_lost() -> None:
    ask(BEN)
    assert counted() == {}
    ana = follow(ANA)
    assert counted() == {GAINED: 1}
    follow(BEN)
    board.end_subscription(subscription_id=ana)
    assert counted() == {GAINED: 2, LOST: 1}


def test_an_event_counts_once_however_often_it_is_brought() -> None:
    board.end_subscription(subscription_id=follow())
    assert counted() == {GAINED: 1, LOST: 1}
    for _ in range(2):
        OutboxEvent.objects.update(next_attempt_at=NOW)
        assert counted() == {GAINED: 1, LOST: 1}


def test_it_counts_once_when_another_listener_fails_and_is_tried_again() -> None:
    follow()
    assert counted() == {GAINED: 1}
    other = Handling.objects.get(event__name="SubscriptionConfirmed", handler="notifications.tell_company_of_follower")
    other.state, other.next_attempt_at = Handling.State.RETRYING, NOW
    other.save()
    OutboxEvent.objects.filter(pk=other.event_id).update(next_attempt_at=NOW)
    assert counted() == {GAINED: 1}
    assert Handling.objects.get(pk=other.pk).attempts == 2


def test_who_only_changes_the_frequency_is_neither_gained_nor_lost() -> None:
    board.change_wishes(subscription_id=follow(), wishes=wishes(Frequency.DAILY))
    assert counted() == {GAINED: 1}


def test_who_never_confirmed_is_not_lost(clock: time_machine.Traveller) -> None:
    ask()
    clock.shift(CONFIRMATION_LIFETIME + timedelta(days=1))
    ask()
    assert OutboxEvent.objects.filter(name="SubscriptionEnded").exists()
    assert counted(TODAY + CONFIRMATION_LIFETIME + timedelta(days=1)) == {}


def test_days_begin_where_the_board_is_and_an_event_counts_for_when_it_happened(
    settings: LazySettings, clock: time_machine.Traveller
) -> None:
    settings.TIME_ZONE = "America/New_York"
    clock.move_to(datetime(2026, 3, 3, 4, 59, tzinfo=UTC))  # one minute to midnight on the 2nd
    follow(ANA)
    clock.shift(60)
    follow(BEN)
    clock.shift(timedelta(days=3))
    assert counted(date(2026, 3, 2)) == {GAINED: 1}
    assert counted(date(2026, 3, 3)) == {GAINED: 1}
    assert counted(date(2026, 3, 6)) == {}


def test_counts_are_those_of_the_days_asked_for_both_ends_included() -> None:
    for back in range(4):
        daily.put(GAINED, TODAY - timedelta(days=back), back)
    asked = daily.counts(TODAY - timedelta(days=2), TODAY - timedelta(days=1))
    assert asked == {(TODAY - timedelta(days=2), GAINED): 2, (TODAY - timedelta(days=1), GAINED): 1}


def test_put_takes_the_place_of_what_was_counted() -> None:
    daily.put(GAINED, TODAY, 5)
    daily.put(GAINED, TODAY, 3)
    assert counted() == {GAINED: 3}
    assert DailyCount.objects.count() == 1
