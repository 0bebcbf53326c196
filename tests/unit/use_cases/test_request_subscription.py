from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import override

import pytest

from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import CloseReason, EndReason, RetirementReason, SubscriptionEnded, SubscriptionRequested
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.ports import AlreadyActive
from jobs_domain.posting import NotPublic, Publication
from jobs_domain.subscription import CONFIRMATION_LIFETIME, Ended, Pending, Subscription
from jobs_domain.topics import PostingTopic, Wishes
from jobs_domain.use_cases import CannotFollow
from tests.unit.board import Board
from tests.unit.examples import (
    ANA,
    BEN,
    DETAILS,
    GERMAN,
    NOW,
    OTHER_POSTING_ID,
    POSTING_ID,
    REMOTE_PYTHON,
    SUBSCRIPTION_ID,
    THE_POSTING,
    wishes,
)
from tests.unit.fakes import InMemorySubscriptions

pytestmark = pytest.mark.unit

A_MOMENT = timedelta(microseconds=1)


def test_a_request_waits_for_its_confirmation(board: Board) -> None:
    board.post()
    board.request(address=ANA, topic=THE_POSTING, wishes=wishes(Frequency.WEEKLY, share_address=True))
    (subscription,) = board.records.subscriptions.of(ANA)
    assert subscription == Subscription(
        subscription_id=subscription.subscription_id,
        address=ANA,
        topic=THE_POSTING,
        wishes=wishes(Frequency.WEEKLY, share_address=True),
        state=Pending(NOW),
        version=1,
    )
    assert board.news() == (
        SubscriptionRequested(
            subscription_id=subscription.subscription_id,
            version=1,
            occurred_at=NOW,
            topic=THE_POSTING,
            wishes=wishes(Frequency.WEEKLY, share_address=True),
        ),
    )


def test_who_wishes_nothing_else_is_told_at_once_and_stays_unknown_to_the_company(board: Board) -> None:
    board.request(address=ANA, topic=REMOTE_PYTHON, wishes=Wishes(language=GERMAN))
    (subscription,) = board.records.subscriptions.of(ANA)
    assert subscription.wishes == wishes(Frequency.IMMEDIATE, share_address=False, language=GERMAN)


@pytest.mark.parametrize("spelling", ["ana@example.org", "ANA@EXAMPLE.ORG"])
def test_asking_again_while_a_request_waits_is_one_subscription_and_no_news(board: Board, spelling: str) -> None:
    board.asked(board.post())
    board.clock.advance(CONFIRMATION_LIFETIME - A_MOMENT)
    (waiting,) = board.records.subscriptions.of(ANA)
    asked_for = wishes(Frequency.WEEKLY, share_address=True)
    board.request(address=EmailAddress(spelling), topic=THE_POSTING, wishes=asked_for)
    assert board.news() == ()
    assert board.records.subscriptions.of(ANA) == (replace(waiting, wishes=asked_for),)


def test_a_follower_who_asks_again_changes_nothing_however_late(board: Board) -> None:
    board.follower(board.post())
    board.clock.advance(CONFIRMATION_LIFETIME * 50)
    following = board.records.subscriptions.of(ANA)
    board.request(address=ANA, topic=THE_POSTING, wishes=wishes(Frequency.WEEKLY))
    assert board.news() == ()
    assert board.records.subscriptions.of(ANA) == following


def test_one_address_follows_any_number_of_postings_and_searches(board: Board) -> None:
    asked = [
        board.asked(board.post(POSTING_ID)),
        board.asked(board.post(OTHER_POSTING_ID)),
        board.asked(REMOTE_PYTHON),
    ]
    assert [subscription.subscription_id for subscription in board.records.subscriptions.of(ANA)] == asked
    assert len(set(asked)) == 3


def test_any_number_of_addresses_follow_one_posting(board: Board) -> None:
    topic = board.post()
    assert board.asked(topic, address=ANA) != board.asked(topic, address=BEN)


def test_a_request_that_was_never_confirmed_gives_way_to_a_new_one(board: Board) -> None:
    earlier = board.asked(board.post())
    board.clock.advance(CONFIRMATION_LIFETIME)
    board.request(address=ANA, topic=THE_POSTING, wishes=wishes(Frequency.DAILY))
    ended, later = board.records.subscriptions.of(ANA)
    assert (ended.subscription_id, ended.state) == (earlier, Ended(board.clock.now(), EndReason.NEVER_CONFIRMED))
    assert (later.wishes, later.state) == (wishes(Frequency.DAILY), Pending(board.clock.now()))
    assert board.news() == (
        SubscriptionEnded(
            subscription_id=earlier,
            version=2,
            occurred_at=board.clock.now(),
            topic=THE_POSTING,
            reason=EndReason.NEVER_CONFIRMED,
        ),
        SubscriptionRequested(
            subscription_id=later.subscription_id,
            version=1,
            occurred_at=board.clock.now(),
            topic=THE_POSTING,
            wishes=wishes(Frequency.DAILY, share_address=False),
        ),
    )


def test_who_left_can_ask_to_follow_again(board: Board) -> None:
    left = board.follower(board.post())
    board.end(subscription_id=left)
    again = board.asked(THE_POSTING)
    assert again != left
    assert isinstance(board.subscription(again).state, Pending)
    assert isinstance(board.subscription(left).state, Ended)


def test_a_posting_that_never_was_cannot_be_followed(board: Board) -> None:
    with pytest.raises(CannotFollow):
        board.request(address=ANA, topic=PostingTopic(POSTING_ID), wishes=wishes())
    assert board.records.subscriptions.of(ANA) == ()
    assert board.news() == ()


def test_a_posting_that_was_taken_down_cannot_be_followed(board: Board) -> None:
    board.post()
    board.observe(posting_id=POSTING_ID, seen=NotPublic(RetirementReason.UNPUBLISHED))
    board.news()
    with pytest.raises(CannotFollow):
        board.request(address=ANA, topic=THE_POSTING, wishes=wishes())
    assert board.records.subscriptions.of(ANA) == ()
    assert board.news() == ()


def test_a_closed_posting_can_be_followed_because_it_may_reopen(board: Board) -> None:
    board.observe(posting_id=POSTING_ID, seen=Publication(details=DETAILS, closed_by_editor=CloseReason.FILLED))
    assert isinstance(board.subscription(board.asked(THE_POSTING)).state, Pending)


def test_of_two_requests_at_the_same_time_the_slower_one_does_nothing(board: Board) -> None:
    board.post()
    board.records.subscriptions = _Overtaken()
    board.request(address=ANA, topic=THE_POSTING, wishes=wishes())
    assert board.records.subscriptions.of(ANA) == ()
    assert board.news() == ()


def test_a_request_that_was_overtaken_ends_no_earlier_one(board: Board) -> None:
    earlier = board.asked(board.post())
    overtaken = _Overtaken()
    overtaken.by_id = dict(board.records.subscriptions.by_id)
    board.records.subscriptions = overtaken
    board.clock.advance(CONFIRMATION_LIFETIME)
    board.request(address=ANA, topic=THE_POSTING, wishes=wishes())
    assert board.subscription(earlier).state == Pending(NOW)
    assert board.news() == ()


class _Overtaken(InMemorySubscriptions):
    """Another request is always faster by a hair."""

    @override
    def add(self, subscription: Subscription) -> None:
        raise AlreadyActive


def test_renewing_asks_anew_for_what_was_asked_for(board: Board) -> None:
    wished = wishes(Frequency.WEEKLY, share_address=True, language=GERMAN)
    earlier = board.asked(board.post(), wishes=wished)
    board.clock.advance(CONFIRMATION_LIFETIME)
    board.renew(subscription_id=earlier)
    ended, later = board.records.subscriptions.of(ANA)
    assert ended.state == Ended(board.clock.now(), EndReason.NEVER_CONFIRMED)
    assert (later.topic, later.wishes) == (THE_POSTING, wished)
    assert [type(event) for event in board.news()] == [SubscriptionEnded, SubscriptionRequested]


def test_renewing_twice_asks_once(board: Board) -> None:
    earlier = board.asked(board.post())
    board.clock.advance(CONFIRMATION_LIFETIME)
    board.renew(subscription_id=earlier)
    board.news()
    board.renew(subscription_id=earlier)
    assert board.news() == ()


def _still_waiting(board: Board) -> SubscriptionId:
    return board.asked(board.post())


def _confirmed(board: Board) -> SubscriptionId:
    return board.follower(board.post())


def _unknown(board: Board) -> SubscriptionId:
    board.post()
    return SUBSCRIPTION_ID


def _left(board: Board) -> SubscriptionId:
    subscription_id = board.follower(board.post())
    board.end(subscription_id=subscription_id)
    board.news()
    return subscription_id


@pytest.mark.parametrize("arrange", [_still_waiting, _confirmed, _unknown, _left])
def test_renewing_what_needs_no_renewal_is_no_news(board: Board, arrange: Callable[[Board], SubscriptionId]) -> None:
    subscription_id = arrange(board)
    before = board.records.subscriptions.of(ANA)
    board.renew(subscription_id=subscription_id)
    assert board.news() == ()
    assert board.records.subscriptions.of(ANA) == before


def test_a_request_for_a_posting_that_was_taken_down_cannot_be_renewed(board: Board) -> None:
    earlier = board.asked(board.post())
    board.observe(posting_id=POSTING_ID, seen=NotPublic(RetirementReason.DELETED))
    board.news()
    board.clock.advance(CONFIRMATION_LIFETIME)
    with pytest.raises(CannotFollow):
        board.renew(subscription_id=earlier)
    assert board.news() == ()
    assert board.subscription(earlier).state == Pending(NOW)
