"""Which open postings a reader of one might like, too."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cms.finding import kept
from cms.finding.columns import Columns, Pairs, Row
from cms.finding.rows import row_of_any

type Scores = NDArray[np.float64]

RARE_WORD: Final = 2.0
SAME_CATEGORY: Final = 2.0
SAME_PLACE: Final = 1.5
SAME_COMPANY: Final = 0.5
SAME_WORKPLACE: Final = 0.25
LEAST: Final = 2.0
"""Less is no likeness: the company or the town alone."""


def similar(page_id: int, *, at: datetime, limit: int) -> tuple[int, ...]:
    """The pages of postings that are open at the instant and most like that of the page, which need not be open itself.

    What counts are words of the title, the rarer the more, then category, place and company; of equals the newest.
    """
    columns = kept.columns(at=at)
    row = _row(columns, page_id)
    if row is None or limit < 1:
        return ()
    scores = _scores(columns, row)
    scores[~columns.open(at) | (columns.page == page_id) | (columns.posting == row.posting)] = 0
    best = np.flatnonzero(scores >= LEAST)
    best = best[np.argsort(-scores[best], kind="stable")][:limit]
    pages: list[int] = columns.page[best].tolist()
    return tuple(pages)


def _row(columns: Columns, page_id: int) -> Row | None:
    rows = columns.rows_of(np.array([page_id]))
    return columns.row(int(rows[0])) if len(rows) else row_of_any(page_id, columns.names)


def _scores(columns: Columns, row: Row) -> Scores:
    scores = np.zeros(len(columns))
    for word in row.words:
        having = _having(columns.words, word)
        scores[having] += RARE_WORD * np.log((1 + len(columns)) / (1 + len(having)))
    for several, values, weight in (
        (columns.categories, row.categories, SAME_CATEGORY),
        (columns.places, row.places, SAME_PLACE),
    ):
        if values:
            scores[several.mask(values, len(columns))] += weight
    scores[columns.company == row.company] += SAME_COMPANY
    scores[columns.workplace == row.workplace] += SAME_WORKPLACE
    return scores


def _having(pairs: Pairs, value: int) -> NDArray[np.int32]:
    rows: NDArray[np.int32] = pairs.rows[pairs.values == value]
    return rows
