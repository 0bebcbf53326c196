"""What would happen to a posting if the form, as it is, were published, now or at the time that is set in it. The core says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from cms.editor.typed import Readable, Typed
from jobs_domain.events import CloseReason, PostingEvent, PostingPublished, RetirementReason
from jobs_domain.identifiers import PostingId
from jobs_domain.news import Newsworthy
from jobs_domain.posting import JobPosting, NotPublic, Observation, Open, Publication, evolve, observe


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`published` is the event of the publication itself at `at`; nothing if the public sees no difference.

    `closed` comes before it: the closing date that holds until then passes. `events` are all, in order, with those that come
    after it until the posting is taken down at `ends_at`, if a time for that is set.
    """

    at: datetime
    closed: PostingEvent | None
    published: PostingEvent | None
    ends_at: datetime | None
    events: tuple[PostingEvent, ...]

    @property
    def newsworthy(self) -> tuple[Newsworthy, ...]:
        return tuple(event for event in self.events if not isinstance(event, PostingPublished))


def course(typed: Typed, seen: Readable, public: JobPosting | None, *, now: datetime) -> Course:
    page, posting_id = typed.page, PostingId(typed.page.posting_id)
    at = now if page.go_live_at is None else max(now, page.go_live_at)
    ends_at = page.expire_at if page.expire_at is not None and page.expire_at > at else None
    publication = Publication(
        details=seen.details,
        closed_by_editor=CloseReason(page.closed_reason) if page.closed_reason else None,
        note=typed.note,
    )
    # at this moment nothing can come before it
    closed = _closing(public, after=now, until=at) if at > now else ()
    published = observe(_evolved(public, closed), publication, posting_id=posting_id, at=at)
    events = [*closed, *published]
    if ends_at is not None:
        events += _closing(_evolved(public, events), after=at, until=ends_at)
        down: Observation = NotPublic(RetirementReason.UNPUBLISHED)
        events += observe(_evolved(public, events), down, posting_id=posting_id, at=ends_at)
    return Course(
        at=at,
        closed=next(iter(closed), None),
        # a second event only follows the first publication, of which nobody is told
        published=next(iter(published), None),
        ends_at=ends_at,
        events=tuple(events),
    )


def _closing(posting: JobPosting | None, *, after: datetime, until: datetime) -> tuple[PostingEvent, ...]:
    """The posting closes by itself where its closing date passes in between."""
    closing = None if posting is None else posting.details.valid_through
    if posting is None or closing is None or not isinstance(posting.state, Open) or not closing.has_passed(at=until):
        return ()
    unchanged = Publication(details=posting.details)
    return observe(posting, unchanged, posting_id=posting.posting_id, at=max(after, closing.instant))


def _evolved(posting: JobPosting | None, events: Iterable[PostingEvent]) -> JobPosting | None:
    return reduce(evolve, events, posting)
