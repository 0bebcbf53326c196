from datetime import timedelta

import pytest

from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason, SubscriptionEnded, SubscriptionSucceeded
from jobs_domain.subscription import Confirmed, Ended, Pending
from tests.unit.board import Board
from tests.unit.examples import ANA, BEN, NOW, OTHER_POSTING_ID, REMOTE_PYTHON, THE_POSTING, wishes

pytestmark = pytest.mark.unit

NEW = EmailAddress("Anna@New.example")


def test_all_that_is_followed_goes_on_at_the_new_address_as_it_was_wished(board: Board) -> None:
    wished = wishes(Frequency.DAILY, share_address=True)
    old = board.follower(board.post(), wishes=wished)
    board.clock.advance(timedelta(days=3))
    assert board.change_address(old=ANA, new=NEW) == (old,)
    (moved,) = board.records.subscriptions.of(NEW)
    assert (moved.topic, moved.wishes, moved.state) == (THE_POSTING, wished, Confirmed(NOW))
    assert moved.address.value == NEW.value
    now = board.clock.now()
    assert board.subscription(old).state == Ended(now, EndReason.REPLACED, moved.subscription_id)
    assert board.news() == (
        SubscriptionEnded(
            subscription_id=old, version=3, occurred_at=now, topic=THE_POSTING, reason=EndReason.REPLACED
        ),
        SubscriptionSucceeded(
            subscription_id=moved.subscription_id,
            version=1,
            occurred_at=now,
            predecessor_id=old,
            topic=THE_POSTING,
            wishes=wished,
        ),
    )
    assert board.change_address(old=ANA, new=NEW) == ()
    assert board.news() == ()


def test_what_both_follow_goes_on_as_the_new_address_has_it(board: Board) -> None:
    posting = board.post()
    old = board.follower(posting, wishes=wishes(Frequency.DAILY))
    there = board.follower(posting, address=NEW)
    assert board.change_address(old=ANA, new=NEW) == (old,)
    (kept,) = board.records.subscriptions.of(NEW)
    assert (kept.subscription_id, kept.wishes, kept.state) == (there, wishes(), Confirmed(NOW))
    assert board.subscription(old).state == Ended(NOW, EndReason.REPLACED, there)
    (ended,) = board.news()
    assert isinstance(ended, SubscriptionEnded)


def test_what_the_new_address_was_still_asked_about_is_confirmed_with_it(board: Board) -> None:
    posting = board.post()
    board.follower(posting)
    asked = board.asked(posting, address=NEW)
    board.change_address(old=ANA, new=NEW)
    before, after = board.records.subscriptions.of(NEW)
    assert before.subscription_id == asked
    assert before.state == Ended(NOW, EndReason.REPLACED, after.subscription_id)
    assert after.state == Confirmed(NOW)


def test_what_waits_for_confirmation_is_over_or_anybody_elses_stays(board: Board) -> None:
    waiting = board.asked(board.post(OTHER_POSTING_ID))
    left = board.follower(REMOTE_PYTHON)
    board.end(subscription_id=left)
    others = board.follower(board.post(), address=BEN)
    assert board.change_address(old=ANA, new=NEW) == ()
    assert board.subscription(waiting).state == Pending(NOW)
    assert board.subscription(others).state == Confirmed(NOW)
    assert board.records.subscriptions.of(NEW) == ()


def test_to_the_same_address_nothing_is_moved(board: Board) -> None:
    follower = board.follower(board.post())
    assert board.change_address(old=ANA, new=EmailAddress("ANA@example.org")) == ()
    assert board.subscription(follower).state == Confirmed(NOW)
