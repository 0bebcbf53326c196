"""The list as a visitor sees it: filters with counts, what is in use, the order, the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict
from django.urls import reverse

from cms.finding import address
from cms.finding.address import Pair
from cms.finding.found import Choice, Criterion, Facet, Found
from cms.finding.wanted import Sort, Wanted
from cms.public.labels import ANY, FILTERS, SORTS, Labels, quoted
from cms.public.paging import Pages
from jobs_domain.salary import UNITS_PER_YEAR

AT_FIRST_OPEN: Final = frozenset({Criterion.CATEGORY, Criterion.WORKPLACE})
"""Filters whose choices are seen without asking for them, if there is room beside the list."""
CRITERIA: Final = frozenset(criterion.value for criterion in Criterion)
HIDDEN: Final = frozenset({"sort", "currency"})
"""Parameters that the form hands on unseen."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter; without a value, none of them. `count` is what would be left.

    `language` is that of the label, if it need not be the reader's.
    """

    element_id: str
    value: str
    label: str
    chosen: bool
    count: int | None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    title: str
    options: list[Option]
    more: int
    several: bool
    is_open: bool
    in_use: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A value that is in use, and where the list is without it."""

    title: str
    label: str
    href: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class WayOut:
    """A filter to drop when nothing was found, and how many are found then."""

    title: str
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class Order:
    code: str
    label: str
    href: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """`here` is the address of the list without a query."""

    wanted: Wanted
    found: Found
    here: str

    @property
    def text(self) -> str:
        return "" if self.wanted.search is None else self.wanted.search.text

    @property
    def query(self) -> str:
        """Of the page that is shown."""
        return address.write(replace(self.wanted, page=self.found.page))

    @property
    def canonical(self) -> str:
        return self._to(self.query)

    @property
    def search_query(self) -> str:
        """What can be subscribed to: the search without its order and page."""
        return address.write(replace(self.wanted, sort=address.usual_sort(self.wanted.search), page=1))

    @property
    def follow_url(self) -> str:
        """Where one asks for mails about new postings of this search; empty if it has no criterion that lasts."""
        search = self.wanted.search
        if search is None:
            return ""
        query = address.write(Wanted(search=search, sort=address.usual_sort(search)))
        return f"{reverse('public:follow_search')}?{query}"

    @property
    def is_narrowed(self) -> bool:
        return self.wanted.search is not None or self.wanted.since is not None

    @property
    def pages(self) -> Pages:
        return Pages(self.found.page, self.found.pages, self.page)

    def page(self, number: int) -> str:
        return self._to(address.write(replace(self.wanted, page=number)))

    @property
    def filters(self) -> list[Filter]:
        return [self._filter(facet) for facet in self.found.facets if facet.choices]

    @property
    def in_use(self) -> int:
        """How many values are chosen in the filters."""
        return sum(1 for name, _ in self._pairs if name in CRITERIA)

    @property
    def chips(self) -> list[Chip]:
        return list(self._chips())

    @property
    def orders(self) -> list[Order]:
        return [
            Order(sort.value, str(label), self._to(self._sorted(sort)), sort is self.wanted.sort)
            for sort, label in SORTS.items()
            if sort is not Sort.BEST_MATCH or self.text
        ]

    @property
    def ways_out(self) -> list[WayOut]:
        """The filter without which the most would be found comes first."""
        ways = [
            WayOut(
                quoted(self.text) if criterion is None else str(FILTERS[criterion]),
                self._without("q" if criterion is None else criterion.value),
                count,
            )
            for criterion, count in self.found.without.items()
            if count
        ]
        return sorted(ways, key=lambda way: -way.count)

    @property
    def hidden(self) -> list[Pair]:
        """What the form hands on: the currency that the pay is shown in, and the order if it is not the usual one."""
        kept = [pair for pair in self._pairs if pair[0] in HIDDEN]
        named = {name for name, _ in kept}
        if "currency" not in named and self.found.currency:
            kept.append(("currency", self.found.currency))
        return kept

    @property
    def year(self) -> dict[str, int]:
        """How many hours, days and so on the pay for a year is reckoned with."""
        return {unit.value: many for unit, many in UNITS_PER_YEAR.items()}

    @property
    def _pairs(self) -> tuple[Pair, ...]:
        return address.pairs(self.wanted)

    @property
    def _labels(self) -> Labels:
        return Labels.of(self.found.facets, currency=self.found.currency)

    def _filter(self, facet: Facet) -> Filter:
        name = facet.criterion.value
        several = facet.criterion not in ANY
        in_use = any(choice.chosen for choice in facet.choices)
        options = [self._option(facet.criterion, choice) for choice in facet.choices]
        if not several:
            options.insert(0, Option(f"{name}-any", "", str(ANY[facet.criterion]), not in_use, None))
        is_open = in_use or facet.criterion in AT_FIRST_OPEN
        return Filter(name, str(FILTERS[facet.criterion]), options, facet.more, several, is_open, in_use)

    def _option(self, criterion: Criterion, choice: Choice) -> Option:
        label = self._labels.value(criterion, choice.value)
        element_id = f"{criterion.value}-{choice.value}"
        return Option(element_id, choice.value, label, choice.chosen, choice.count, choice.language)

    def _chips(self) -> Iterator[Chip]:
        for name, value in self._pairs:
            if name == "q":
                yield Chip("", quoted(value), self._without(name))
            elif name in CRITERIA:
                criterion = Criterion(name)
                label = self._labels.value(criterion, value)
                language = self._labels.language(criterion, value)
                yield Chip(str(FILTERS[criterion]), label, self._without(name, value), language)

    def _without(self, name: str, value: str | None = None) -> str:
        """Where the list is without one value, or without all of a parameter."""
        dropped = {name: value, "page": None} | ({"currency": None} if name == Criterion.SALARY.value else {})
        left = tuple(
            (other, its) for other, its in self._pairs if other not in dropped or dropped[other] not in {None, its}
        )
        # the order that goes without saying may be another one now
        return self._to(address.write(address.read(QueryDict(address.query_of(left)))))

    def _sorted(self, sort: Sort) -> str:
        return address.write(replace(self.wanted, sort=sort, page=1))

    def _to(self, query: str) -> str:
        return f"{self.here}?{query}" if query else self.here
