from datetime import timedelta

import pytest

from jobs_domain.events import EndReason, SubscriptionEnded
from jobs_domain.subscription import Confirmed, Ended, Pending
from tests.unit.board import Board
from tests.unit.examples import ANA, BEN, NOW, OTHER_POSTING_ID, REMOTE_PYTHON, wishes

pytestmark = pytest.mark.unit


def test_all_that_is_followed_ends(board: Board) -> None:
    first, second = board.follower(board.post()), board.follower(REMOTE_PYTHON)
    board.clock.advance(timedelta(days=400))
    assert board.end_all(address=ANA, until=board.clock.now(), reason=EndReason.NO_ANSWER) == 2
    for subscription_id in (first, second):
        assert board.subscription(subscription_id).state == Ended(board.clock.now(), EndReason.NO_ANSWER)
    ended = [event for event in board.news() if isinstance(event, SubscriptionEnded)]
    assert [(event.subscription_id, event.reason) for event in ended] == [
        (first, EndReason.NO_ANSWER),
        (second, EndReason.NO_ANSWER),
    ]


def test_what_began_later_stays_and_so_does_what_was_never_confirmed(board: Board) -> None:
    topic = board.post()
    board.follower(topic)
    asked = board.asked(board.post(OTHER_POSTING_ID))
    board.clock.advance(timedelta(seconds=1))
    later = board.follower(REMOTE_PYTHON)
    assert board.end_all(address=ANA, until=NOW, reason=EndReason.UNSUBSCRIBED) == 1
    assert isinstance(board.subscription(later).state, Confirmed)
    assert isinstance(board.subscription(asked).state, Pending)


def test_the_successor_of_what_was_followed_then_ends_too(board: Board) -> None:
    first = board.follower(board.post())
    board.clock.advance(timedelta(days=1))
    successor = board.change_wishes(subscription_id=first, wishes=wishes(share_address=True))
    assert board.end_all(address=ANA, until=NOW, reason=EndReason.UNSUBSCRIBED) == 1
    assert isinstance(board.subscription(successor).state, Ended)


def test_others_go_on(board: Board) -> None:
    topic = board.post()
    board.follower(topic)
    other = board.follower(topic, address=BEN)
    board.end_all(address=ANA, until=NOW, reason=EndReason.UNSUBSCRIBED)
    assert isinstance(board.subscription(other).state, Confirmed)


def test_doing_it_again_ends_and_raises_nothing(board: Board) -> None:
    board.follower(board.post())
    board.end_all(address=ANA, until=NOW, reason=EndReason.NO_ANSWER)
    board.news()
    assert board.end_all(address=ANA, until=NOW, reason=EndReason.NO_ANSWER) == 0
    assert not board.news()
