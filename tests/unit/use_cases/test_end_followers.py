import pytest

from jobs_domain.events import EndReason, RetirementReason, SubscriptionEnded
from jobs_domain.posting import NotPublic
from jobs_domain.subscription import Confirmed, Ended
from jobs_domain.topics import PostingTopic
from tests.unit.board import Board
from tests.unit.examples import ANA, BEN, NOW, OTHER_POSTING_ID, POSTING_ID, REMOTE_PYTHON

pytestmark = pytest.mark.unit


def take_down(board: Board) -> None:
    board.observe(posting_id=POSTING_ID, seen=NotPublic(RetirementReason.DELETED))
    board.news()


def test_followers_of_a_posting_that_was_taken_down_follow_no_more(board: Board) -> None:
    topic = board.post()
    follower, asked = board.follower(topic), board.asked(topic, address=BEN)
    take_down(board)
    assert board.end_followers(posting_id=POSTING_ID, at_most=10) == 2
    for subscription_id in (follower, asked):
        assert board.subscription(subscription_id).state == Ended(NOW, EndReason.TOPIC_GONE)
    ended = [event for event in board.news() if isinstance(event, SubscriptionEnded)]
    assert {event.subscription_id for event in ended} == {follower, asked}
    assert {event.reason for event in ended} == {EndReason.TOPIC_GONE}


def test_there_may_be_many(board: Board) -> None:
    topic = board.post()
    for address in (ANA, BEN):
        board.follower(topic, address=address)
    take_down(board)
    assert [board.end_followers(posting_id=POSTING_ID, at_most=1) for _ in range(3)] == [1, 1, 0]
    assert len(board.news()) == 2


@pytest.mark.parametrize("is_back", [True, False])
def test_a_posting_that_is_there_keeps_its_followers(board: Board, *, is_back: bool) -> None:
    follower = board.follower(board.post())
    if is_back:
        take_down(board)
        board.post()
    assert board.end_followers(posting_id=POSTING_ID, at_most=10) == 0
    assert isinstance(board.subscription(follower).state, Confirmed)


def test_who_follows_something_else_goes_on(board: Board) -> None:
    board.post()
    others = [board.follower(REMOTE_PYTHON), board.follower(board.post(OTHER_POSTING_ID))]
    take_down(board)
    assert board.end_followers(posting_id=POSTING_ID, at_most=10) == 0
    assert all(isinstance(board.subscription(other).state, Confirmed) for other in others)


def test_a_posting_that_never_was_public_has_no_followers(board: Board) -> None:
    assert board.end_followers(posting_id=POSTING_ID, at_most=10) == 0
    assert board.records.subscriptions.active_on(PostingTopic(POSTING_ID), at_most=1) == ()
