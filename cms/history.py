"""What happened to a posting in public, for everybody to read: when it was posted, what was changed, when it closed.

It is read from the stored events, which are never deleted: what followers were told and what the page shows are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from typing import Final, assert_never

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from adapters import words
from adapters.codec import decode_event
from adapters.models import OutboxEvent, PostingRecord
from adapters.words import ChangeInWords
from jobs_domain.changes import (
    Change,
    ChangeNote,
    DescriptionChange,
    MinorChange,
    NoteToFollowers,
    ValidThroughChange,
)
from jobs_domain.events import (
    CloseReason,
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
)
from jobs_domain.identifiers import PostingId, event_id
from jobs_domain.valid_through import ValidThrough

SHOWN: Final = 200
"""Events at most, the latest."""
UNFOLDED: Final = 10
"""So many of them are seen at once."""


class Knot(Enum):
    """Of which kind something was that happened; the value is used in the stylesheet."""

    POSTED = "posted"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    TAKEN_DOWN = "taken-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened. `note` is what the editor wrote to the followers; a minor change was told to nobody.

    `at` is in the time zone of the posting. It `shares_its_day` with another one: the day alone does not tell them apart.
    """

    knot: Knot
    at: datetime
    shares_its_day: bool = False
    changes: tuple[ChangeInWords, ...] = ()
    rewritten: bool = False
    note: str = ""
    is_minor: bool = False
    reason: CloseReason | None = None

    @property
    def heading(self) -> str | Promise:
        match self.knot:
            case Knot.POSTED:
                return _("Posted")
            case Knot.CHANGED:
                return pgettext_lazy("minor change", "Corrected") if self.is_minor else _("Changed")
            case Knot.CLOSED if self.reason is not None:
                return CLOSED[self.reason]
            case Knot.CLOSED:
                return pgettext_lazy("history of a posting", "Closed")
            case Knot.REOPENED:
                return _("Open again")
            case Knot.TAKEN_DOWN:
                return _("Taken down")


CLOSED: Final = {
    CloseReason.FILLED: _("Closed: filled"),
    CloseReason.WITHDRAWN: _("Closed: withdrawn"),
    CloseReason.EXPIRED: _("Closed: the closing date passed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`happenings` come newest first; there are `earlier` ones that are not shown. `zone` is that of the clock times."""

    happenings: tuple[Happening, ...] = ()
    earlier: int = 0
    zone: str = ""

    @property
    def latest(self) -> tuple[Happening, ...]:
        return self.happenings[:UNFOLDED]

    @property
    def folded(self) -> tuple[Happening, ...]:
        return self.happenings[UNFOLDED:]

    @property
    def changed_at(self) -> datetime | None:
        """When it was last changed, closed or opened again; nothing if it is as it was posted."""
        return next((each.at for each in self.happenings if each.knot is not Knot.POSTED), None)

    @property
    def closed_at(self) -> datetime | None:
        return next((each.at for each in self.happenings if each.knot is Knot.CLOSED), None)

    @property
    def clock(self) -> str:
        """Whose clock times are said, if any are."""
        return words.zone(self.zone) if any(each.shares_its_day for each in self.happenings) else ""


def history_of(posting_id: PostingId, *, posted_at: datetime | None = None, zone: tzinfo = UTC) -> History:
    """An event that this version of the program cannot read is left out.

    `posted_at` is when the posting was first published, if that was before it came to this board; `zone` is where its days begin.
    """
    versions = PostingRecord.objects.filter(pk=posting_id).values_list("version", flat=True)
    last = versions.first() or 0
    first = max(last - SHOWN, 0) + 1
    ids = [event_id(stream=posting_id, version=version) for version in range(first, last + 1)]
    events = sorted(_events(OutboxEvent.objects.filter(event_id__in=ids)), key=lambda event: event.version)
    happenings = [replace(each, at=each.at.astimezone(zone)) for each in _happenings(events, posted_at)]
    on_day = Counter(each.at.date() for each in happenings)
    return History(
        happenings=tuple(replace(each, shares_its_day=on_day[each.at.date()] > 1) for each in reversed(happenings)),
        earlier=first - 1,
        zone=str(zone),
    )


def _events(stored: Iterable[OutboxEvent]) -> Iterator[PostingEvent]:
    for each in stored:
        try:
            event = decode_event(each.name, each.format_version, each.payload)
        except Exception:  # noqa: BLE001, S112 - a step from an old format may fail in any way; the event's own dispatch says so
            continue
        match event:
            case PostingPublished() | PostingRevised() | PostingClosed() | PostingReopened() | PostingRetired():
                yield event
            case _:
                pass


def _happenings(events: Iterable[PostingEvent], posted_at: datetime | None) -> Iterator[Happening]:
    """Oldest first, like the events."""
    closing: ValidThrough | None = None
    before: datetime | None = None
    for event in events:
        closing = _closing_after(event, closing)
        happening = _happening(event, closing, posted_at, before)
        before = happening.at
        yield happening


def _happening(
    event: PostingEvent, closing: ValidThrough | None, posted_at: datetime | None, before: datetime | None
) -> Happening:
    at = event.occurred_at
    match event:
        case PostingPublished():
            return Happening(knot=Knot.POSTED, at=min(at, posted_at or at))
        case PostingRevised(changes=changes, note=note):
            return _with_changes(Knot.CHANGED, at, changes, note)
        case PostingClosed(changes=changes, note=note, reason=reason):
            if reason is CloseReason.EXPIRED and closing is not None:
                passed = _last_moment(closing)
                at = at if before is not None and passed < before else passed
            return _with_changes(Knot.CLOSED, at, changes, note, reason)
        case PostingReopened(changes=changes, note=note):
            return _with_changes(Knot.REOPENED, at, changes, note)
        case PostingRetired():
            return Happening(knot=Knot.TAKEN_DOWN, at=at)
        case _:
            assert_never(event)


def _closing_after(event: PostingEvent, closing: ValidThrough | None) -> ValidThrough | None:
    """`closing` is the closing date before the event, as far as it is known."""
    match event:
        case PostingPublished(details=details):
            return details.valid_through
        case PostingRetired():
            return closing
        case PostingRevised(changes=changes) | PostingClosed(changes=changes) | PostingReopened(changes=changes):
            return next((change.new for change in changes if isinstance(change, ValidThroughChange)), closing)
        case _:
            assert_never(event)


def _last_moment(closing: ValidThrough) -> datetime:
    """Within the last day, although a closing date lasts until the day after begins."""
    ends_with_the_day = words.ends_with_the_day(closing)
    return closing.instant - timedelta(microseconds=1) if ends_with_the_day else closing.instant


def _with_changes(
    knot: Knot, at: datetime, changes: tuple[Change, ...], note: ChangeNote, reason: CloseReason | None = None
) -> Happening:
    return Happening(
        knot=knot,
        at=at,
        changes=tuple(words.change(change) for change in changes if not isinstance(change, DescriptionChange)),
        rewritten=any(isinstance(change, DescriptionChange) for change in changes),
        note=note.words if isinstance(note, NoteToFollowers) else "",
        is_minor=isinstance(note, MinorChange),
        reason=reason,
    )
