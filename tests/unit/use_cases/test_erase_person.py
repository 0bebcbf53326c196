from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import SubscriptionErased
from jobs_domain.subscription import Confirmed, Ended, Pending
from tests.unit.board import Board
from tests.unit.examples import ANA, BEN, NOW, OTHER_POSTING_ID, POSTING_ID, REMOTE_PYTHON, THE_POSTING, wishes

pytestmark = pytest.mark.unit

NEW: Final = EmailAddress("anna@new.example")
NEWEST: Final = EmailAddress("anna@newest.example")
ADDRESSES: Final = (ANA, BEN, NEW, NEWEST)


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


def test_what_moved_from_older_addresses_is_forgotten_with_what_had_ended_there_before(board: Board) -> None:
    left = board.follower(board.post(OTHER_POSTING_ID))
    board.end(subscription_id=left)
    first = board.follower(board.post())
    daily = board.change_wishes(subscription_id=first, wishes=wishes(Frequency.DAILY))
    there = board.follower(THE_POSTING, address=NEWEST)
    for old, new in ((ANA, NEW), (NEW, NEWEST)):
        board.clock.advance(timedelta(days=1))
        board.change_address(old=old, new=new)
    board.news()
    held = {each.subscription_id for each in board.read(address=NEWEST)}
    assert {left, first, daily, there} < held
    board.erase(address=NEWEST)
    assert {event.subscription_id for event in board.news() if isinstance(event, SubscriptionErased)} == held
    assert board.records.subscriptions.by_id == {}


def test_what_goes_on_or_begins_at_the_older_address_after_the_move_is_left_to_its_owner(board: Board) -> None:
    waiting = board.asked(board.post(OTHER_POSTING_ID))
    board.follower(board.post())
    board.change_address(old=ANA, new=NEW)
    board.clock.advance(timedelta(seconds=1))
    ended_since = board.follower(REMOTE_PYTHON)
    board.end(subscription_id=ended_since)
    again = board.follower(THE_POSTING)
    board.erase(address=NEW)
    assert set(board.records.subscriptions.by_id) == {waiting, ended_since, again}


def test_the_older_address_cannot_have_forgotten_what_the_new_one_took_over(board: Board) -> None:
    board.follower(board.post())
    board.change_address(old=ANA, new=NEW)
    board.erase(address=ANA)
    (kept,) = board.records.subscriptions.of(NEW)
    assert kept.state == Confirmed(NOW)


@given(moves=st.lists(st.tuples(st.sampled_from(ADDRESSES), st.sampled_from(ADDRESSES)), max_size=6))
def test_wherever_people_move_who_is_erased_leaves_nothing_behind_and_takes_nothing_from_who_never_moved(
    moves: list[tuple[EmailAddress, EmailAddress]],
) -> None:
    board = Board()
    topic = board.post()
    for address in ADDRESSES:
        board.follower(topic, address=address)
    stranger = board.follower(topic, address=EmailAddress("stranger@example.org"))
    for old, new in moves:
        board.clock.advance(timedelta(minutes=1))
        board.change_address(old=old, new=new)
    held = {each.subscription_id for each in board.read(address=ANA)}
    board.erase(address=ANA)
    left = board.records.subscriptions.by_id
    assert held.isdisjoint(left)
    assert stranger in left
    assert all(each.address != ANA for each in left.values())
    successors = {each.state.successor_id for each in left.values() if isinstance(each.state, Ended)}
    assert successors.isdisjoint(held)
