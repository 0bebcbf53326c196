from datetime import timedelta

import pytest

from jobs_domain.digests import Frequency
from jobs_domain.events import EndReason, SubscriptionEnded
from jobs_domain.subscription import Confirmed, Ended
from tests.unit.board import Board
from tests.unit.examples import ANA, BEN, NOW, OTHER_POSTING_ID, POSTING_ID, SUBSCRIPTION_ID, THE_POSTING, wishes

pytestmark = pytest.mark.unit


def test_a_follower_leaves(board: Board) -> None:
    left = board.follower(board.post())
    board.clock.advance(timedelta(days=365))
    board.end(subscription_id=left)
    assert board.subscription(left).state == Ended(board.clock.now(), EndReason.UNSUBSCRIBED)
    assert board.news() == (
        SubscriptionEnded(
            subscription_id=left,
            version=3,
            occurred_at=board.clock.now(),
            topic=THE_POSTING,
            reason=EndReason.UNSUBSCRIBED,
        ),
    )


def test_a_request_can_be_ended_before_it_is_confirmed(board: Board) -> None:
    asked = board.asked(board.post())
    board.end(subscription_id=asked)
    assert board.subscription(asked).state == Ended(NOW, EndReason.UNSUBSCRIBED)


def test_leaving_twice_is_leaving_once(board: Board) -> None:
    left = board.follower(board.post())
    board.end(subscription_id=left)
    board.news()
    board.clock.advance(timedelta(days=1))
    board.end(subscription_id=left)
    assert board.subscription(left).state == Ended(NOW, EndReason.UNSUBSCRIBED)
    assert board.news() == ()


def test_an_old_link_ends_the_last_successor(board: Board) -> None:
    first = board.follower(board.post())
    second = board.change_wishes(subscription_id=first, wishes=wishes(Frequency.DAILY))
    third = board.change_wishes(subscription_id=second, wishes=wishes(Frequency.WEEKLY))
    board.news()
    board.end(subscription_id=first)
    (event,) = board.news()
    assert isinstance(event, SubscriptionEnded)
    assert (event.subscription_id, event.reason) == (third, EndReason.UNSUBSCRIBED)
    assert [board.subscription(one).state for one in (first, second, third)] == [
        Ended(NOW, EndReason.REPLACED, second),
        Ended(NOW, EndReason.REPLACED, third),
        Ended(NOW, EndReason.UNSUBSCRIBED),
    ]


def test_an_old_link_whose_last_successor_has_ended_does_nothing(board: Board) -> None:
    first = board.follower(board.post())
    board.end(subscription_id=board.change_wishes(subscription_id=first, wishes=wishes(Frequency.DAILY)))
    board.news()
    board.end(subscription_id=first)
    assert board.news() == ()


def test_an_old_link_does_not_end_what_was_asked_for_anew(board: Board) -> None:
    left = board.follower(board.post())
    board.end(subscription_id=left)
    again = board.follower(THE_POSTING)
    board.end(subscription_id=left)
    assert board.subscription(again).state == Confirmed(NOW)
    assert board.news() == ()


def test_leaving_one_posting_leaves_no_other_and_takes_nobody_along(board: Board) -> None:
    left = board.follower(board.post(POSTING_ID))
    others = (board.follower(board.post(OTHER_POSTING_ID)), board.follower(THE_POSTING, address=BEN))
    board.end(subscription_id=left)
    assert [board.subscription(other).state for other in others] == [Confirmed(NOW), Confirmed(NOW)]


def test_an_unknown_or_erased_subscription_is_no_error(board: Board) -> None:
    erased = board.follower(board.post())
    board.erase(address=ANA)
    board.news()
    board.end(subscription_id=erased)
    board.end(subscription_id=SUBSCRIPTION_ID)
    assert board.news() == ()
