"""What the page of a posting shows beside the posting itself, and how long it may be kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from adapters import touched
from cms.history import History, history_of
from cms.time_left import time_left
from jobs_domain.events import CloseReason
from jobs_domain.identifiers import PostingId
from jobs_domain.valid_through import ValidThrough

if TYPE_CHECKING:
    from cms.models.job_page import JobPage

SIMILAR: Final = 4
LONGEST: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`similar` are open postings like this one. `closing_ahead` is the closing date of a posting that is open.

    `closed_on` is the day when it was closed, or its closing date if that has passed.
    """

    history: History
    similar: tuple[JobPage, ...]
    closing_ahead: ValidThrough | None
    closed_on: date | None
    time_left: str


def reading(page: JobPage, *, at: datetime, similar: Iterable[JobPage]) -> Reading:
    closing = page.closing if page.is_open else None
    history = history_of(PostingId(page.posting_id), posted_at=page.first_published_at, zone=page.zone)
    return Reading(
        history=history,
        similar=tuple(similar),
        closing_ahead=closing,
        closed_on=_closed_on(page, history),
        time_left="" if closing is None else time_left(closing, at=at),
    )


def _closed_on(page: JobPage, history: History) -> date | None:
    match page.closed_because:
        case None:
            return None
        case CloseReason.EXPIRED:
            return page.closing_date
        case _:
            return None if history.closed_at is None else history.closed_at.date()


def similar_to(page: JobPage, *, at: datetime) -> list[JobPage]:
    """Nothing is like a posting that is only being written."""
    from cms import finding
    from cms.public import postings

    return [] if page.pk is None else postings.in_order(finding.similar(page.pk, at=at, limit=SIMILAR), at=at)


def subjects(page: JobPage, similar: Iterable[JobPage]) -> frozenset[str]:
    """All that the page shows something of: a posting is touched with the names of its company and its categories."""
    return frozenset(touched.posting(job.posting_id) for job in (page, *similar))


def kept_until(page: JobPage, similar: Iterable[JobPage], *, at: datetime) -> datetime:
    """The next closing instant of any of them; in five minutes at most, for the words about the time that is left grow old."""
    closings = [job.valid_through for job in (page, *similar) if job.valid_through is not None]
    return min([closing for closing in closings if closing > at] + [at + LONGEST])
