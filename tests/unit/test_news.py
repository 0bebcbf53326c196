"""However a history is cut into messages, followers end up knowing what is true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_domain.changes import (
    ApplyTargetChange,
    CategoriesChange,
    Change,
    ChangeNote,
    DescriptionChange,
    EmploymentTypesChange,
    HiringOrganizationChange,
    LocationsChange,
    MinorChange,
    NoteToFollowers,
    SalaryChange,
    TitleChange,
    ValidThroughChange,
    WorkplaceTypeChange,
    apply,
    diff,
)
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
from jobs_domain.news import (
    Newsworthy,
    TellClosing,
    TellNothing,
    TellReopening,
    TellRetirement,
    TellRevision,
    Tidings,
    compose,
    news_of,
    news_of_all,
    state_after,
    tidings,
)
from jobs_domain.posting import Closed, JobPosting, Open, PostingState, Retired, evolve
from tests.unit.examples import NOW, POSTING_ID
from tests.unit.strategies import lives, posting_events, postings

pytestmark = pytest.mark.unit

type Life = list[tuple[JobPosting, PostingEvent, JobPosting]]

OPEN = Open()
FILLED, WITHDRAWN = Closed(CloseReason.FILLED), Closed(CloseReason.WITHDRAWN)
TAKEN_DOWN, DELETED = Retired(RetirementReason.UNPUBLISHED), Retired(RetirementReason.DELETED)

NO_NOTE = NoteToFollowers()
LOOK, THERE = NoteToFollowers("Look!"), NoteToFollowers("There!")
MINOR = MinorChange()
OTHER_COMPANY = HiringOrganizationChange("Bread & Co", "Bread & Sons")
KINDS: tuple[type[Change], ...] = (
    TitleChange,
    HiringOrganizationChange,
    DescriptionChange,
    LocationsChange,
    WorkplaceTypeChange,
    EmploymentTypesChange,
    SalaryChange,
    ApplyTargetChange,
    ValidThroughChange,
    CategoriesChange,
)
A_TO_B, B_TO_C, B_TO_A, A_TO_C = (TitleChange(*names) for names in ("ab", "bc", "ba", "ac"))


def revised(*changes: Change, note: ChangeNote = NO_NOTE) -> Newsworthy:
    return PostingRevised(posting_id=POSTING_ID, version=2, occurred_at=NOW, changes=changes, note=note)


def closed(*changes: Change, state: Closed = FILLED, note: NoteToFollowers = NO_NOTE) -> Newsworthy:
    return PostingClosed(
        posting_id=POSTING_ID, version=2, occurred_at=NOW, reason=state.reason, changes=changes, note=note
    )


def reopened(*changes: Change, note: NoteToFollowers = NO_NOTE) -> Newsworthy:
    return PostingReopened(posting_id=POSTING_ID, version=2, occurred_at=NOW, changes=changes, note=note)


def retired(state: Retired = TAKEN_DOWN) -> Newsworthy:
    return PostingRetired(posting_id=POSTING_ID, version=2, occurred_at=NOW, reason=state.reason)


def told(*events: Newsworthy, before: PostingState | None) -> Tidings:
    return tidings(news_of_all(events), before=before)


@pytest.mark.parametrize(
    ("before", "events", "expected"),
    [
        pytest.param(OPEN, [revised(A_TO_B), revised(B_TO_C)], TellRevision(changes=(A_TO_C,)), id="two revisions"),
        pytest.param(OPEN, [revised(A_TO_B), revised(B_TO_A)], TellNothing(), id="changed back"),
        pytest.param(OPEN, [revised(A_TO_B, note=LOOK), revised(B_TO_A)], TellNothing(), id="a note is no news alone"),
        pytest.param(OPEN, [revised(A_TO_B, note=MINOR)], TellNothing(), id="minor"),
        pytest.param(
            OPEN, [revised(A_TO_B), revised(B_TO_C, note=MINOR)], TellRevision(changes=(A_TO_C,)), id="minor joins"
        ),
        pytest.param(OPEN, [revised(A_TO_B), revised(B_TO_A, note=MINOR)], TellNothing(), id="minor leads back"),
        pytest.param(
            OPEN,
            [revised(A_TO_B), revised(OTHER_COMPANY, note=MINOR)],
            TellRevision(changes=(A_TO_B,)),
            id="what is minor and about something else stays quiet",
        ),
        pytest.param(
            OPEN,
            [revised(A_TO_B, note=MINOR), revised(B_TO_C)],
            TellRevision(changes=(B_TO_C,)),
            id="what comes after a minor one tells its own changes",
        ),
        pytest.param(
            OPEN,
            [revised(A_TO_B), closed(B_TO_C)],
            TellClosing(reason=CloseReason.FILLED, changes=(A_TO_C,)),
            id="closing absorbs a revision",
        ),
        pytest.param(
            OPEN,
            [revised(A_TO_B, note=MINOR), closed()],
            TellClosing(reason=CloseReason.FILLED),
            id="closing keeps what is minor quiet",
        ),
        pytest.param(
            OPEN,
            [revised(A_TO_B, note=LOOK), retired()],
            TellRetirement(reason=RetirementReason.UNPUBLISHED, changes=(A_TO_B,), notes=(LOOK,)),
            id="taking down absorbs a revision",
        ),
        pytest.param(OPEN, [closed(), reopened()], TellNothing(), id="closed and reopened"),
        pytest.param(
            OPEN, [closed(), reopened(A_TO_B)], TellRevision(changes=(A_TO_B,)), id="closed and reopened otherwise"
        ),
        pytest.param(OPEN, [retired(), reopened()], TellNothing(), id="down and back"),
        pytest.param(OPEN, [retired(), reopened(A_TO_B)], TellRevision(changes=(A_TO_B,)), id="down, back otherwise"),
        pytest.param(
            OPEN, [retired(), closed()], TellClosing(reason=CloseReason.FILLED), id="down and back, but closed"
        ),
        pytest.param(
            OPEN, [closed(), retired(DELETED)], TellRetirement(reason=RetirementReason.DELETED), id="closed, then down"
        ),
        pytest.param(FILLED, [reopened(), closed(state=WITHDRAWN)], TellNothing(), id="reopened and closed again"),
        pytest.param(
            FILLED,
            [reopened(A_TO_B), closed()],
            TellRevision(changes=(A_TO_B,)),
            id="reopened and closed again otherwise",
        ),
        pytest.param(FILLED, [retired(), closed(state=WITHDRAWN)], TellNothing(), id="down and back as closed as ever"),
        pytest.param(FILLED, [retired(), reopened()], TellReopening(), id="down and back, but open"),
        pytest.param(TAKEN_DOWN, [reopened(), closed()], TellClosing(reason=CloseReason.FILLED), id="back and closed"),
        pytest.param(TAKEN_DOWN, [closed(), reopened()], TellReopening(), id="back as closed, then open"),
        pytest.param(TAKEN_DOWN, [reopened(A_TO_B), retired()], TellNothing(), id="back and down again"),
        pytest.param(TAKEN_DOWN, [closed(A_TO_B), retired(DELETED)], TellNothing(), id="back as closed, down again"),
        pytest.param(None, [closed(), reopened()], TellReopening(), id="perhaps it was down before"),
        pytest.param(
            None,
            [reopened(), retired()],
            TellRetirement(reason=RetirementReason.UNPUBLISHED),
            id="perhaps it was closed before",
        ),
    ],
)
def test_what_is_told_of_several_events_at_once(
    before: PostingState | None, events: list[Newsworthy], expected: Tidings
) -> None:
    assert told(*events, before=before) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (revised(A_TO_B, note=LOOK), TellRevision(changes=(A_TO_B,), notes=(LOOK,))),
        (
            closed(A_TO_B, note=LOOK),
            TellClosing(reason=CloseReason.FILLED, changes=(A_TO_B,), notes=(LOOK,)),
        ),
        (reopened(A_TO_B, note=LOOK), TellReopening(changes=(A_TO_B,), notes=(LOOK,))),
        (retired(DELETED), TellRetirement(reason=RetirementReason.DELETED)),
    ],
)
def test_an_event_by_itself_is_told_as_what_it_is(event: Newsworthy, expected: Tidings) -> None:
    assert tidings(news_of(event)) == expected


def test_editors_notes_are_kept_in_order_and_each_of_them_once() -> None:
    events = [
        revised(A_TO_B, note=LOOK),
        revised(B_TO_A, note=NoteToFollowers(" \n")),
        revised(A_TO_B, note=THERE),
        closed(B_TO_C, note=LOOK),
    ]
    assert told(*events, before=OPEN) == TellClosing(reason=CloseReason.FILLED, changes=(A_TO_C,), notes=(LOOK, THERE))


def test_where_nothing_happened_there_is_nothing_to_tell() -> None:
    assert told(before=OPEN) == TellNothing()


def _newsworthy(life: Life) -> list[Newsworthy]:
    return [event for _, event, _ in life if not isinstance(event, PostingPublished)]


def _without_what_is_minor_at_first(life: Life) -> Life:
    for begin, (_, event, _) in enumerate(life):
        if not (isinstance(event, PostingRevised) and isinstance(event.note, MinorChange)):
            return life[begin:]
    return []


def test_minor_changes_are_merged_among_themselves_before_they_join_another() -> None:
    minor_ones = news_of_all([revised(B_TO_C, note=MINOR), revised(TitleChange("c", "a"), note=MINOR)])
    assert compose(news_of(revised(A_TO_B)), minor_ones).changes == ()


@given(lives(), st.data())
def test_it_does_not_matter_where_a_history_is_cut(life: Life, data: st.DataObject) -> None:
    events = _newsworthy(life)
    cut = data.draw(st.integers(0, len(events)))
    assert compose(news_of_all(events[:cut]), news_of_all(events[cut:])) == news_of_all(events)


def _began_loud(life: Life, kind: type[Change]) -> int | None:
    """Where in the history a change of the kind was first made without being marked as minor."""
    for place, (_, event, _) in enumerate(life):
        match event:
            case PostingRevised(note=MinorChange()) | PostingPublished() | PostingRetired():
                continue
            case _ if any(isinstance(change, kind) for change in event.changes):
                return place
            case _:
                continue
    return None


@given(lives())
def test_of_each_kind_the_first_change_that_is_not_minor_begins_what_is_told_and_the_last_ends_it(life: Life) -> None:
    news = news_of_all(_newsworthy(life))
    assert news.is_minor == (not _without_what_is_minor_at_first(life))
    if not life:
        return
    start, end = life[0][0].details, life[-1][2].details
    for kind in KINDS:
        place = _began_loud(life, kind)
        begin = end if place is None else life[place][0].details
        assert _of(kind, news.hushed) == _of(kind, diff(start, begin))
        assert _of(kind, news.changes) == _of(kind, diff(begin, end))


def _of(kind: type[Change], changes: tuple[Change, ...]) -> list[Change]:
    return [change for change in changes if isinstance(change, kind)]


@given(lives())
def test_who_hears_one_message_knows_what_is_true_afterwards_but_for_what_is_minor(life: Life) -> None:
    told_life = _without_what_is_minor_at_first(life)
    if not told_life:
        return
    before, (_, _, after) = told_life[0][0], told_life[-1]
    known = apply(life[0][0].details, news_of_all(_newsworthy(life)).hushed)
    match told(*_newsworthy(life), before=before.state):
        case TellNothing():
            assert type(after.state) is type(before.state)
            assert isinstance(after.state, Retired) or after.details == known
        case TellRevision(changes=changes):
            assert changes
            assert type(after.state) is type(before.state)
            assert apply(known, changes) == after.details
        case TellClosing(reason=reason, changes=changes):
            assert after.state == Closed(reason)
            assert not isinstance(before.state, Closed)
            assert apply(known, changes) == after.details
        case TellReopening(changes=changes):
            assert after.state == Open()
            assert not isinstance(before.state, Open)
            assert apply(known, changes) == after.details
        case TellRetirement(reason=reason, changes=changes):
            assert after.state == Retired(reason)
            assert not isinstance(before.state, Retired)
            assert apply(known, changes) == after.details


@given(lives())
def test_who_does_not_know_the_state_before_is_told_the_last_one_rather_than_nothing(life: Life) -> None:
    last_state = news_of_all(_newsworthy(life)).state
    match told(*_newsworthy(life), before=None):
        case TellClosing(reason=reason):
            assert last_state == Closed(reason)
        case TellReopening():
            assert last_state == Open()
        case TellRetirement(reason=reason):
            assert last_state == Retired(reason)
        case TellRevision() | TellNothing():
            assert last_state is None


@given(postings(), posting_events())
def test_the_state_after_an_event_is_that_of_the_posting(posting: JobPosting, event: PostingEvent) -> None:
    if isinstance(event, PostingPublished):
        assert state_after(event) == Open()
        return
    record = JobPosting(
        posting_id=event.posting_id, details=posting.details, state=posting.state, version=event.version - 1
    )
    assert evolve(record, event).state == (state_after(event) or posting.state)
