"""Which open postings a reader of one might like, too."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cms.finding import kept
from cms.finding.columns import Columns, Pairs, Row, number_of_each
from cms.finding.rows import row_of_any

type Scores = NDArray[np.float64]

SAME_TITLE: Final = 5.0
SAME_CATEGORY: Final = 2.0
SAME_PLACE: Final = 1.5
SAME_COMPANY: Final = 0.5
SAME_WORKPLACE: Final = 0.25
ONE_JOB: Final = 0.6
"""Titles share so much of their words if they name one job: “Night Baker” and “Baker” do, “Night Baker” and “Night Nurse” do not."""


def similar(page_id: int, *, at: datetime, limit: int) -> tuple[int, ...]:
    """The pages of postings that are open at the instant and most like that of the page, which need not be open itself.

    What counts are words of the title, the rarer the more, then category, place and company; of equals the newest.
    """
    columns = kept.columns(at=at)
    row = _row(columns, page_id)
    if row is None or limit < 1:
        return ()
    alike = _scores(columns, row)
    alike[~columns.open(at) | (columns.page == page_id) | (columns.posting == row.posting)] = 0
    best = np.flatnonzero(alike)
    best = best[np.argsort(-alike[best], kind="stable")][:limit]
    pages: list[int] = columns.page[best].tolist()
    return tuple(pages)


def _row(columns: Columns, page_id: int) -> Row | None:
    rows = columns.rows_of(np.array([page_id]))
    return columns.row(int(rows[0])) if len(rows) else row_of_any(page_id, columns.names)


def _scores(columns: Columns, row: Row) -> Scores:
    """0 for what is neither of a category with the posting nor named like it."""
    size = len(columns)
    weights, shared, whole = np.zeros(size), np.zeros(size), 0.0
    for word in row.words:
        having = _having(columns.words, word)
        rareness = float(np.log((1 + size) / (1 + len(having))))
        weights[having] += rareness
        shared[having] += 1
        whole += rareness
    words = number_of_each(columns.words.rows, size) + len(row.words)
    is_named_alike = 2 * shared >= ONE_JOB * np.maximum(words, 1)
    category = columns.categories.mask(row.categories, size)
    scores = SAME_TITLE * weights / max(whole, 1.0) + SAME_CATEGORY * category
    scores += SAME_PLACE * columns.places.mask(row.places, size)
    scores += SAME_COMPANY * (columns.company == row.company) + SAME_WORKPLACE * (columns.workplace == row.workplace)
    return np.where(category | is_named_alike, scores, 0.0)


def _having(pairs: Pairs, value: int) -> NDArray[np.int32]:
    rows: NDArray[np.int32] = pairs.rows[pairs.values == value]
    return rows
