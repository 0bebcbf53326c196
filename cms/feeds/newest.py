"""A part of the open postings that are wanted, newest first, that can be gone on with later."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from cms import finding
from cms.feeds.postings import LONG_AGO, PublicPosting, public_postings
from cms.finding.wanted import Wanted
from cms.models import JobPage


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a posting stands among all, whether it is still open or not: smaller is newer."""

    before_1970: int
    """Microseconds from its publication to 1970: below zero."""
    minus_page: int
    """The number of its page, below zero."""

    @classmethod
    def of(cls, posted_at: datetime | None, page: int) -> Self:
        return cls((LONG_AGO - (posted_at or LONG_AGO)) // timedelta(microseconds=1), -page)


@dataclass(frozen=True, slots=True)
class Part:
    """`next` is the place to go on behind, nothing at the end."""

    postings: list[PublicPosting]
    next: Place | None


def newest(wanted: Wanted, *, at: datetime, limit: int, after: Place | None = None) -> Part:
    """The first `limit` postings behind the place. The order and the page that are wanted go for the list only.

    Postings that come or go in the meantime move none of the others: who goes on from place to place sees each that stays open once.
    """
    ids = finding.every(wanted.search, at=at)
    begin = 0 if after is None else _behind(after, ids)
    chosen = ids[begin : begin + limit]
    postings = public_postings(chosen, at=at)
    goes_on = len(ids) > begin + limit
    if wanted.since is not None:
        earliest = at - timedelta(days=wanted.since.value)
        goes_on = goes_on and all(posting.posted_at >= earliest for posting in postings)
        postings = [posting for posting in postings if posting.posted_at >= earliest]
    return Part(postings, _place(chosen[-1]) if goes_on else None)


def _behind(place: Place, ids: tuple[int, ...]) -> int:
    try:
        return ids.index(-place.minus_page) + 1
    except ValueError:  # it is not open any more
        return bisect_right(ids, place, key=_place)


def _place(pk: int) -> Place:
    return Place.of(JobPage.objects.filter(pk=pk).values_list("first_published_at", flat=True).first(), pk)
