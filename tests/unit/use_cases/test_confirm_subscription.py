from datetime import timedelta

import pytest

from jobs_domain.digests import Frequency
from jobs_domain.events import RetirementReason, SubscriptionConfirmed
from jobs_domain.posting import NotPublic
from jobs_domain.subscription import CONFIRMATION_LIFETIME, Confirmation, Confirmed, Pending
from tests.unit.board import Board
from tests.unit.examples import ANA, BEN, NOW, OTHER_POSTING_ID, POSTING_ID, SUBSCRIPTION_ID, THE_POSTING, wishes

pytestmark = pytest.mark.unit

A_MOMENT = timedelta(microseconds=1)


def test_confirming_makes_a_follower(board: Board) -> None:
    asked = board.asked(board.post())
    board.clock.advance(CONFIRMATION_LIFETIME - A_MOMENT)
    assert board.confirm(subscription_id=asked) is Confirmation.CONFIRMED
    assert board.subscription(asked).state == Confirmed(board.clock.now())
    assert board.news() == (
        SubscriptionConfirmed(subscription_id=asked, version=2, occurred_at=board.clock.now(), topic=THE_POSTING),
    )


def test_confirming_again_answers_that_it_is_confirmed_already(board: Board) -> None:
    asked = board.follower(board.post())
    board.clock.advance(timedelta(days=365))
    assert board.confirm(subscription_id=asked) is Confirmation.ALREADY_CONFIRMED
    assert board.subscription(asked).state == Confirmed(NOW)
    assert board.news() == ()


def test_confirming_too_late_changes_nothing(board: Board) -> None:
    asked = board.asked(board.post())
    board.clock.advance(CONFIRMATION_LIFETIME)
    assert board.confirm(subscription_id=asked) is Confirmation.TOO_LATE
    assert board.subscription(asked).state == Pending(NOW)
    assert board.news() == ()


def test_a_request_that_was_renewed_can_be_confirmed_by_its_new_link_only(board: Board) -> None:
    old = board.asked(board.post())
    board.clock.advance(CONFIRMATION_LIFETIME)
    board.renew(subscription_id=old)
    renewed = board.asked(THE_POSTING)
    assert board.confirm(subscription_id=old) is Confirmation.OVER
    assert board.confirm(subscription_id=renewed) is Confirmation.CONFIRMED


def test_what_ended_before_it_was_confirmed_stays_ended(board: Board) -> None:
    asked = board.asked(board.post())
    board.end(subscription_id=asked)
    board.news()
    assert board.confirm(subscription_id=asked) is Confirmation.OVER
    assert board.records.subscriptions.active(address=ANA, topic=THE_POSTING) is None
    assert board.news() == ()


def test_what_was_erased_cannot_be_confirmed(board: Board) -> None:
    asked = board.asked(board.post())
    board.erase(address=ANA)
    board.news()
    assert board.confirm(subscription_id=asked) is Confirmation.OVER
    assert board.records.subscriptions.of(ANA) == ()
    assert board.news() == ()


def test_an_unknown_subscription_is_over(board: Board) -> None:
    assert board.confirm(subscription_id=SUBSCRIPTION_ID) is Confirmation.OVER
    assert board.news() == ()


def test_confirming_one_subscription_confirms_no_other(board: Board) -> None:
    asked = board.asked(board.post(POSTING_ID))
    others = (board.asked(board.post(OTHER_POSTING_ID)), board.asked(THE_POSTING, address=BEN))
    board.confirm(subscription_id=asked)
    assert [board.subscription(other).state for other in others] == [Pending(NOW), Pending(NOW)]


def test_a_posting_may_close_or_go_before_the_follower_confirms(board: Board) -> None:
    asked = board.asked(board.post(), wishes=wishes(Frequency.DAILY))
    board.observe(posting_id=POSTING_ID, seen=NotPublic(RetirementReason.DELETED))
    assert board.confirm(subscription_id=asked) is Confirmation.CONFIRMED


def test_the_link_of_a_subscription_that_was_replaced_since_still_answers_that_it_is_confirmed(board: Board) -> None:
    first = board.follower(board.post())
    board.change_wishes(subscription_id=first, wishes=wishes(Frequency.WEEKLY))
    board.news()
    assert board.confirm(subscription_id=first) is Confirmation.ALREADY_CONFIRMED
    assert board.news() == ()


def test_an_old_link_of_somebody_who_follows_by_a_newer_request_answers_that_it_is_confirmed(board: Board) -> None:
    old = board.asked(board.post())
    board.clock.advance(CONFIRMATION_LIFETIME)
    board.renew(subscription_id=old)
    board.confirm(subscription_id=board.asked(THE_POSTING))
    board.news()
    assert board.confirm(subscription_id=old) is Confirmation.ALREADY_CONFIRMED
    assert board.news() == ()
