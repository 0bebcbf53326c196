from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_domain.changes import MinorChange, NoteToFollowers, TitleChange, ValidThroughChange, diff
from jobs_domain.events import (
    CloseReason,
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    RetirementReason,
)
from jobs_domain.posting import (
    BrokenHistory,
    Closed,
    JobPosting,
    NotPublic,
    Observation,
    Open,
    PostingState,
    Publication,
    Retired,
    evolve,
    observe,
)
from jobs_domain.posting_details import PostingDetails
from jobs_domain.valid_through import ValidThrough
from tests.unit.examples import CLOSING, DETAILS, NOW, OTHER_POSTING_ID, POSTING_ID
from tests.unit.strategies import change_notes, instants, observations, posting_details, postings

pytestmark = pytest.mark.unit

A_MOMENT = timedelta(microseconds=1)
CHEF = replace(DETAILS, title="Chef")
TO_CHEF = (TitleChange("Baker", "Chef"),)
NOTE = NoteToFollowers("We were looking for a chef all along.")
DELETED = NotPublic(RetirementReason.DELETED)
UNPUBLISHED = NotPublic(RetirementReason.UNPUBLISHED)


def _posting(state: PostingState, version: int = 4) -> JobPosting:
    return JobPosting(posting_id=POSTING_ID, details=DETAILS, state=state, version=version)


def _see(posting: JobPosting | None, seen: Observation, *, at: datetime = NOW) -> tuple[PostingEvent, ...]:
    return observe(posting, seen, posting_id=POSTING_ID, at=at)


def _evolved(posting: JobPosting | None, events: tuple[PostingEvent, ...]) -> JobPosting | None:
    for event in events:
        posting = evolve(posting, event)
    return posting


OPEN = _posting(Open())
FILLED = _posting(Closed(CloseReason.FILLED))
TAKEN_DOWN = _posting(Retired(RetirementReason.UNPUBLISHED))


def test_the_first_sight_of_an_open_posting_publishes_it() -> None:
    assert _see(None, Publication(details=DETAILS, note=NOTE)) == (
        PostingPublished(posting_id=POSTING_ID, version=1, occurred_at=NOW, details=DETAILS),
    )


def test_the_first_sight_of_a_closed_posting_publishes_and_closes_it() -> None:
    assert _see(None, Publication(details=DETAILS, closed_by_editor=CloseReason.WITHDRAWN)) == (
        PostingPublished(posting_id=POSTING_ID, version=1, occurred_at=NOW, details=DETAILS),
        PostingClosed(posting_id=POSTING_ID, version=2, occurred_at=NOW, reason=CloseReason.WITHDRAWN),
    )


def test_the_first_sight_of_an_expired_posting_publishes_and_closes_it() -> None:
    published, closed = _see(None, Publication(details=DETAILS), at=CLOSING)
    assert isinstance(published, PostingPublished)
    assert closed == PostingClosed(posting_id=POSTING_ID, version=2, occurred_at=CLOSING, reason=CloseReason.EXPIRED)


@pytest.mark.parametrize("seen", [DELETED, UNPUBLISHED])
def test_what_was_never_public_is_not_retired(seen: NotPublic) -> None:
    assert _see(None, seen) == ()


def test_a_public_difference_is_a_revision() -> None:
    assert _see(OPEN, Publication(details=CHEF, note=NOTE)) == (
        PostingRevised(posting_id=POSTING_ID, version=5, occurred_at=NOW, changes=TO_CHEF, note=NOTE),
    )


def test_a_minor_edit_is_a_revision_that_says_so() -> None:
    assert _see(OPEN, Publication(details=CHEF, note=MinorChange())) == (
        PostingRevised(posting_id=POSTING_ID, version=5, occurred_at=NOW, changes=TO_CHEF, note=MinorChange()),
    )


def test_a_closed_posting_can_be_revised_and_stays_closed() -> None:
    events = _see(FILLED, Publication(details=CHEF, closed_by_editor=CloseReason.FILLED))
    assert [type(event) for event in events] == [PostingRevised]
    assert _evolved(FILLED, events) == replace(FILLED, details=CHEF, version=5)


@pytest.mark.parametrize("note", [NoteToFollowers(), NOTE, MinorChange()])
@pytest.mark.parametrize(
    ("posting", "seen"),
    [
        (OPEN, Publication(details=DETAILS)),
        (FILLED, Publication(details=DETAILS, closed_by_editor=CloseReason.FILLED)),
    ],
)
def test_publishing_again_without_a_public_difference_is_no_news(
    posting: JobPosting, seen: Publication, note: NoteToFollowers | MinorChange
) -> None:
    assert _see(posting, replace(seen, note=note)) == ()


@pytest.mark.parametrize("posting", [OPEN, TAKEN_DOWN])
@pytest.mark.parametrize("reason", CloseReason)
def test_an_editor_closes_a_posting_that_is_open_or_comes_back(posting: JobPosting, reason: CloseReason) -> None:
    assert _see(posting, Publication(details=DETAILS, closed_by_editor=reason, note=NOTE)) == (
        PostingClosed(posting_id=POSTING_ID, version=5, occurred_at=NOW, reason=reason, note=NOTE),
    )


def test_a_posting_closes_at_its_closing_date_and_not_before() -> None:
    seen = Publication(details=DETAILS)
    assert _see(OPEN, seen, at=CLOSING - A_MOMENT) == ()
    assert _see(OPEN, seen, at=CLOSING) == (
        PostingClosed(posting_id=POSTING_ID, version=5, occurred_at=CLOSING, reason=CloseReason.EXPIRED),
    )


def test_a_posting_without_a_closing_date_never_expires() -> None:
    endless = replace(OPEN, details=replace(DETAILS, valid_through=None))
    assert _see(endless, Publication(details=endless.details), at=CLOSING + timedelta(days=36500)) == ()


def test_the_editors_reason_to_close_goes_before_the_closing_date() -> None:
    seen = Publication(details=DETAILS, closed_by_editor=CloseReason.FILLED)
    assert seen.state(at=CLOSING) == Closed(CloseReason.FILLED)
    assert Publication(details=DETAILS).state(at=CLOSING) == Closed(CloseReason.EXPIRED)


@pytest.mark.parametrize("reason", CloseReason)
def test_closing_a_closed_posting_for_another_reason_is_no_news(reason: CloseReason) -> None:
    assert _see(FILLED, Publication(details=DETAILS, closed_by_editor=reason)) == ()
    assert _see(FILLED, Publication(details=DETAILS), at=CLOSING) == ()


@pytest.mark.parametrize("posting", [FILLED, TAKEN_DOWN, _posting(Closed(CloseReason.EXPIRED))])
def test_a_posting_that_takes_applications_again_is_reopened(posting: JobPosting) -> None:
    assert _see(posting, Publication(details=DETAILS, note=NOTE)) == (
        PostingReopened(posting_id=POSTING_ID, version=5, occurred_at=NOW, note=NOTE),
    )


def test_a_closing_date_moved_into_the_future_reopens_an_expired_posting() -> None:
    later = ValidThrough(CLOSING + timedelta(days=30), "Europe/Berlin")
    seen = Publication(details=replace(DETAILS, valid_through=later))
    expired = _posting(Closed(CloseReason.EXPIRED))
    assert _see(expired, seen, at=CLOSING) == (
        PostingReopened(
            posting_id=POSTING_ID,
            version=5,
            occurred_at=CLOSING,
            changes=(ValidThroughChange(DETAILS.valid_through, later),),
        ),
    )


@pytest.mark.parametrize(
    ("posting", "closed_by_editor", "kind"),
    [
        (OPEN, CloseReason.FILLED, PostingClosed),
        (TAKEN_DOWN, CloseReason.FILLED, PostingClosed),
        (FILLED, None, PostingReopened),
        (TAKEN_DOWN, None, PostingReopened),
    ],
)
def test_a_revision_that_closes_or_reopens_is_one_event(
    posting: JobPosting, closed_by_editor: CloseReason | None, kind: type[PostingClosed | PostingReopened]
) -> None:
    (event,) = _see(posting, Publication(details=CHEF, closed_by_editor=closed_by_editor, note=NOTE))
    assert isinstance(event, kind)
    assert (event.changes, event.note) == (TO_CHEF, NOTE)


@pytest.mark.parametrize(
    ("posting", "closed_by_editor"), [(OPEN, CloseReason.FILLED), (FILLED, None), (TAKEN_DOWN, None)]
)
def test_closing_and_reopening_are_news_even_in_a_minor_edit(
    posting: JobPosting, closed_by_editor: CloseReason | None
) -> None:
    (event,) = _see(posting, Publication(details=CHEF, closed_by_editor=closed_by_editor, note=MinorChange()))
    assert isinstance(event, PostingClosed | PostingReopened)
    assert (event.changes, event.note) == (TO_CHEF, NoteToFollowers())


@pytest.mark.parametrize("posting", [OPEN, FILLED])
@pytest.mark.parametrize("reason", RetirementReason)
def test_a_posting_that_is_no_longer_public_is_retired(posting: JobPosting, reason: RetirementReason) -> None:
    assert _see(posting, NotPublic(reason)) == (
        PostingRetired(posting_id=POSTING_ID, version=5, occurred_at=NOW, reason=reason),
    )


@pytest.mark.parametrize("seen", [DELETED, UNPUBLISHED])
def test_a_posting_that_was_taken_down_is_not_retired_twice(seen: NotPublic) -> None:
    assert _see(TAKEN_DOWN, seen) == ()


def test_what_was_edited_while_a_posting_was_down_is_told_when_it_returns() -> None:
    retired = _evolved(OPEN, _see(OPEN, UNPUBLISHED))
    (event,) = _see(retired, Publication(details=CHEF))
    assert event == PostingReopened(posting_id=POSTING_ID, version=6, occurred_at=NOW, changes=TO_CHEF)


_REVISED = PostingRevised(posting_id=POSTING_ID, version=5, occurred_at=NOW, changes=TO_CHEF, note=NOTE)


@pytest.mark.parametrize(
    ("posting", "event"),
    [
        pytest.param(None, _REVISED, id="before the first"),
        pytest.param(OPEN, replace(_REVISED, version=4), id="twice"),
        pytest.param(OPEN, replace(_REVISED, version=6), id="one left out"),
        pytest.param(OPEN, replace(_REVISED, posting_id=OTHER_POSTING_ID), id="of another posting"),
        pytest.param(
            OPEN,
            PostingPublished(posting_id=POSTING_ID, version=5, occurred_at=NOW, details=DETAILS),
            id="published for the first time twice",
        ),
        pytest.param(
            None,
            PostingPublished(posting_id=POSTING_ID, version=2, occurred_at=NOW, details=DETAILS),
            id="published after something else",
        ),
    ],
)
def test_an_event_out_of_turn_breaks_the_history(posting: JobPosting | None, event: PostingEvent) -> None:
    with pytest.raises(BrokenHistory):
        evolve(posting, event)


def _face(posting: JobPosting | None) -> tuple[type[PostingState], PostingDetails] | None:
    """What of a posting can be told from outside: the state without its reason, and the details."""
    return None if posting is None else (type(posting.state), posting.details)


@st.composite
def _looks(draw: st.DrawFn) -> tuple[JobPosting | None, Observation, datetime]:
    """A record (if any), what is seen of it, which is often what was recorded, and when."""
    posting = draw(st.none() | postings())
    seen = draw(observations())
    if posting is not None and isinstance(seen, Publication) and draw(st.booleans()):
        seen = replace(seen, details=posting.details)
    return posting, seen, draw(instants())


@st.composite
def _lives(draw: st.DrawFn) -> list[tuple[Observation, datetime]]:
    """Looks at one posting, which says one of two things."""
    said = st.sampled_from([draw(posting_details()), draw(posting_details())])
    seen = st.builds(
        Publication, details=said, closed_by_editor=st.none() | st.sampled_from(CloseReason), note=change_notes()
    ) | st.builds(NotPublic, st.sampled_from(RetirementReason))
    return draw(st.lists(st.tuples(seen, instants()), max_size=8))


def _look(posting: JobPosting | None, seen: Observation, at: datetime) -> tuple[PostingEvent, ...]:
    return observe(posting, seen, posting_id=POSTING_ID if posting is None else posting.posting_id, at=at)


@given(_looks())
def test_looking_again_at_the_same_moment_is_no_news(look: tuple[JobPosting | None, Observation, datetime]) -> None:
    posting, seen, at = look
    assert _look(_evolved(posting, _look(posting, seen, at)), seen, at) == ()


@given(_looks())
def test_there_is_news_if_and_only_if_something_public_is_different(
    look: tuple[JobPosting | None, Observation, datetime],
) -> None:
    posting, seen, at = look
    events = _look(posting, seen, at)
    assert bool(events) == (_face(posting) != _face(_evolved(posting, events)))


@given(_looks())
def test_the_record_says_afterwards_what_was_seen(look: tuple[JobPosting | None, Observation, datetime]) -> None:
    posting, seen, at = look
    recorded = _evolved(posting, _look(posting, seen, at))
    match seen:
        case Publication():
            assert _face(recorded) == (type(seen.state(at=at)), seen.details)
        case NotPublic():
            assert recorded is None or isinstance(recorded.state, Retired)


@given(_looks())
def test_an_event_carries_all_changes_since_what_was_recorded(
    look: tuple[JobPosting | None, Observation, datetime],
) -> None:
    posting, seen, at = look
    if posting is None or not isinstance(seen, Publication):
        return
    for event in _look(posting, seen, at):
        assert isinstance(event, PostingRevised | PostingClosed | PostingReopened)
        assert event.changes == diff(posting.details, seen.details)


@given(_lives())
def test_replaying_all_events_rebuilds_the_posting(life: list[tuple[Observation, datetime]]) -> None:
    posting: JobPosting | None = None
    history: tuple[PostingEvent, ...] = ()
    for seen, at in life:
        events = _look(posting, seen, at)
        posting = _evolved(posting, events)
        history += events
    assert _evolved(None, history) == posting
    assert [event.version for event in history] == list(range(1, len(history) + 1))
    assert {event.posting_id for event in history} <= {POSTING_ID}
