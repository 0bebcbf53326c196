from dataclasses import replace
from datetime import timedelta
from typing import override

import pytest

from jobs_domain.events import (
    AnyEvent,
    CloseReason,
    PostingClosed,
    PostingPublished,
    PostingRetired,
    RetirementReason,
)
from jobs_domain.posting import JobPosting, NotPublic, Open, Publication, Retired, evolve
from tests.unit.board import Board
from tests.unit.examples import CLOSING, DETAILS, NOW, POSTING_ID
from tests.unit.fakes import InMemoryPostings, RecordingPublisher

pytestmark = pytest.mark.unit

CHEF = Publication(details=replace(DETAILS, title="Chef"))


def test_what_is_seen_first_is_recorded_and_published(board: Board) -> None:
    events = board.observe(posting_id=POSTING_ID, seen=Publication(details=DETAILS))
    assert events == (PostingPublished(posting_id=POSTING_ID, version=1, occurred_at=NOW, details=DETAILS),)
    assert board.news() == events
    assert board.records.postings.get(POSTING_ID) == JobPosting(
        posting_id=POSTING_ID, details=DETAILS, state=Open(), version=1
    )


def test_seeing_the_same_again_says_and_records_nothing(board: Board) -> None:
    board.post()
    recorded = board.records.postings.get(POSTING_ID)
    board.clock.advance(timedelta(days=1))
    assert board.observe(posting_id=POSTING_ID, seen=Publication(details=DETAILS)) == ()
    assert board.news() == ()
    assert board.records.postings.get(POSTING_ID) is recorded


def test_a_page_that_was_never_public_leaves_no_record(board: Board) -> None:
    assert board.observe(posting_id=POSTING_ID, seen=NotPublic(RetirementReason.UNPUBLISHED)) == ()
    assert board.news() == ()
    assert board.records.postings.get(POSTING_ID) is None


def test_the_record_of_a_posting_outlives_its_page(board: Board) -> None:
    board.post()
    events = board.observe(posting_id=POSTING_ID, seen=NotPublic(RetirementReason.DELETED))
    assert [type(event) for event in events] == [PostingRetired]
    assert board.records.postings.get(POSTING_ID) == JobPosting(
        posting_id=POSTING_ID, details=DETAILS, state=Retired(RetirementReason.DELETED), version=2
    )


def test_the_clock_alone_closes_a_posting(board: Board) -> None:
    board.post()
    board.clock.set(CLOSING)
    (event,) = board.observe(posting_id=POSTING_ID, seen=Publication(details=DETAILS))
    assert event == PostingClosed(posting_id=POSTING_ID, version=2, occurred_at=CLOSING, reason=CloseReason.EXPIRED)


def test_the_returned_events_are_the_published_ones_and_rebuild_the_record(board: Board) -> None:
    rebuilt: JobPosting | None = None
    for seen in (
        Publication(details=DETAILS, closed_by_editor=CloseReason.FILLED),
        CHEF,
        NotPublic(RetirementReason.UNPUBLISHED),
        Publication(details=DETAILS),
        CHEF,
    ):
        events = board.observe(posting_id=POSTING_ID, seen=seen)
        assert board.news() == events
        for event in events:
            rebuilt = evolve(rebuilt, event)
    assert rebuilt == JobPosting(posting_id=POSTING_ID, details=CHEF.details, state=Open(), version=6)
    assert rebuilt == board.records.postings.get(POSTING_ID)


def test_what_cannot_be_recorded_is_not_published(board: Board) -> None:
    board.records.postings = _FullPostings()
    with pytest.raises(_DiskFullError):
        board.observe(posting_id=POSTING_ID, seen=CHEF)
    assert board.news() == ()


def test_what_cannot_be_published_is_not_recorded(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: RecordingPublisher, *events: AnyEvent) -> None:
        raise _DiskFullError

    monkeypatch.setattr(RecordingPublisher, "publish", refuse)
    with pytest.raises(_DiskFullError):
        board.observe(posting_id=POSTING_ID, seen=CHEF)
    assert board.records.postings.get(POSTING_ID) is None


class _DiskFullError(Exception):
    pass


class _FullPostings(InMemoryPostings):
    @override
    def save(self, posting: JobPosting) -> None:
        raise _DiskFullError
