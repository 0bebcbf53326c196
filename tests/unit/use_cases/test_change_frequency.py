from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason, SubscriptionEnded, SubscriptionSucceeded
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.subscription import Confirmed, Ended, NotAFollower
from jobs_domain.topics import Frequency
from tests.unit.board import Board
from tests.unit.examples import ANA, NOW, SUBSCRIPTION_ID, THE_POSTING

pytestmark = pytest.mark.unit


def test_a_successor_holds_from_now_on_and_its_follower_follows_since_they_confirmed(board: Board) -> None:
    address = EmailAddress("Ana@Example.org")
    first = board.follower(board.post(), address=address, share_address=True)
    board.clock.advance(timedelta(days=30))
    second = board.change_frequency(subscription_id=first, frequency=Frequency.WEEKLY)
    now = board.clock.now()
    before, after = board.records.subscriptions.of(ANA)
    assert (before.subscription_id, before.state) == (first, Ended(now, EndReason.REPLACED, second))
    assert (after.subscription_id, after.state) == (second, Confirmed(now - timedelta(days=30)))
    assert (after.topic, after.frequency, after.share_address) == (THE_POSTING, Frequency.WEEKLY, True)
    assert after.address.value == address.value
    assert board.news() == (
        SubscriptionEnded(
            subscription_id=first, version=3, occurred_at=now, topic=THE_POSTING, reason=EndReason.REPLACED
        ),
        SubscriptionSucceeded(
            subscription_id=second,
            version=1,
            occurred_at=now,
            predecessor_id=first,
            topic=THE_POSTING,
            frequency=Frequency.WEEKLY,
            share_address=True,
        ),
    )


@pytest.mark.parametrize("frequency", Frequency)
def test_the_same_frequency_changes_nothing(board: Board, frequency: Frequency) -> None:
    follower = board.follower(board.post(), frequency=frequency)
    assert board.change_frequency(subscription_id=follower, frequency=frequency) == follower
    assert board.subscription(follower).state == Confirmed(NOW)
    assert board.news() == ()


def _asked(board: Board) -> SubscriptionId:
    return board.asked(board.post())


def _left(board: Board) -> SubscriptionId:
    left = board.follower(board.post())
    board.end(subscription_id=left)
    return left


def _replaced(board: Board) -> SubscriptionId:
    replaced = board.follower(board.post())
    board.change_frequency(subscription_id=replaced, frequency=Frequency.DAILY)
    return replaced


def _unknown(board: Board) -> SubscriptionId:
    return SUBSCRIPTION_ID


@pytest.mark.parametrize("arrange", [_asked, _left, _replaced, _unknown])
@pytest.mark.parametrize("frequency", Frequency)
def test_only_a_follower_can_change_the_frequency_even_to_the_same(
    board: Board, arrange: Callable[[Board], SubscriptionId], frequency: Frequency
) -> None:
    subscription_id = arrange(board)
    board.news()
    before = board.records.subscriptions.of(ANA)
    with pytest.raises(NotAFollower):
        board.change_frequency(subscription_id=subscription_id, frequency=frequency)
    assert board.records.subscriptions.of(ANA) == before
    assert board.news() == ()
