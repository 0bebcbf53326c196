"""Answers what visitors, feeds and machines ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from cms.finding import kept
from cms.finding.columns import NEVER, Columns, Mask, Rows, datetime_of, instant
from cms.finding.facets import Counting, begin, currency_of
from cms.finding.found import Criterion, Found
from cms.finding.masks import all_but_one, all_of, masks
from cms.finding.text_index import text_index
from cms.finding.wanted import POSTINGS_PER_PAGE, Sort, Wanted
from cms.finding.words import Terms, terms
from jobs_domain.topics import JobSearch


def find(wanted: Wanted, *, at: datetime) -> Found:
    """One page of the postings that are open at the instant and meet all criteria. Two queries while nothing changes."""
    columns = kept.columns(at=at)
    asked, tiers = _text(wanted.search), list[Rows]()
    meets = masks(columns, wanted.search)
    if wanted.since is not None:
        meets[Criterion.SINCE] = columns.posted >= begin(wanted.since, at=at)
    if asked:
        tiers = _tiers(columns, asked, is_ranked=wanted.sort is Sort.BEST_MATCH)
        meets[None] = _mask(columns, tiers)
    is_open = columns.open(at)
    found, left = all_of(is_open, meets.values()), all_but_one(is_open, meets)
    total = int(np.count_nonzero(found))
    pages = max(1, -(-total // POSTINGS_PER_PAGE))
    page = min(max(wanted.page, 1), pages)
    ordered = _ordered(columns, found, wanted.sort, tiers)[(page - 1) * POSTINGS_PER_PAGE : page * POSTINGS_PER_PAGE]
    counting = Counting(columns=columns, wanted=wanted, at=at, left=lambda criterion: left.get(criterion, found))
    return Found(
        total=total,
        page=page,
        pages=pages,
        ids=_pages(columns, ordered),
        facets=counting.facets(),
        without={} if total else {key: int(np.count_nonzero(mask)) for key, mask in left.items()},
        currency=currency_of(wanted, columns, at=at),
    )


def every(search: JobSearch | None, *, at: datetime) -> tuple[int, ...]:
    """The pages of all postings that are open at the instant and meet the search, newest first."""
    columns, asked = kept.columns(at=at), _text(search)
    meets = masks(columns, search)
    if asked:
        meets[None] = _mask(columns, _tiers(columns, asked, is_ranked=False))
    return _pages(columns, np.flatnonzero(all_of(columns.open(at), meets.values())))


def next_closing(*, at: datetime) -> datetime | None:
    """The next instant at which a posting closes by itself; `None` if none has a closing date."""
    columns = kept.columns(at=at)
    closes = columns.closes[columns.open(at)]
    first = int(closes.min(initial=NEVER))
    return None if first == NEVER else datetime_of(first)


def last_closing(*, at: datetime) -> datetime | None:
    """The last instant, within a day before `at`, at which a posting closed by itself."""
    columns = kept.columns(at=at)
    closed = columns.closes[columns.closes <= instant(at)]
    return datetime_of(int(closed.max())) if len(closed) else None


def _text(search: JobSearch | None) -> Terms:
    return terms("" if search is None else search.text)


def _tiers(columns: Columns, asked: Terms, *, is_ranked: bool) -> list[Rows]:
    """The rows in which the text is found, the best first; a row may be in several."""
    known = columns.answers.get((asked, is_ranked))
    if known is not None:
        return known
    index = text_index()
    # asked after the columns were read: the words are at least as new, and with newer ones there are other columns
    found = index.ranked(asked) if is_ranked else (index.matching(asked),)
    rows = [columns.rows_of(pages) for pages in found]
    if is_ranked:
        same, in_title, *others = rows
        rows = [same, _as_typed(columns, asked, in_title), in_title, *others]
    columns.answers.keep((asked, is_ranked), rows)
    return rows


def _as_typed(columns: Columns, asked: Terms, rows: Rows) -> Rows:
    """Of titles with the words in any form those with just these: who asks for an “intern” does not mean “internal”."""
    numbers = [columns.names.words.known(word) for phrase in asked.phrases for word in phrase]
    found = np.ones(len(columns), np.bool_)
    for number in numbers:
        found &= columns.words.mask([] if number is None else [number], len(columns))
    chosen: Rows = rows[found[rows]]
    return chosen


def _mask(columns: Columns, tiers: Sequence[Rows]) -> Mask:
    found = np.zeros(len(columns), np.bool_)
    for rows in tiers:
        found[rows] = True
    return found


def _ordered(columns: Columns, found: Mask, sort: Sort, tiers: Sequence[Rows]) -> Rows:
    if sort is Sort.CLOSING_SOON:
        return columns.by_closing[found[columns.by_closing]]
    newest_first = np.flatnonzero(found)
    if sort is Sort.NEWEST or len(tiers) < 2:
        return newest_first
    tier = np.full(len(columns), len(tiers), np.int8)
    for number in reversed(range(len(tiers))):
        tier[tiers[number]] = number
    return newest_first[np.argsort(tier[newest_first], kind="stable")]


def _pages(columns: Columns, rows: Rows) -> tuple[int, ...]:
    pages: list[int] = columns.page[rows].tolist()
    return tuple(pages)
