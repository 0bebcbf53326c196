from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from jobs_domain.digests import Frequency
from jobs_domain.events import (
    EndReason,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionRequested,
    SubscriptionSucceeded,
)
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.subscription import (
    AlreadyAnswered,
    Confirmation,
    Confirmed,
    Ended,
    NotAFollower,
    Pending,
    Subscription,
)
from tests.unit.examples import ANA, NOW, REMOTE_PYTHON, SUBSCRIPTION_ID, SUCCESSOR_ID, THE_POSTING, wishes
from tests.unit.strategies import frequencies, instants, subscription_ids, subscriptions

pytestmark = pytest.mark.unit

A_MOMENT = timedelta(microseconds=1)
LATER = NOW + timedelta(hours=1)

PENDING = Subscription(
    subscription_id=SUBSCRIPTION_ID,
    address=ANA,
    topic=THE_POSTING,
    wishes=wishes(Frequency.DAILY, share_address=True),
    state=Pending(NOW),
    version=1,
)
CONFIRMED = replace(PENDING, state=Confirmed(NOW), version=2)
ENDED = replace(PENDING, state=Ended(NOW, EndReason.UNSUBSCRIBED), version=3)


def test_a_request_waits_for_its_confirmation() -> None:
    subscription, event = Subscription.request(
        subscription_id=SUBSCRIPTION_ID,
        address=ANA,
        topic=REMOTE_PYTHON,
        wishes=wishes(Frequency.WEEKLY, share_address=True),
        at=NOW,
    )
    assert subscription == Subscription(
        subscription_id=SUBSCRIPTION_ID,
        address=ANA,
        topic=REMOTE_PYTHON,
        wishes=wishes(Frequency.WEEKLY, share_address=True),
        state=Pending(NOW),
        version=1,
    )
    assert event == SubscriptionRequested(
        subscription_id=SUBSCRIPTION_ID,
        version=1,
        occurred_at=NOW,
        topic=REMOTE_PYTHON,
        wishes=wishes(Frequency.WEEKLY, share_address=True),
    )


@pytest.mark.parametrize("at", [NOW, LATER, NOW + timedelta(days=7) - A_MOMENT])
def test_a_request_can_be_confirmed_for_seven_days(at: datetime) -> None:
    subscription, outcome, events = PENDING.confirm(at=at)
    assert subscription == replace(PENDING, state=Confirmed(at), version=2)
    assert outcome is Confirmation.CONFIRMED
    assert events == (
        SubscriptionConfirmed(subscription_id=SUBSCRIPTION_ID, version=2, occurred_at=at, topic=THE_POSTING),
    )


@pytest.mark.parametrize("at", [NOW + timedelta(days=7), NOW + timedelta(days=365)])
def test_a_request_cannot_be_confirmed_after_seven_days(at: datetime) -> None:
    assert PENDING.confirm(at=at) == (PENDING, Confirmation.TOO_LATE, ())


def test_whoever_asks_last_says_how_and_the_request_is_still_the_first_one() -> None:
    asked = PENDING.ask_again(wishes=wishes(Frequency.WEEKLY))
    assert asked == replace(PENDING, wishes=wishes(Frequency.WEEKLY))
    for subscription in (CONFIRMED, CONFIRMED.end(reason=EndReason.UNSUBSCRIBED, at=LATER)[0]):
        with pytest.raises(AlreadyAnswered):
            subscription.ask_again(wishes=wishes(Frequency.WEEKLY))


@pytest.mark.parametrize(("answer", "shares"), [(None, True), (True, True), (False, False)])
def test_the_owner_of_the_address_says_whether_the_company_may_see_it(answer: bool | None, shares: bool) -> None:
    confirmed, _, _ = PENDING.confirm(at=LATER, share_address=answer)
    assert confirmed.wishes == wishes(Frequency.DAILY, share_address=shares)


@pytest.mark.parametrize("at", [LATER, NOW + timedelta(days=365)])
def test_a_second_confirmation_changes_nothing_however_late(at: datetime) -> None:
    assert CONFIRMED.confirm(at=at) == (CONFIRMED, Confirmation.ALREADY_CONFIRMED, ())


def test_what_has_ended_cannot_be_confirmed() -> None:
    assert ENDED.confirm(at=LATER) == (ENDED, Confirmation.OVER, ())


@pytest.mark.parametrize("subscription", [PENDING, CONFIRMED])
@pytest.mark.parametrize("reason", [EndReason.UNSUBSCRIBED, EndReason.NEVER_CONFIRMED])
def test_a_subscription_ends_for_a_reason(subscription: Subscription, reason: EndReason) -> None:
    ended, events = subscription.end(reason=reason, at=LATER)
    version = subscription.version + 1
    assert ended == replace(subscription, state=Ended(LATER, reason), version=version)
    assert events == (
        SubscriptionEnded(
            subscription_id=SUBSCRIPTION_ID, version=version, occurred_at=LATER, topic=THE_POSTING, reason=reason
        ),
    )


def test_ending_again_keeps_the_first_reason_and_time() -> None:
    assert ENDED.end(reason=EndReason.NEVER_CONFIRMED, at=LATER, successor_id=SUCCESSOR_ID) == (ENDED, ())


def test_a_successor_takes_over_all_but_the_wishes() -> None:
    ended, successor, events = CONFIRMED.succeed(
        successor_id=SUCCESSOR_ID, wishes=wishes(Frequency.WEEKLY, share_address=True), at=LATER
    )
    assert ended == replace(CONFIRMED, state=Ended(LATER, EndReason.REPLACED, SUCCESSOR_ID), version=3)
    assert successor == Subscription(
        subscription_id=SUCCESSOR_ID,
        address=ANA,
        topic=THE_POSTING,
        wishes=wishes(Frequency.WEEKLY, share_address=True),
        state=CONFIRMED.state,
        version=1,
    )
    assert events == (
        SubscriptionEnded(
            subscription_id=SUBSCRIPTION_ID,
            version=3,
            occurred_at=LATER,
            topic=THE_POSTING,
            reason=EndReason.REPLACED,
        ),
        SubscriptionSucceeded(
            subscription_id=SUCCESSOR_ID,
            version=1,
            occurred_at=LATER,
            predecessor_id=SUBSCRIPTION_ID,
            topic=THE_POSTING,
            wishes=wishes(Frequency.WEEKLY, share_address=True),
        ),
    )


@pytest.mark.parametrize("subscription", [PENDING, ENDED])
def test_only_a_follower_has_a_successor(subscription: Subscription) -> None:
    with pytest.raises(NotAFollower):
        subscription.succeed(successor_id=SUCCESSOR_ID, wishes=wishes(Frequency.WEEKLY), at=LATER)


@given(subscriptions(), instants())
def test_confirming_twice_is_confirming_once(subscription: Subscription, at: datetime) -> None:
    confirmed, outcome, _ = subscription.confirm(at=at)
    again, second_outcome, events = confirmed.confirm(at=at)
    assert (again, events) == (confirmed, ())
    assert second_outcome is (Confirmation.ALREADY_CONFIRMED if outcome is Confirmation.CONFIRMED else outcome)


@given(subscriptions(), instants())
def test_ending_twice_is_ending_once(subscription: Subscription, at: datetime) -> None:
    ended, _ = subscription.end(reason=EndReason.UNSUBSCRIBED, at=at)
    assert isinstance(ended.state, Ended)
    assert ended.end(reason=EndReason.UNSUBSCRIBED, at=at + A_MOMENT) == (ended, ())


@given(subscriptions(), instants())
def test_the_version_counts_the_events(subscription: Subscription, at: datetime) -> None:
    confirmed, _, confirming = subscription.confirm(at=at)
    ended, ending = confirmed.end(reason=EndReason.UNSUBSCRIBED, at=at)
    versions = [event.version for event in (*confirming, *ending)]
    assert versions == list(range(subscription.version + 1, ended.version + 1))


@given(subscriptions(), subscription_ids(), frequencies(), instants())
def test_of_a_follower_and_the_successor_exactly_one_is_active(
    subscription: Subscription, successor_id: SubscriptionId, frequency: Frequency, at: datetime
) -> None:
    follower = replace(subscription, state=Confirmed(at))
    before, after, _ = follower.succeed(successor_id=successor_id, wishes=wishes(frequency), at=at)
    assert [isinstance(one.state, Ended) for one in (before, after)] == [True, False]
    assert isinstance(before.state, Ended)
    assert before.state.successor_id == after.subscription_id
