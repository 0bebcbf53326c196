"""What could be chosen next, and how many postings each choice would leave."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final, assert_never

import numpy as np

from cms.finding.address import code
from cms.finding.columns import Columns, Mask, Wholes, instant, number_of_each
from cms.finding.found import Choice, Criterion, Facet
from cms.finding.names import Named
from cms.finding.rows import EMPLOYMENTS, WORKPLACES
from cms.finding.wanted import PostedSince, Wanted

MOST_CHOICES: Final = 12
"""The search box finds places and companies by their names, too."""
MOST_CATEGORIES: Final = 60
"""Words do not find a category: this filter is the way to it."""
MOST_BANDS: Final = 6
STEPS: Final = (Decimal(1), Decimal("1.5"), Decimal(2), Decimal("2.5"), *map(Decimal, (3, 4, 5, 6, 7, 8)))
"""Round amounts, each with any number of noughts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """`left` gives for a filter the postings that all others leave."""

    columns: Columns
    wanted: Wanted
    at: datetime
    left: Callable[[Criterion], Mask]

    def facets(self) -> tuple[Facet, ...]:
        """Without filters that offer nothing."""
        return tuple(facet for facet in map(self._facet, Criterion) if facet.choices)

    def _facet(self, criterion: Criterion) -> Facet:
        search, left, names = self.wanted.search, self.left(criterion), self.columns.names
        nothing = frozenset[str]()
        match criterion:
            case Criterion.CATEGORY:
                counts = self.columns.categories.counts(left, len(names.categories))
                slugs = nothing if search is None else search.categories
                known = names.categories_called(slugs)
                return _most(criterion, counts, names.category, slugs, known, most=MOST_CATEGORIES)
            case Criterion.PLACE:
                counts = self.columns.places.counts(left, len(names.places))
                slugs = nothing if search is None else search.places
                return _most(criterion, counts, names.place, slugs, names.places_called(slugs))
            case Criterion.COMPANY:
                counts = number_of_each(self.columns.company[left], len(names.companies))
                slugs = nothing if search is None else search.companies
                return _most(criterion, counts, names.company, slugs, names.companies_called(slugs))
            case Criterion.WORKPLACE:
                return _of_kinds(criterion, self._workplaces(left), () if search is None else search.workplace_types)
            case Criterion.EMPLOYMENT:
                return _of_kinds(criterion, self._employments(left), () if search is None else search.employment_types)
            case Criterion.SALARY:
                return Facet(criterion=criterion, choices=tuple(self._salaries(left)))
            case Criterion.SINCE:
                return Facet(criterion=criterion, choices=tuple(self._since(left)))
            case _:
                assert_never(criterion)

    def _workplaces(self, left: Mask) -> Iterator[tuple[Enum, int]]:
        kinds = self.columns.workplace[left]
        for number, kind in enumerate(WORKPLACES):
            yield kind, int(np.count_nonzero(kinds == number))

    def _employments(self, left: Mask) -> Iterator[tuple[Enum, int]]:
        kinds = self.columns.employment[left]
        for number, kind in enumerate(EMPLOYMENTS):
            yield kind, int(np.count_nonzero(kinds & (1 << number)))

    def _salaries(self, left: Mask) -> Iterator[Choice]:
        currency = currency_of(self.wanted, self.columns, at=self.at)
        paid = paid_in(currency, self.columns)
        floor = None if self.wanted.search is None else self.wanted.search.salary
        chosen = None if floor is None else int(floor.amount)
        bands = _bands(self.columns.pay[paid & self.columns.open(self.at)])
        pays = self.columns.pay[paid & left]
        for band in sorted(bands | ({chosen} if chosen is not None else set())):
            count = int(np.count_nonzero(pays >= band * 100))
            if count or band == chosen:
                yield Choice(value=str(band), label="", count=count, chosen=band == chosen)

    def _since(self, left: Mask) -> Iterator[Choice]:
        posted = self.columns.posted[left]
        for since in PostedSince:
            count, is_chosen = int(np.count_nonzero(posted >= begin(since, at=self.at))), since is self.wanted.since
            if count or is_chosen:
                yield Choice(value=str(since.value), label="", count=count, chosen=is_chosen)


def begin(since: PostedSince, *, at: datetime) -> int:
    return instant(at - timedelta(days=since.value))


def currency_of(wanted: Wanted, columns: Columns, *, at: datetime) -> str:
    """That of the wanted salary, or the most common one; empty if nobody names a salary."""
    if wanted.search is not None and wanted.search.salary is not None:
        return wanted.search.salary.currency
    used = columns.currency[columns.open(at) & (columns.currency >= 0)]
    return columns.names.currencies.values[int(np.bincount(used).argmax())] if len(used) else ""


def paid_in(currency: str, columns: Columns) -> Mask:
    number = columns.names.currencies.known(currency)
    return columns.currency == number if number is not None else np.zeros(len(columns), np.bool_)


def _most(
    criterion: Criterion,
    counts: Wholes,
    called: Callable[[int], Named | None],
    chosen: frozenset[str],
    known: Mapping[str, int],
    *,
    most: int = MOST_CHOICES,
) -> Facet:
    """The chosen ones are there in any case, also those that nobody knows."""
    least = int(np.partition(counts, -most)[-most]) if len(counts) > most else 0
    candidates = set(np.flatnonzero(counts >= max(least, 1)).tolist()) | set(known.values())
    named = ((called(number), int(counts[number])) for number in candidates)
    choices = [
        Choice(value=name.slug, label=name.name, count=count, chosen=name.slug in chosen, language=name.language)
        for name, count in named
        if name is not None
    ]
    choices += [Choice(value=slug, label="", count=0, chosen=True) for slug in chosen - known.keys()]
    choices.sort(key=_most_first)
    shown = tuple(choice for number, choice in enumerate(choices) if number < most or choice.chosen)
    offered = sum(1 for choice in shown if choice.count)
    return Facet(criterion=criterion, choices=shown, more=int(np.count_nonzero(counts)) - offered)


def _of_kinds(criterion: Criterion, counts: Iterable[tuple[Enum, int]], chosen: Collection[Enum]) -> Facet:
    """Their words depend on the language."""
    choices = [
        Choice(value=code(kind), label="", count=count, chosen=kind in chosen)
        for kind, count in counts
        if count or kind in chosen
    ]
    return Facet(criterion=criterion, choices=tuple(sorted(choices, key=lambda choice: -choice.count)))


def _most_first(choice: Choice) -> tuple[int, str, str]:
    return -choice.count, choice.label, choice.value


def _bands(pays: Wholes) -> set[int]:
    """Round amounts between what the least and the best paid tenth get."""
    if not len(pays):
        return set()
    low, high = (float(end) / 100 for end in np.quantile(pays, (0.1, 0.9)))
    round_ones = [int(step * 10**noughts) for noughts in range(1, 12) for step in STEPS]
    between = [amount for amount in round_ones if low <= amount <= high]
    if not between:
        return set([amount for amount in round_ones if amount <= high][-1:])
    every = max(1, -(-len(between) // MOST_BANDS))
    return set(between[::every])
