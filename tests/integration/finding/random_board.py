"""Postings of all sorts, and what a patient person would find among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from django.utils import timezone

from cms import load
from cms.finding import texts
from cms.finding.found import Criterion
from cms.finding.names import place_slug
from cms.finding.wanted import Sort, Wanted
from cms.finding.words import Phrase, terms, words
from cms.models import Category, Company, JobLocation, JobPage
from cms.rich_text import text as words_of
from jobs_domain.posting_details import EmploymentType
from jobs_domain.topics import InvalidJobSearch, JobSearch

CURRENCIES: Final = ("EUR", "EUR", "EUR", "GBP", "USD")
UNITS: Final = ("HOUR", "DAY", "WEEK", "MONTH", "YEAR")
PAY: Final = {"HOUR": 20, "DAY": 160, "WEEK": 800, "MONTH": 3500, "YEAR": 42_000}


type Texts = tuple[list[str], list[str], list[str]]

_kept: Final[dict[int, JobPage]] = {}
_texts_of: Final[dict[int, Texts]] = {}


def make(number: int, *, seed: int) -> None:
    """Some closed, some never public; with several categories, places and kinds of pay, or without."""
    load.generate(postings=number, followers=1)
    dice = Random(seed)  # noqa: S311 - the same in every run
    categories, companies = list(Category.objects.order_by("pk")), list(Company.objects.order_by("pk"))
    for page in JobPage.objects.order_by("pk"):
        page.first_published_at = timezone.now() - timedelta(
            days=dice.choice([0, 2, 6, 8, 20, 40]), minutes=dice.randrange(9)
        )
        page.company = dice.choice(companies)
        page.employment_types = [kind.value for kind in dice.sample(list(EmploymentType), dice.randrange(4))]
        unit = page.salary_unit = dice.choice(UNITS)
        page.salary_currency = dice.choice(CURRENCIES)
        least = Decimal(dice.randrange(50, 200) * PAY[unit]) / 100
        page.salary_minimum = dice.choice([None, least])
        page.salary_maximum = dice.choice([None, least + 10])
        page.categories.set(dice.sample(categories, dice.randrange(3)))
        towns = dice.sample(load.TOWNS, dice.randrange(3))
        page.locations.set([JobLocation(locality=town, country=country) for town, country in towns])
        page.save()
    texts.rebuild()
    _kept.clear()
    _texts_of.clear()
    _kept.update(JobPage.objects.prefetch_related("company").in_bulk())


def pages() -> dict[int, JobPage]:
    """As they were made: a property looks at them hundreds of times."""
    return _kept


def expected(wanted: Wanted, *, at: datetime) -> list[int]:
    """The pages of all that meet the criteria, in their order."""
    open_ones = [_kept[pk] for pk in JobPage.objects.open(at=at).values_list("pk", flat=True)]
    pages = [page for page in open_ones if _meets(page, wanted, at=at)]
    newest_first = sorted(pages, key=lambda page: (page.first_published_at or at, page.pk), reverse=True)
    return [page.pk for page in sorted(newest_first, key=_order(wanted))]


def without(wanted: Wanted, criterion: Criterion | None) -> Wanted:
    """The same with one filter left out."""
    if criterion is Criterion.SINCE:
        return replace(wanted, since=None)
    names = {
        None: "text",
        Criterion.CATEGORY: "categories",
        Criterion.PLACE: "places",
        Criterion.COMPANY: "companies",
        Criterion.WORKPLACE: "workplace_types",
        Criterion.EMPLOYMENT: "employment_types",
        Criterion.SALARY: "salary",
    }
    if wanted.search is None:
        return wanted
    values = {name: getattr(wanted.search, name) for name in names.values()}
    left_out = names[criterion]
    values[left_out] = "" if left_out == "text" else None if left_out == "salary" else frozenset()
    try:
        return replace(wanted, search=JobSearch(**values))
    except InvalidJobSearch:
        return replace(wanted, search=None)


def _order(wanted: Wanted) -> Callable[[JobPage], float]:
    match wanted.sort:
        case Sort.NEWEST:
            return lambda _: 0
        case Sort.CLOSING_SOON:
            return lambda page: float("inf") if page.valid_through is None else page.valid_through.timestamp()
        case Sort.BEST_MATCH:
            return lambda page: _tier(page, wanted.search)


def _tier(page: JobPage, search: JobSearch | None) -> int:
    asked = terms("" if search is None else search.text)
    title, beside, _ = _texts(page)
    if not asked or " ".join(title) == asked.in_one:
        return 0
    if all(_contains(title, phrase) for phrase in asked.phrases):
        return 1
    return 2 if all(_contains(title, phrase) or _contains(beside, phrase) for phrase in asked.phrases) else 3


def _meets(page: JobPage, wanted: Wanted, *, at: datetime) -> bool:
    posted = page.first_published_at
    if wanted.since is not None and (posted is None or posted < at - timedelta(days=wanted.since.value)):
        return False
    search = wanted.search
    if search is None:
        return True
    salary = page.salary
    return (
        all(any(_contains(text, phrase) for text in _texts(page)) for phrase in terms(search.text).phrases)
        and (not search.categories or any(each.slug in search.categories for each in page.categories.all()))
        and (not search.places or any(place_slug(place) in search.places for place in page.places))
        and (not search.companies or page.company.slug in search.companies)
        and (not search.workplace_types or page.workplace in search.workplace_types)
        and (not search.employment_types or bool(page.employment & search.employment_types))
        and (search.salary is None or (salary is not None and search.salary.is_met_by(salary)))
    )


def _texts(page: JobPage) -> Texts:
    if page.pk not in _texts_of:
        _texts_of[page.pk] = _read(page)
    return _texts_of[page.pk]


def _read(page: JobPage) -> Texts:
    beside = [page.company.name, *(place.locality for place in page.places)]
    if page.workplace_type == "REMOTE":
        beside.append("remote")
    return words(page.title), words(" ".join(beside)), words(words_of(page.description))


def _contains(text: list[str], phrase: Phrase) -> bool:
    return any(tuple(text[start : start + len(phrase)]) == phrase for start in range(len(text)))
