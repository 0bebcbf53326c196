"""Reads the postings that can be open from the database, as rows of numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import batched
from typing import Final
from uuid import UUID

from django.db.models import Q

from adapters.web import languages
from cms.finding.columns import LONG_AGO, NEVER, NO_PAY, Row, instant, short
from cms.finding.names import Named, Names
from cms.finding.words import words
from cms.models.category import Category, CategoryInLanguage
from cms.models.company import Company
from cms.models.job_location import JobLocation
from cms.models.job_page import JobPage, JobPageQuerySet
from jobs_domain.posting_details import EmploymentType, InvalidPostingDetails, Location, WorkplaceType
from jobs_domain.salary import UNITS_PER_YEAR

CHUNK: Final = 500
FETCHED: Final = 5_000
WORKPLACES: Final = tuple(WorkplaceType)
EMPLOYMENTS: Final = tuple(EmploymentType)

_WORKPLACE_NUMBERS: Final = {kind.value: number for number, kind in enumerate(WORKPLACES)}
_EMPLOYMENT_BITS: Final = {kind.value: 1 << number for number, kind in enumerate(EMPLOYMENTS)}
_HUNDREDTHS_PER_YEAR: Final = {unit.value: 100 * number for unit, number in UNITS_PER_YEAR.items()}
_FIELDS: Final = (
    "pk",
    "posting_id",
    "title",
    "first_published_at",
    "valid_through",
    "company_id",
    "workplace_type",
    "employment_types",
    "salary_minimum",
    "salary_maximum",
    "salary_currency",
    "salary_unit",
)


def every_row(names: Names, *, at: datetime) -> list[Row]:
    """Of the postings that are open at the instant, and without an order."""
    return list(_rows(JobPage.objects.open(at=at), names))


def rows_of(pages: Iterable[int], names: Names, *, at: datetime) -> list[Row]:
    """Of those of the pages that are open at the instant."""
    return [
        row
        for chunk in batched(pages, CHUNK, strict=False)
        for row in _rows(JobPage.objects.open(at=at).filter(pk__in=chunk), names)
    ]


def row_of_any(page: int, names: Names) -> Row | None:
    """Of a page that need not be open."""
    return next(_rows(JobPage.objects.filter(pk=page), names), None)


def pages_of(postings: Iterable[UUID]) -> set[int]:
    chunks = batched(postings, CHUNK, strict=False)
    return {pk for chunk in chunks for pk in JobPage.objects.filter(posting_id__in=chunk).values_list("pk", flat=True)}


def companies_of_pages(slugs: Collection[str]) -> dict[int, int]:
    """For each live page of the companies its company."""
    chunks = batched(slugs, CHUNK, strict=False)
    live = JobPage.objects.live()
    return {
        page: company
        for chunk in chunks
        for page, company in live.filter(company__slug__in=chunk).values_list("pk", "company_id")
    }


def company_names(slugs: Collection[str] | None = None) -> dict[int, Named]:
    chosen = Q() if slugs is None else Q(slug__in=slugs)
    return {
        pk: Named(slug, name) for pk, slug, name in Company.objects.filter(chosen).values_list("pk", "slug", "name")
    }


def company_name_of(page: int) -> dict[int, Named]:
    chosen = Company.objects.filter(pk__in=JobPage.objects.filter(pk=page).values("company_id"))
    return {pk: Named(slug, name) for pk, slug, name in chosen.values_list("pk", "slug", "name")}


def category_names() -> dict[int, Named]:
    others: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for category, language, name in CategoryInLanguage.objects.values_list("category_id", "language", "name"):
        others[category][language] = name
    return {
        pk: Named(slug, name, language=languages.own(), others=others[pk])
        for pk, slug, name in Category.objects.values_list("pk", "slug", "name")
    }


def _rows(pages: JobPageQuerySet, names: Names) -> Iterator[Row]:
    chosen = pages.order_by().values("pk")
    categories = _by_page(
        (page, names.categories.number(category))
        for page, category in JobPage.categories.through.objects.filter(jobpage__in=chosen).values_list(
            "jobpage_id", "category_id"
        )
    )
    places = _by_page(_places(pages, names))
    found = pages.order_by().values_list(*_FIELDS).iterator(FETCHED)
    for pk, posting, title, posted, closes, company, workplace, employment, low, high, currency, unit in found:
        pay = _pay(low, high, unit)
        yield Row(
            page=pk,
            posting=short(posting),
            posted=LONG_AGO if posted is None else instant(posted),
            closes=NEVER if closes is None else instant(closes),
            company=names.companies.number(company),
            workplace=_WORKPLACE_NUMBERS.get(workplace, -1),
            employment=sum(_EMPLOYMENT_BITS.get(kind, 0) for kind in set(employment)),
            pay=pay,
            currency=-1 if pay == NO_PAY else names.currencies.number(currency),
            categories=categories.get(pk, ()),
            places=places.get(pk, ()),
            words=tuple({names.words.number(word) for word in words(title)}),
        )


def _places(pages: JobPageQuerySet, names: Names) -> Iterator[tuple[int, int]]:
    known: dict[tuple[str, str, str], int] = {}
    located = JobLocation.objects.filter(page__in=pages.order_by().values("pk")).order_by("page", "sort_order")
    for page, country, region, locality in located.values_list("page_id", "country", "region", "locality"):
        key = (country, region, locality)
        if key not in known:
            try:
                location = Location(country=country, region=region.strip(), locality=locality.strip())
            except InvalidPostingDetails:
                continue
            known[key] = names.number_of_place(location)
        yield page, known[key]


def _by_page(pairs: Iterable[tuple[int, int]]) -> Mapping[int, tuple[int, ...]]:
    gathered: defaultdict[int, dict[int, None]] = defaultdict(dict)
    for page, value in pairs:
        gathered[page][value] = None
    return {page: tuple(values) for page, values in gathered.items()}


def _pay(low: Decimal | None, high: Decimal | None, unit: str) -> int:
    best = low if high is None else high
    if best is None or unit not in _HUNDREDTHS_PER_YEAR:
        return NO_PAY
    return int(best * _HUNDREDTHS_PER_YEAR[unit])
