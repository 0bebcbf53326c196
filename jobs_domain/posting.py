"""The life of a posting: what is seen of it in public, compared with what was recorded last."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from jobs_domain.changes import ChangeNote, MinorChange, NoteToFollowers, apply, diff
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
from jobs_domain.identifiers import PostingId
from jobs_domain.posting_details import PostingDetails


class BrokenHistory(ValueError):
    """An event does not follow the ones before it."""


@dataclass(frozen=True, slots=True)
class Open:
    """Takes applications."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Can be read, takes no applications."""

    reason: CloseReason


@dataclass(frozen=True, slots=True)
class Retired:
    """Cannot be read."""

    reason: RetirementReason


type PostingState = Open | Closed | Retired


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A posting as it is public at this moment.

    `closed_by_editor` is set while an editor keeps it closed; a closing date that has passed needs no mark. `note` is what the
    editor said about the difference from before.
    """

    details: PostingDetails
    closed_by_editor: CloseReason | None = None
    note: ChangeNote = NoteToFollowers()

    def state(self, *, at: datetime) -> Open | Closed:
        """Open or closed at the instant `at`; the editor's reason goes before an expired closing date."""
        if self.closed_by_editor is not None:
            return Closed(self.closed_by_editor)
        valid_through = self.details.valid_through
        if valid_through is not None and valid_through.has_passed(at=at):
            return Closed(CloseReason.EXPIRED)
        return Open()


@dataclass(frozen=True, slots=True)
class NotPublic:
    """Nothing of the posting can be read in public."""

    reason: RetirementReason


type Observation = Publication | NotPublic


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPosting:
    """The public record of a posting. `version` counts its events."""

    posting_id: PostingId
    details: PostingDetails
    state: PostingState
    version: int


def observe(
    posting: JobPosting | None, seen: Observation, *, posting_id: PostingId, at: datetime
) -> tuple[PostingEvent, ...]:
    """What has happened to the posting if this is what is seen of it at the instant `at`.

    Seeing the same again yields nothing. A revision that closes or reopens at the same time is one event. Closing, reopening and
    taking down are always news: a change marked as minor only quiets a revision.
    """
    match seen:
        case NotPublic():
            if posting is None or isinstance(posting.state, Retired):
                return ()
            return (
                PostingRetired(posting_id=posting_id, version=posting.version + 1, occurred_at=at, reason=seen.reason),
            )
        case Publication():
            if posting is None:
                return _first_published(seen, posting_id=posting_id, at=at)
            event = _seen_again(posting, seen, at=at)
            return () if event is None else (event,)
        case _:
            assert_never(seen)


def _first_published(seen: Publication, *, posting_id: PostingId, at: datetime) -> tuple[PostingEvent, ...]:
    published = PostingPublished(posting_id=posting_id, version=1, occurred_at=at, details=seen.details)
    match seen.state(at=at):
        case Open():
            return (published,)
        case Closed(reason):
            return (published, PostingClosed(posting_id=posting_id, version=2, occurred_at=at, reason=reason))


def _seen_again(posting: JobPosting, seen: Publication, *, at: datetime) -> PostingEvent | None:
    changes = diff(posting.details, seen.details)
    version = posting.version + 1
    note = NoteToFollowers() if isinstance(seen.note, MinorChange) else seen.note
    match seen.state(at=at):
        case Closed(reason) if not isinstance(posting.state, Closed):
            return PostingClosed(
                posting_id=posting.posting_id,
                version=version,
                occurred_at=at,
                reason=reason,
                changes=changes,
                note=note,
            )
        case Open() if not isinstance(posting.state, Open):
            return PostingReopened(
                posting_id=posting.posting_id, version=version, occurred_at=at, changes=changes, note=note
            )
        case _ if changes:
            return PostingRevised(
                posting_id=posting.posting_id, version=version, occurred_at=at, changes=changes, note=seen.note
            )
        case _:
            return None


def evolve(posting: JobPosting | None, event: PostingEvent) -> JobPosting:
    """The posting after the event; replaying all its events rebuilds it. Raises `BrokenHistory` for an event out of turn."""
    if isinstance(event, PostingPublished):
        if posting is not None or event.version != 1:
            raise BrokenHistory("A posting is published for the first time once, before anything else.")
        return JobPosting(posting_id=event.posting_id, details=event.details, state=Open(), version=event.version)
    if posting is None or (event.posting_id, event.version) != (posting.posting_id, posting.version + 1):
        raise BrokenHistory(f"Event {event.version} of posting {event.posting_id} is out of turn.")
    match event:
        case PostingRevised():
            return replace(posting, version=event.version, details=apply(posting.details, event.changes))
        case PostingClosed():
            details = apply(posting.details, event.changes)
            return replace(posting, version=event.version, details=details, state=Closed(event.reason))
        case PostingReopened():
            details = apply(posting.details, event.changes)
            return replace(posting, version=event.version, details=details, state=Open())
        case PostingRetired():
            return replace(posting, version=event.version, state=Retired(event.reason))
        case _:
            assert_never(event)
