"""What happened to a posting in public, for everybody to read: when it was posted, what was changed, when it closed.

It is read from the stored events, which are never deleted: what followers were told and what the page shows are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, assert_never

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from adapters import words
from adapters.codec import decode_event
from adapters.models import OutboxEvent, PostingRecord
from adapters.words import ChangeInWords
from jobs_domain.changes import Change, ChangeNote, DescriptionChange, MinorChange, NoteToFollowers
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

SHOWN: Final = 60
"""Events at most, the latest."""


class Knot(Enum):
    """Of which kind something was that happened; the value is used in the stylesheet."""

    POSTED = "posted"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    TAKEN_DOWN = "taken-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened. `note` is what the editor wrote to the followers; a minor change was told to nobody."""

    knot: Knot
    at: datetime
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
    """`happenings` come newest first; there are `earlier` ones that are not shown."""

    happenings: tuple[Happening, ...] = ()
    earlier: int = 0

    @property
    def changed_at(self) -> datetime | None:
        """When it was last changed, closed or opened again; nothing if it is as it was posted."""
        return next((each.at for each in self.happenings if each.knot is not Knot.POSTED), None)


def history_of(posting_id: PostingId, *, posted_on: datetime | None = None) -> History:
    """An event that this version of the program cannot read is left out.

    `posted_on` is when the posting was first published, if that was before it came to this board.
    """
    versions = PostingRecord.objects.filter(pk=posting_id).values_list("version", flat=True)
    last = versions.first() or 0
    first = max(last - SHOWN, 0) + 1
    ids = [event_id(stream=posting_id, version=version) for version in range(first, last + 1)]
    happenings = sorted(
        (_happening(event, posted_on) for event in _events(OutboxEvent.objects.filter(event_id__in=ids))),
        key=lambda found: found[0],
        reverse=True,
    )
    return History(happenings=tuple(happening for _version, happening in happenings), earlier=first - 1)


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


def _happening(event: PostingEvent, posted_on: datetime | None) -> tuple[int, Happening]:
    at = event.occurred_at
    match event:
        case PostingPublished():
            return event.version, Happening(knot=Knot.POSTED, at=min(at, posted_on or at))
        case PostingRevised(changes=changes, note=note):
            return event.version, _with_changes(Knot.CHANGED, at, changes, note)
        case PostingClosed(changes=changes, note=note, reason=reason):
            return event.version, _with_changes(Knot.CLOSED, at, changes, note, reason)
        case PostingReopened(changes=changes, note=note):
            return event.version, _with_changes(Knot.REOPENED, at, changes, note)
        case PostingRetired():
            return event.version, Happening(knot=Knot.TAKEN_DOWN, at=at)
        case _:
            assert_never(event)


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
