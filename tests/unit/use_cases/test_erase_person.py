import pytest

from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import SubscriptionErased
from jobs_domain.subscription import Confirmed, Pending
from tests.unit.board import Board
from tests.unit.examples import ANA, BEN, NOW, OTHER_POSTING_ID, POSTING_ID, REMOTE_PYTHON, THE_POSTING, wishes

pytestmark = pytest.mark.unit


def test_every_subscription_the_address_ever_had_is_forgotten_and_told(board: Board) -> None:
    replaced = board.follower(board.post(POSTING_ID))
    successor = board.change_wishes(subscription_id=replaced, wishes=wishes(Frequency.DAILY))
    left = board.follower(board.post(OTHER_POSTING_ID))
    board.end(subscription_id=left)
    asked = board.asked(REMOTE_PYTHON)

    board.erase(address=EmailAddress("ANA@example.org"))

    assert board.records.subscriptions.of(ANA) == ()
    assert board.news() == tuple(
        SubscriptionErased(subscription_id=subscription_id, version=version, occurred_at=NOW)
        for subscription_id, version in ((replaced, 4), (successor, 2), (left, 4), (asked, 2))
    )


def test_nobody_else_is_forgotten(board: Board) -> None:
    board.follower(board.post())
    other = board.follower(THE_POSTING, address=BEN)
    board.erase(address=ANA)
    assert board.subscription(other).state == Confirmed(NOW)


def test_there_is_nothing_to_tell_of_an_unknown_address(board: Board) -> None:
    board.erase(address=ANA)
    assert board.news() == ()


def test_erasing_twice_is_erasing_once(board: Board) -> None:
    board.follower(board.post())
    board.erase(address=ANA)
    board.news()
    board.erase(address=ANA)
    assert board.news() == ()


def test_who_was_erased_can_ask_to_follow_again(board: Board) -> None:
    erased = board.follower(board.post())
    board.erase(address=ANA)
    again = board.asked(THE_POSTING)
    assert again != erased
    assert board.subscription(again).state == Pending(NOW)
