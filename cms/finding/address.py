"""A search as the query of an address: of the list, the feeds and the API.

`q`, `category`, `company`, `place`, `workplace`, `employment` (the last five repeated for *or*), `salary` with `currency`, `since`, `sort`,
`page`. What is unknown or makes no sense is left out when it is read, and nothing that goes without saying is written.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Final

from django.http import QueryDict
from django.utils.http import urlencode

from cms.finding.wanted import PostedSince, Sort, Wanted
from cms.finding.words import terms
from jobs_domain.currencies import ISO_4217_CODES
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.salary import SalaryFloor
from jobs_domain.topics import InvalidJobSearch, JobSearch

MAX_TEXT: Final = 200
MAX_VALUES: Final = 30
"""How many values of one filter are read."""
LAST_PAGE: Final = 10**9

SLUG: Final = re.compile(r"[-\w]{1,220}")
AMOUNT: Final = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:[ ,.'’\u00a0\u202f][0-9]{3}){1,2}")
PAGE: Final = re.compile(r"[0-9]{1,30}")
NO_TEXT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

type Pair = tuple[str, str]
"""A parameter and one of its values."""


def read(query: QueryDict) -> Wanted:
    """What the query asks for. Never raises."""
    search = _search(query)
    return Wanted(
        search=search,
        since=_since(query.get("since", "")),
        sort=_sort(query.get("sort", ""), has_text=search is not None and bool(search.text)),
        page=_page(query.get("page", "")),
    )


def write(wanted: Wanted) -> str:
    """The one query for what is wanted, without a question mark; empty for the first page of everything."""
    return query_of(pairs(wanted))


def pairs(wanted: Wanted) -> tuple[Pair, ...]:
    """The query in parts, in their lasting order."""
    return tuple(_pairs(wanted))


def query_of(parts: tuple[Pair, ...]) -> str:
    return urlencode(parts)


def code(value: Enum) -> str:
    """`FULL_TIME` as it stands in addresses: `full-time`."""
    return str(value.value).lower().replace("_", "-")


def usual_sort(search: JobSearch | None) -> Sort:
    """The order when none is asked for."""
    return Sort.BEST_MATCH if search is not None and search.text else Sort.NEWEST


def _search(query: QueryDict) -> JobSearch | None:
    try:
        return JobSearch(
            text=_text(query.get("q", "")),
            categories=_slugs(query, "category"),
            companies=_slugs(query, "company"),
            places=_slugs(query, "place"),
            workplace_types=_members(WorkplaceType, query, "workplace"),
            employment_types=_members(EmploymentType, query, "employment"),
            salary=_salary(query.get("salary", ""), query.get("currency", "")),
        )
    except InvalidJobSearch:
        return None


def _text(value: str) -> str:
    """As `JobSearch` has it, and short enough for an address; nothing if there is no word in it to look for."""
    words = " ".join(NO_TEXT.sub(" ", value[: 10 * MAX_TEXT]).split())
    text = words[:MAX_TEXT].rstrip()
    return text if terms(text) else ""


def _slugs(query: QueryDict, name: str) -> frozenset[str]:
    return frozenset(sorted({slug for slug in query.getlist(name) if SLUG.fullmatch(slug)})[:MAX_VALUES])


def _members[E: Enum](kind: type[E], query: QueryDict, name: str) -> frozenset[E]:
    by_code = {code(member): member for member in kind}
    return frozenset(by_code[value] for value in query.getlist(name) if value in by_code)


def _salary(amount: str, currency: str) -> SalaryFloor | None:
    """An amount says nothing without its currency, and the other way round."""
    typed, unit = amount.strip(), currency.strip().upper()
    if unit not in ISO_4217_CODES or not AMOUNT.fullmatch(typed):
        return None
    value = Decimal("".join(digit for digit in typed if digit.isdigit()))
    return SalaryFloor(amount=value, currency=unit) if value else None


def _since(value: str) -> PostedSince | None:
    return next((since for since in PostedSince if str(since.value) == value), None)


def _sort(value: str, *, has_text: bool) -> Sort:
    possible = {sort.value: sort for sort in Sort if has_text or sort is not Sort.BEST_MATCH}
    return possible.get(value, Sort.BEST_MATCH if has_text else Sort.NEWEST)


def _page(value: str) -> int:
    return min(max(int(value), 1), LAST_PAGE) if PAGE.fullmatch(value) else 1


def _pairs(wanted: Wanted) -> Iterator[Pair]:
    search = wanted.search
    if search is not None:
        if search.text:
            yield "q", search.text
        yield from (("category", slug) for slug in sorted(search.categories))
        yield from (("company", slug) for slug in sorted(search.companies))
        yield from (("place", slug) for slug in sorted(search.places))
        yield from (("workplace", code(kind)) for kind in WorkplaceType if kind in search.workplace_types)
        yield from (("employment", code(kind)) for kind in EmploymentType if kind in search.employment_types)
        if search.salary is not None:
            yield "salary", str(int(search.salary.amount))
            yield "currency", search.salary.currency
    if wanted.since is not None:
        yield "since", str(wanted.since.value)
    if wanted.sort is not usual_sort(search):
        yield "sort", wanted.sort.value
    if wanted.page > 1:
        yield "page", str(wanted.page)
