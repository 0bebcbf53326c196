"""Editors and followers at random, through the use cases, against a simple model."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final, assert_never

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from jobs_domain.changes import ChangeNote, MinorChange, NoteToFollowers, apply
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import (
    AnyEvent,
    CloseReason,
    EndReason,
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    RetirementReason,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionErased,
    SubscriptionRequested,
    SubscriptionSucceeded,
)
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.posting import Closed, JobPosting, Open, PostingState, Retired, evolve
from jobs_domain.posting_details import PostingDetails
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.subscription import CONFIRMATION_LIFETIME, Confirmation, Confirmed, Ended, NotAFollower, Pending
from jobs_domain.topics import PostingTopic, Topic, Wishes
from jobs_domain.use_cases import CannotFollow
from jobs_domain.valid_through import ValidThrough
from tests.unit.board import Board
from tests.unit.examples import ANA, DETAILS, GERMAN, OTHER_POSTING_ID, POSTING_ID, REMOTE_PYTHON
from tests.unit.strategies import wishes, zones
from tests.unit.use_cases.model import Face, Follow, Page

pytestmark = pytest.mark.unit

POSTING_IDS: Final = (POSTING_ID, OTHER_POSTING_ID)
TOPICS: Final[tuple[Topic, ...]] = (PostingTopic(POSTING_ID), PostingTopic(OTHER_POSTING_ID), REMOTE_PYTHON)
DAILY_IN_GERMAN: Final = Wishes(language=GERMAN, frequency=Frequency.DAILY, share_address=True)
SPELLINGS: Final = ("ana@example.org", "Ana@Example.ORG", "ben@käse.example", "BEN@xn--kse-qla.example")
PAUSES: Final = (
    timedelta(seconds=1),
    timedelta(hours=5),
    timedelta(days=1),
    CONFIRMATION_LIFETIME - timedelta(seconds=1),
    CONFIRMATION_LIFETIME,
    timedelta(days=40),
)
SALARIES: Final = (
    DETAILS.salary,
    None,
    Salary(minimum=Decimal(4000), maximum=None, currency="EUR", unit=SalaryUnit.MONTH),
)


class LifeOfTheBoard(RuleBasedStateMachine):
    subscription_ids = Bundle[SubscriptionId]("subscription_ids")

    def __init__(self) -> None:
        super().__init__()
        self.board = Board()
        # pages begin as drafts
        self.pages = {posting_id: Page(DETAILS, down=RetirementReason.UNPUBLISHED) for posting_id in POSTING_IDS}
        self.follows: dict[SubscriptionId, Follow] = {}

    @initialize()
    def one_posting_is_public(self) -> None:
        self.publish(posting_id=POSTING_ID, note=NoteToFollowers())

    @initialize(target=subscription_ids)
    def one_person_follows(self) -> MultipleResults[SubscriptionId]:
        asked = self._ask(
            Follow(ANA, REMOTE_PYTHON, DAILY_IN_GERMAN, since=self.board.clock.now()),
            lambda: self.board.request(address=ANA, topic=REMOTE_PYTHON, wishes=DAILY_IN_GERMAN),
        )
        for subscription_id in asked:
            self.confirm(subscription_id=subscription_id)
        return asked

    # editors

    @rule(posting_id=st.sampled_from(POSTING_IDS), note=st.sampled_from((NoteToFollowers("Look!"), MinorChange())))
    def publish(self, posting_id: PostingId, note: ChangeNote) -> None:
        self.pages[posting_id].down = None
        self._look(posting_id, note)

    @rule(
        posting_id=st.sampled_from(POSTING_IDS),
        title=st.sampled_from(("Baker", "Chef")),
        salary=st.sampled_from(SALARIES),
        note=st.sampled_from((NoteToFollowers(), NoteToFollowers("Look!"), MinorChange())),
    )
    def revise(self, posting_id: PostingId, title: str, salary: Salary | None, note: ChangeNote) -> None:
        self._edit(posting_id, replace(self.pages[posting_id].details, title=title, salary=salary), note)

    @rule(
        posting_id=st.sampled_from(POSTING_IDS),
        until=st.none() | st.sampled_from((timedelta(hours=5), timedelta(days=3), -timedelta(days=1))),
        zone=zones(),
    )
    def move_the_closing_date(self, posting_id: PostingId, until: timedelta | None, zone: str) -> None:
        closing = None if until is None else ValidThrough(self.board.clock.now() + until, zone)
        self._edit(posting_id, replace(self.pages[posting_id].details, valid_through=closing), NoteToFollowers())

    @rule(posting_id=st.sampled_from(POSTING_IDS), reason=st.sampled_from((CloseReason.FILLED, CloseReason.WITHDRAWN)))
    def close(self, posting_id: PostingId, reason: CloseReason) -> None:
        self.pages[posting_id].closed = reason
        self._look(posting_id)

    @rule(posting_id=st.sampled_from(POSTING_IDS))
    def reopen(self, posting_id: PostingId) -> None:
        self.pages[posting_id].closed = None
        self._look(posting_id)

    @rule(posting_id=st.sampled_from(POSTING_IDS), reason=st.sampled_from(RetirementReason))
    def take_down(self, posting_id: PostingId, reason: RetirementReason) -> None:
        self.pages[posting_id].down = reason
        self._look(posting_id)

    @rule(posting_id=st.sampled_from(POSTING_IDS))
    def look_again(self, posting_id: PostingId) -> None:
        self._look(posting_id)

    def _edit(self, posting_id: PostingId, details: PostingDetails, note: ChangeNote) -> None:
        self.pages[posting_id].details = details
        self._look(posting_id, note)

    def _look(self, posting_id: PostingId, note: ChangeNote = NoteToFollowers()) -> None:
        page, now = self.pages[posting_id], self.board.clock.now()
        expected = page.news(now)
        events = self.board.observe(posting_id=posting_id, seen=page.seen(note))
        assert [type(event) for event in events] == expected
        assert list(self.board.news()) == list(events)
        _check_changes(events, page, note)
        if events:
            before = None if page.told is None else page.told[1]
            face = page.face(now)
            page.told = face, page.details if face != "retired" or before is None else before
        assert self.board.observe(posting_id=posting_id, seen=page.seen(note)) == ()

    # time

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause: timedelta) -> None:
        self.board.clock.advance(pause)

    # followers

    @rule(
        target=subscription_ids,
        spelling=st.sampled_from(SPELLINGS),
        topic=st.sampled_from(TOPICS),
        wishes=wishes(),
    )
    def request(self, spelling: str, topic: Topic, wishes: Wishes) -> MultipleResults[SubscriptionId]:
        wish = Follow(EmailAddress(spelling), topic, wishes, since=self.board.clock.now())
        return self._ask(wish, lambda: self.board.request(address=wish.address, topic=topic, wishes=wishes))

    @rule(target=subscription_ids, subscription_id=subscription_ids)
    def renew(self, subscription_id: SubscriptionId) -> MultipleResults[SubscriptionId]:
        earlier = self.follows.get(subscription_id)
        if earlier is None or not earlier.was_never_confirmed:
            self.board.renew(subscription_id=subscription_id)
            assert self.board.news() == ()
            return multiple()
        wish = replace(earlier, since=self.board.clock.now(), state="pending", successor=None, ended_at=None)
        return self._ask(wish, lambda: self.board.renew(subscription_id=subscription_id))

    def _ask(self, wish: Follow, ask: Callable[[], None]) -> MultipleResults[SubscriptionId]:
        if isinstance(wish.topic, PostingTopic) and not self._is_public(wish.topic.posting_id):
            with pytest.raises(CannotFollow):
                ask()
            assert self.board.news() == ()
            return multiple()
        ask()
        news = list(self.board.news())
        earlier = self._active(wish.address, wish.topic)
        if earlier is not None and not self.follows[earlier].has_lapsed(self.board.clock.now()):
            assert news == []
            if self.follows[earlier].state == "pending":
                self.follows[earlier].wishes = wish.wishes
            return multiple()
        if earlier is not None:
            ended = news.pop(0)
            assert isinstance(ended, SubscriptionEnded)
            assert (ended.subscription_id, ended.reason) == (earlier, EndReason.NEVER_CONFIRMED)
            self.follows[earlier].is_over(self.board.clock.now(), lapsed=True)
        (requested,) = news
        assert isinstance(requested, SubscriptionRequested)
        assert requested.topic == wish.topic
        assert requested.subscription_id not in self.follows
        self.follows[requested.subscription_id] = wish
        return multiple(requested.subscription_id)

    @rule(subscription_id=subscription_ids)
    def confirm(self, subscription_id: SubscriptionId) -> None:
        follow = self._now_holding(subscription_id)
        outcome = self.board.confirm(subscription_id=subscription_id)
        news = self.board.news()
        if follow is None or follow.state in {"ended", "lapsed"}:
            holding = None if follow is None else self._active(follow.address, follow.topic)
            follows = holding is not None and self.follows[holding].state == "confirmed"
            assert (outcome, news) == (Confirmation.ALREADY_CONFIRMED if follows else Confirmation.OVER, ())
        elif follow.state == "confirmed":
            assert (outcome, news) == (Confirmation.ALREADY_CONFIRMED, ())
        elif follow.has_lapsed(self.board.clock.now()):
            assert (outcome, news) == (Confirmation.TOO_LATE, ())
        else:
            (event,) = news
            assert outcome is Confirmation.CONFIRMED
            assert isinstance(event, SubscriptionConfirmed)
            assert (event.subscription_id, event.topic) == (subscription_id, follow.topic)
            follow.state = "confirmed"

    def _now_holding(self, subscription_id: SubscriptionId) -> Follow | None:
        """The follow itself or the last one that took its place."""
        follow = self.follows.get(subscription_id)
        while follow is not None and follow.successor is not None:
            follow = self.follows.get(follow.successor)
        return follow

    @rule(subscription_id=subscription_ids)
    def end(self, subscription_id: SubscriptionId) -> None:
        self.board.end(subscription_id=subscription_id)
        news = self.board.news()
        follow = self._now_holding(subscription_id)
        if follow is None or follow.state in {"ended", "lapsed"}:
            assert news == ()
        else:
            (event,) = news
            assert isinstance(event, SubscriptionEnded)
            assert (self.follows[event.subscription_id], event.reason) == (follow, EndReason.UNSUBSCRIBED)
            follow.is_over(self.board.clock.now())

    @rule(target=subscription_ids, subscription_id=subscription_ids, wishes=wishes())
    def change_wishes(self, subscription_id: SubscriptionId, wishes: Wishes) -> MultipleResults[SubscriptionId]:
        follow = self.follows.get(subscription_id)
        if follow is None or follow.state != "confirmed":
            with pytest.raises(NotAFollower):
                self.board.change_wishes(subscription_id=subscription_id, wishes=wishes)
            assert self.board.news() == ()
            return multiple()
        successor_id = self.board.change_wishes(subscription_id=subscription_id, wishes=wishes)
        news = self.board.news()
        if wishes == follow.wishes:
            assert (successor_id, news) == (subscription_id, ())
            return multiple()
        ended, succeeded = news
        assert isinstance(ended, SubscriptionEnded)
        assert (ended.subscription_id, ended.reason) == (subscription_id, EndReason.REPLACED)
        assert isinstance(succeeded, SubscriptionSucceeded)
        assert (succeeded.subscription_id, succeeded.predecessor_id) == (successor_id, subscription_id)
        assert successor_id not in self.follows
        self.follows[successor_id] = replace(follow, wishes=wishes, since=self.board.clock.now())
        follow.is_over(self.board.clock.now(), successor=successor_id)
        return multiple(successor_id)

    @rule(target=subscription_ids, old=st.sampled_from(SPELLINGS), new=st.sampled_from(SPELLINGS))
    def change_address(self, old: str, new: str) -> MultipleResults[SubscriptionId]:
        here, there, now = EmailAddress(old), EmailAddress(new), self.board.clock.now()
        theirs = {known: follow for known, follow in self.follows.items() if follow.address == here}
        moving = [known for known, follow in theirs.items() if follow.state == "confirmed" and here != there]
        assert list(self.board.change_address(old=here, new=there)) == moving
        begun = {
            event.predecessor_id: event.subscription_id
            for event in self.board.news()
            if isinstance(event, SubscriptionSucceeded)
        }
        for known in moving:
            follow = theirs[known]
            followed = self._active(there, follow.topic)
            if followed is None or self.follows[followed].state == "pending":
                assert begun[known] not in self.follows
                if followed is not None:
                    self.follows[followed].is_over(now, successor=begun[known])
                self.follows[begun[known]] = replace(follow, address=there, since=now)
                followed = begun[known]
            follow.is_over(now, successor=followed)
        assert {*begun} <= {*moving}
        return multiple(*begun.values())

    @rule(spelling=st.sampled_from(SPELLINGS))
    def erase(self, spelling: str) -> None:
        forgotten = self._held_about(EmailAddress(spelling))
        self.board.erase(address=EmailAddress(spelling))
        news = self.board.news()
        assert {type(event) for event in news} <= {SubscriptionErased}
        assert {event.subscription_id for event in news if isinstance(event, SubscriptionErased)} == forgotten
        for known in forgotten:
            del self.follows[known]

    def _held_about(self, address: EmailAddress) -> set[SubscriptionId]:
        """What is the address's, what it took over, and what had ended at each older address by then."""
        found = {known for known, follow in self.follows.items() if follow.address == address}
        while True:
            before = {known for known, follow in self.follows.items() if follow.successor in found}
            moved = {(self.follows[known].address, self.follows[known].ended_at) for known in before}
            more = before | {
                known
                for known, follow in self.follows.items()
                for old, at in moved
                if follow.address == old and follow.ended_at and at and follow.ended_at <= at
            }
            if more <= found:
                return found
            found |= more

    def _is_public(self, posting_id: PostingId) -> bool:
        told = self.pages[posting_id].told
        return told is not None and told[0] != "retired"

    def _active(self, address: EmailAddress, topic: Topic) -> SubscriptionId | None:
        for known, follow in self.follows.items():
            if (follow.address, follow.topic) == (address, topic) and follow.state in {"pending", "confirmed"}:
                return known
        return None

    # what holds at any time

    @invariant()
    def the_records_of_subscriptions_are_those_of_the_model(self) -> None:
        records = self.board.records.subscriptions.by_id
        assert set(records) == set(self.follows)
        for known, follow in self.follows.items():
            record = records[known]
            match record.state:
                case Pending(since):
                    assert (follow.state, follow.since) == ("pending", since)
                case Confirmed():
                    assert follow.state == "confirmed"
                case Ended(_, reason, successor_id):
                    state = "lapsed" if reason is EndReason.NEVER_CONFIRMED else "ended"
                    assert (follow.state, follow.successor) == (state, successor_id)
                case _:
                    assert_never(record.state)
            assert (record.address, record.topic) == (follow.address, follow.topic)
            assert record.wishes == follow.wishes

    @invariant()
    def nobody_follows_the_same_thing_twice(self) -> None:
        active = [
            (record.address, record.topic)
            for record in self.board.records.subscriptions.by_id.values()
            if not isinstance(record.state, Ended)
        ]
        assert len(active) == len(set(active))

    @invariant()
    def the_records_of_postings_say_what_was_told_and_their_events_rebuild_them(self) -> None:
        rebuilt: dict[PostingId, JobPosting] = {}
        for event in self.board.records.published:
            if isinstance(event, PostingPublished | PostingRevised | PostingClosed | PostingReopened | PostingRetired):
                rebuilt[event.posting_id] = evolve(rebuilt.get(event.posting_id), event)
        assert rebuilt == self.board.records.postings.by_id
        told = {posting_id: page.told for posting_id, page in self.pages.items() if page.told is not None}
        assert {known: (_face(record.state), record.details) for known, record in rebuilt.items()} == told

    @invariant()
    def the_events_of_each_life_are_numbered_without_a_gap(self) -> None:
        versions = defaultdict[PostingId | SubscriptionId, list[int]](list)
        for event in self.board.records.published:
            versions[_stream(event)].append(event.version)
        for numbers in versions.values():
            assert numbers == list(range(1, len(numbers) + 1))


def _check_changes(events: tuple[PostingEvent, ...], page: Page, note: ChangeNote) -> None:
    """An event leads from what was told last to what the page says now; a minor edit is one only while nothing else happens."""
    for event in events:
        if page.told is not None and isinstance(event, PostingRevised | PostingClosed | PostingReopened):
            assert apply(page.told[1], event.changes) == page.details
            quiet = isinstance(note, MinorChange) and not isinstance(event, PostingRevised)
            assert event.note == (NoteToFollowers() if quiet else note)


def _face(state: PostingState) -> Face:
    match state:
        case Open():
            return "open"
        case Closed():
            return "closed"
        case Retired():
            return "retired"


def _stream(event: AnyEvent) -> PostingId | SubscriptionId:
    if isinstance(event, PostingPublished | PostingRevised | PostingClosed | PostingReopened | PostingRetired):
        return event.posting_id
    return event.subscription_id


def test_whatever_people_do_in_whatever_order_the_board_keeps_its_promises() -> None:
    run_state_machine_as_test(LifeOfTheBoard, settings=settings(max_examples=200, stateful_step_count=50))
