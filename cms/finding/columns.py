"""The postings as columns of numbers, newest first: what is not text is answered from here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from cms.finding.names import Names

type Wholes = NDArray[np.int64]
type Rows = NDArray[np.intp]
type Mask = NDArray[np.bool_]

NEVER: Final = 2**63 - 1
LONG_AGO: Final = 0
NO_PAY: Final = -1
MOST_ANSWERED: Final = 2_000_000
"""Eight bytes each."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def instant(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def datetime_of(moment: int) -> datetime:
    return _EPOCH + moment * _MICROSECOND


def number_of_each(values: NDArray[np.int32], size: int) -> Wholes:
    """How often each value below `size` occurs."""
    return np.bincount(values, minlength=size).astype(np.int64, copy=False)


def short(posting_id: UUID) -> int:
    """As much of it as a column holds."""
    return posting_id.int & NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A posting in numbers; those of companies, categories, places, words and currencies are given by `Names`.

    `posting` is its short id, `employment` has a bit for each kind, `pay` is the upper end for a year in hundredths of the currency.
    """

    page: int
    posting: int
    posted: int
    closes: int
    company: int
    workplace: int
    employment: int
    pay: int
    currency: int
    categories: tuple[int, ...]
    places: tuple[int, ...]
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which rows have which values; a row may have several, but none twice."""

    rows: NDArray[np.int32]
    values: NDArray[np.int32]

    @classmethod
    def of(cls, several: Sequence[tuple[int, ...]]) -> Self:
        lengths = np.fromiter(map(len, several), np.int32, len(several))
        values = np.fromiter((value for one in several for value in one), np.int32, int(lengths.sum()))
        return cls(np.repeat(np.arange(len(several), dtype=np.int32), lengths), values)

    def mask(self, wanted: Iterable[int], size: int) -> Mask:
        """The rows with any of the values, among `size`."""
        found = np.zeros(size, np.bool_)
        for value in wanted:
            found[self.rows[self.values == value]] = True
        return found

    def counts(self, among: Mask, size: int) -> Wholes:
        """For each value up to `size` how many of the rows have it."""
        return number_of_each(self.values[among[self.rows]], size)

    def of_row(self, row: int) -> tuple[int, ...]:
        values: list[int] = self.values[self.rows == row].tolist()
        return tuple(values)

    def moved(self, places: NDArray[np.int32]) -> Pairs:
        """With the rows where `places` has them now; those at -1 are gone."""
        rows = places[self.rows]
        stays = rows >= 0
        return Pairs(rows[stays], self.values[stays])

    def __add__(self, other: Pairs) -> Pairs:
        return Pairs(np.concatenate([self.rows, other.rows]), np.concatenate([self.values, other.values]))


class Answers:
    """In which rows texts were found, as long as the columns last: at most `MOST_ANSWERED` rows in all."""

    def __init__(self) -> None:
        self._kept: Final[dict[object, list[Rows]]] = {}
        self._rows = 0

    def get(self, question: object) -> list[Rows] | None:
        return self._kept.get(question)

    def keep(self, question: object, rows: list[Rows]) -> None:
        self._rows += 1 + sum(map(len, rows))
        if self._rows > MOST_ANSWERED:
            self._kept.clear()
            self._rows = 0
        else:
            self._kept[question] = rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Another state is another object; only `answers` grows.

    `by_page` and `by_closing` are the rows in the order of their pages and closing instants. Closed postings are left out, those too whose
    closing date had passed at `right_from`: the columns can tell of no instant before it.
    """

    right_from: datetime
    names: Names
    page: Wholes
    posting: Wholes
    posted: Wholes
    closes: Wholes
    company: NDArray[np.int32]
    workplace: NDArray[np.int8]
    employment: NDArray[np.int16]
    pay: Wholes
    currency: NDArray[np.int16]
    categories: Pairs
    places: Pairs
    words: Pairs
    by_page: NDArray[np.intp]
    by_closing: NDArray[np.intp]
    answers: Answers = field(default_factory=Answers)

    def __len__(self) -> int:
        return len(self.page)

    @classmethod
    def of(cls, rows: Sequence[Row], names: Names, *, right_from: datetime) -> Columns:
        size = len(rows)
        return _in_order(
            right_from=right_from,
            names=names,
            page=np.fromiter((row.page for row in rows), np.int64, size),
            posting=np.fromiter((row.posting for row in rows), np.int64, size),
            posted=np.fromiter((row.posted for row in rows), np.int64, size),
            closes=np.fromiter((row.closes for row in rows), np.int64, size),
            company=np.fromiter((row.company for row in rows), np.int32, size),
            workplace=np.fromiter((row.workplace for row in rows), np.int8, size),
            employment=np.fromiter((row.employment for row in rows), np.int16, size),
            pay=np.fromiter((row.pay for row in rows), np.int64, size),
            currency=np.fromiter((row.currency for row in rows), np.int16, size),
            categories=Pairs.of([row.categories for row in rows]),
            places=Pairs.of([row.places for row in rows]),
            words=Pairs.of([row.words for row in rows]),
        )

    def with_instead(self, pages: Iterable[int], rows: Sequence[Row], names: Names) -> Columns:
        """The rows in place of those of the pages."""
        stays = ~np.isin(self.page, np.fromiter(pages, np.int64))
        kept = int(np.count_nonzero(stays))
        new = Columns.of(rows, names, right_from=self.right_from)
        places = np.where(stays, np.cumsum(stays) - 1, -1).astype(np.int32)
        after = np.arange(kept, kept + len(new), dtype=np.int32)
        return _in_order(
            right_from=self.right_from,
            names=names,
            page=np.concatenate([self.page[stays], new.page]),
            posting=np.concatenate([self.posting[stays], new.posting]),
            posted=np.concatenate([self.posted[stays], new.posted]),
            closes=np.concatenate([self.closes[stays], new.closes]),
            company=np.concatenate([self.company[stays], new.company]),
            workplace=np.concatenate([self.workplace[stays], new.workplace]),
            employment=np.concatenate([self.employment[stays], new.employment]),
            pay=np.concatenate([self.pay[stays], new.pay]),
            currency=np.concatenate([self.currency[stays], new.currency]),
            categories=self.categories.moved(places) + new.categories.moved(after),
            places=self.places.moved(places) + new.places.moved(after),
            words=self.words.moved(places) + new.words.moved(after),
        )

    def open(self, at: datetime) -> Mask:
        return self.closes > instant(at)

    def row(self, number: int) -> Row:
        return Row(
            page=int(self.page[number]),
            posting=int(self.posting[number]),
            posted=int(self.posted[number]),
            closes=int(self.closes[number]),
            company=int(self.company[number]),
            workplace=int(self.workplace[number]),
            employment=int(self.employment[number]),
            pay=int(self.pay[number]),
            currency=int(self.currency[number]),
            categories=self.categories.of_row(number),
            places=self.places.of_row(number),
            words=self.words.of_row(number),
        )

    def pages_of(self, postings: Collection[int]) -> set[int]:
        """The pages of postings, told by their short ids."""
        chosen: list[int] = self.page[np.isin(self.posting, np.fromiter(postings, np.int64))].tolist()
        return set(chosen)

    def rows_of(self, pages: Wholes) -> Rows:
        """The rows of those pages that have one."""
        if not len(self):
            return np.zeros(0, np.intp)
        ordered = self.page[self.by_page]
        at = np.minimum(np.searchsorted(ordered, pages), len(self) - 1)
        rows: Rows = self.by_page[at[ordered[at] == pages]]
        return rows


def _in_order(
    *,
    right_from: datetime,
    names: Names,
    page: Wholes,
    posting: Wholes,
    posted: Wholes,
    closes: Wholes,
    company: NDArray[np.int32],
    workplace: NDArray[np.int8],
    employment: NDArray[np.int16],
    pay: Wholes,
    currency: NDArray[np.int16],
    categories: Pairs,
    places: Pairs,
    words: Pairs,
) -> Columns:
    """Newest first; of those published at the same instant the one whose page was made last."""
    order = np.lexsort((-page, -posted))
    moved = np.empty(len(order), np.int32)
    moved[order] = np.arange(len(order), dtype=np.int32)
    page, closes = page[order], closes[order]
    return Columns(
        right_from=right_from,
        names=names,
        page=page,
        posting=posting[order],
        posted=posted[order],
        closes=closes,
        company=company[order],
        workplace=workplace[order],
        employment=employment[order],
        pay=pay[order],
        currency=currency[order],
        categories=categories.moved(moved),
        places=places.moved(moved),
        words=words.moved(moved),
        by_page=np.argsort(page),
        by_closing=np.argsort(closes, kind="stable"),
    )
