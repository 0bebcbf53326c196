from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason, SubscriptionEnded, SubscriptionSucceeded
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.subscription import Confirmed, Ended, NotAFollower
from tests.unit.board import Board
from tests.unit.examples import ANA, GERMAN, NOW, SUBSCRIPTION_ID, THE_POSTING, wishes

pytestmark = pytest.mark.unit


def test_a_successor_holds_from_now_on_and_its_follower_follows_since_they_confirmed(board: Board) -> None:
    address = EmailAddress("Ana@Example.org")
    first = board.follower(board.post(), address=address, wishes=wishes(share_address=True))
    board.clock.advance(timedelta(days=30))
    wished = wishes(Frequency.WEEKLY, language=GERMAN)
    second = board.change_wishes(subscription_id=first, wishes=wished)
    now = board.clock.now()
    before, after = board.records.subscriptions.of(ANA)
    assert (before.subscription_id, before.state) == (first, Ended(now, EndReason.REPLACED, second))
    assert (after.subscription_id, after.state) == (second, Confirmed(now - timedelta(days=30)))
    assert (after.topic, after.wishes) == (THE_POSTING, wished)
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
            wishes=wished,
        ),
    )


@pytest.mark.parametrize("frequency", Frequency)
def test_the_same_wishes_change_nothing(board: Board, frequency: Frequency) -> None:
    follower = board.follower(board.post(), wishes=wishes(frequency))
    assert board.change_wishes(subscription_id=follower, wishes=wishes(frequency)) == follower
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
    board.change_wishes(subscription_id=replaced, wishes=wishes(Frequency.DAILY))
    return replaced


def _unknown(board: Board) -> SubscriptionId:
    return SUBSCRIPTION_ID


@pytest.mark.parametrize("arrange", [_asked, _left, _replaced, _unknown])
@pytest.mark.parametrize("frequency", Frequency)
def test_only_a_follower_can_wish_otherwise_or_the_same(
    board: Board, arrange: Callable[[Board], SubscriptionId], frequency: Frequency
) -> None:
    subscription_id = arrange(board)
    board.news()
    before = board.records.subscriptions.of(ANA)
    with pytest.raises(NotAFollower):
        board.change_wishes(subscription_id=subscription_id, wishes=wishes(frequency))
    assert board.records.subscriptions.of(ANA) == before
    assert board.news() == ()
