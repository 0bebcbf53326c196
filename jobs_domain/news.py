"""What followers of a posting are told of a stretch of its history: one message, however much happened in between."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Final, assert_never

from jobs_domain.changes import Change, ChangeNote, MinorChange, NoteToFollowers, merge
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
from jobs_domain.posting import Closed, Open, PostingState, Retired

type Newsworthy = PostingRevised | PostingClosed | PostingReopened | PostingRetired
"""The events that followers may be told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened in a stretch of a posting's history, the way from its beginning to its end left out.

    It `is_minor` if all that happened was marked so. `loud` are the kinds of change that were made at least once without that mark; for
    each of them `changes` counts from the first such one on, those marked as minor among them, so that followers read the value that
    holds. All other changes are `hushed`: they are told nobody. `notes` are what editors said, each thing once; `state` is the one that
    the posting got last, nothing if it kept the one it had.
    """

    is_minor: bool = False
    hushed: tuple[Change, ...] = ()
    loud: frozenset[type[Change]] = frozenset()
    changes: tuple[Change, ...] = ()
    notes: tuple[NoteToFollowers, ...] = ()
    state: PostingState | None = None


NO_NEWS: Final = News(is_minor=True)
"""Nothing has happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellRevision:
    """The posting says something else than before. There is at least one change."""

    changes: tuple[Change, ...]
    notes: tuple[NoteToFollowers, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TellClosing:
    """The posting takes no more applications, and perhaps says something else than before."""

    reason: CloseReason
    changes: tuple[Change, ...] = ()
    notes: tuple[NoteToFollowers, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TellReopening:
    """The posting takes applications again, and perhaps says something else than before."""

    changes: tuple[Change, ...] = ()
    notes: tuple[NoteToFollowers, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TellRetirement:
    """The posting was taken down, and perhaps said something else before."""

    reason: RetirementReason
    changes: tuple[Change, ...] = ()
    notes: tuple[NoteToFollowers, ...] = ()


@dataclass(frozen=True, slots=True)
class TellNothing:
    """There is nothing worth telling."""


type Tidings = TellRevision | TellClosing | TellReopening | TellRetirement | TellNothing


def news_of(event: Newsworthy) -> News:
    """A stretch of one event."""
    match event:
        case PostingRevised(changes=changes, note=MinorChange()):
            return News(is_minor=True, hushed=changes)
        case PostingRevised(changes=changes, note=note):
            return News(loud=_kinds(changes), changes=changes, notes=_said(note))
        case PostingClosed() | PostingReopened():
            return News(
                loud=_kinds(event.changes), changes=event.changes, notes=_said(event.note), state=state_after(event)
            )
        case PostingRetired():
            return News(state=state_after(event))
        case _:
            assert_never(event)


def compose(first: News, second: News) -> News:
    """The news of two stretches, the second right after the first, as those of one. It does not matter where a history is cut."""
    no_longer_hushed = tuple(change for change in second.hushed if type(change) in first.loud)
    still_hushed = tuple(change for change in second.hushed if type(change) not in first.loud)
    return News(
        is_minor=first.is_minor and second.is_minor,
        hushed=merge(first.hushed, still_hushed),
        loud=first.loud | second.loud,
        changes=merge(first.changes, merge(no_longer_hushed, second.changes)),
        notes=(*first.notes, *(note for note in second.notes if note not in first.notes)),
        state=first.state if second.state is None else second.state,
    )


def news_of_all(events: Iterable[Newsworthy]) -> News:
    """`events` are those of one posting, in order and without a gap."""
    return reduce(compose, (news_of(event) for event in events), NO_NEWS)


def tidings(news: News, *, before: PostingState | None = None) -> Tidings:
    """What followers are told, who so far know the posting as it was before: in the state `before`, if that is known.

    A state that was left and taken again is no news, though changes are, unless the posting is down. If the state before is not known
    the last one is told: that is true in any case, while silence might keep something back.
    """
    match news.state:
        case Retired(reason) if not isinstance(before, Retired):
            return TellRetirement(reason=reason, changes=news.changes, notes=news.notes)
        case Closed(reason) if not isinstance(before, Closed):
            return TellClosing(reason=reason, changes=news.changes, notes=news.notes)
        case Open() if not isinstance(before, Open):
            return TellReopening(changes=news.changes, notes=news.notes)
        case Open() | Closed() | None if news.changes:
            return TellRevision(changes=news.changes, notes=news.notes)
        case Open() | Closed() | Retired() | None:
            return TellNothing()
        case _:
            assert_never(news.state)


def state_after(event: PostingEvent) -> PostingState | None:
    """The state that the event brings about; nothing if the posting keeps the one it has."""
    match event:
        case PostingPublished() | PostingReopened():
            return Open()
        case PostingRevised():
            return None
        case PostingClosed(reason=reason):
            return Closed(reason)
        case PostingRetired(reason=reason):
            return Retired(reason)
        case _:
            assert_never(event)


def _said(note: ChangeNote) -> tuple[NoteToFollowers, ...]:
    match note:
        case NoteToFollowers(words):
            return (note,) if words.strip() else ()
        case MinorChange():
            return ()
        case _:
            assert_never(note)


def _kinds(changes: tuple[Change, ...]) -> frozenset[type[Change]]:
    return frozenset(type(change) for change in changes)
