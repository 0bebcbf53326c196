"""The columns that this process keeps, brought up to date when they are read.

`adapters.touched` says whether anything public has changed since, and what. Nothing depends on processes telling each other: whoever reads
after a commit sees it. Columns that were read within a transaction tell of it alone: once it is rolled back the stamp is another one, and
no notes explain the difference.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from uuid import UUID

from adapters import touched
from adapters.models import Touched
from cms.finding import rows
from cms.finding.columns import Columns, short
from cms.finding.names import Names

MOST_AT_ONCE: Final = 2_000
"""With more changes than these all is read again."""
TRUSTED: Final = touched.KEEP.total_seconds() / 2
"""Seconds for which notes of changes are surely all there."""
BACK: Final = timedelta(days=1)
"""Clocks of processes and of whoever asks differ; postings that closed so long ago are still known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    columns: Columns
    stamp: int
    last_change: int
    looked_at: float


_lock: Final = Lock()
_kept: _Kept | None = None


def columns(*, at: datetime) -> Columns:
    """The board as it is committed now, good for the instant `at`. One query if nothing has changed."""
    global _kept  # noqa: PLW0603 - what a process keeps
    with _lock:
        stamp = touched.stamp([touched.BOARD])
        if _kept is None or at < _kept.columns.right_from:
            _kept = _all(stamp, at)
        elif _kept.stamp != stamp:
            _kept = _caught_up(_kept, stamp) or _all(stamp, at)
        else:
            _kept = replace(_kept, looked_at=time.monotonic())
        return _kept.columns


def names() -> Names | None:
    """What was called how when something was found last. No query."""
    return None if _kept is None else _kept.columns.names


def forget() -> None:
    """Have all read again."""
    global _kept  # noqa: PLW0603 - what a process keeps
    with _lock:
        _kept = None


def _all(stamp: int, at: datetime) -> _Kept:
    """The stamp and the last change were seen before the postings, so that a change in between is looked at again."""
    last_change = Touched.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    names = Names(company_names=rows.company_names(), category_names=rows.category_names())
    return _Kept(
        columns=Columns.of(rows.every_row(names, at=at - BACK), names, right_from=at - BACK),
        stamp=stamp,
        last_change=last_change,
        looked_at=time.monotonic(),
    )


def _caught_up(kept: _Kept, stamp: int) -> _Kept | None:
    """`None` if it is not sure what has changed."""
    if time.monotonic() - kept.looked_at > TRUSTED:
        return None
    changes = touched.since(kept.last_change)
    marks = [change.mark for change in changes if change.subject == touched.BOARD]
    subjects = {change.subject for change in changes}
    if touched.total([kept.stamp, *marks]) != stamp or touched.EVERYTHING in subjects or len(subjects) > MOST_AT_ONCE:
        return None
    return replace(
        kept,
        columns=_refreshed(kept.columns, subjects),
        stamp=stamp,
        last_change=changes[-1].id if changes else kept.last_change,
        looked_at=time.monotonic(),
    )


def _refreshed(old: Columns, subjects: Iterable[str]) -> Columns:
    named: dict[str, list[str]] = {"posting": [], "company": [], "category": []}
    for subject in subjects:
        kind, _, name = subject.partition(":")
        named.setdefault(kind, []).append(name)
    names = old.names
    if named["company"]:
        names = replace(names, company_names=names.company_names | rows.company_names(named["company"]))
    if named["category"]:
        names = replace(names, category_names=rows.category_names())
    postings = [UUID(name) for name in named["posting"]]
    pages = old.pages_of([short(posting) for posting in postings])
    pages |= rows.pages_of(postings) | _moved(old, rows.companies_of_pages(named["company"]))
    return old.with_instead(pages, rows.rows_of(pages, names, at=old.right_from), names)


def _moved(old: Columns, companies: Mapping[int, int]) -> set[int]:
    """The pages that are not known to belong to their company."""
    known = dict(zip(old.page.tolist(), old.company.tolist(), strict=True)) if companies else {}
    return {page for page, company in companies.items() if old.names.companies.number(company) != known.get(page)}
