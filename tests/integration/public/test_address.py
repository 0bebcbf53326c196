"""A search and its address: the one says what the other does."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from cms.finding import address
from cms.finding.wanted import PostedSince, Sort, Wanted
from cms.finding.words import terms
from jobs_domain.currencies import ISO_4217_CODES
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.salary import SalaryFloor
from jobs_domain.topics import InvalidJobSearch, JobSearch

pytestmark = pytest.mark.integration

NAMES: Final = (
    "q category company place workplace employment salary currency since sort page utm_source".split()  # and one that is not ours
)
slugs: Final = st.frozensets(st.from_regex(r"[-\w]{1,12}", fullmatch=True), max_size=4)


@st.composite
def wanteds(draw: st.DrawFn) -> Wanted:
    """What `read` may give: everything that can be asked for in an address."""
    words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
    floors = st.builds(
        SalaryFloor, amount=st.integers(1, 10**9 - 1).map(Decimal), currency=st.sampled_from(sorted(ISO_4217_CODES))
    )
    text = " ".join(draw(st.lists(words, max_size=5)))
    try:
        search = JobSearch(
            text=text if terms(text) else "",
            categories=draw(slugs),
            companies=draw(slugs),
            places=draw(slugs),
            workplace_types=draw(st.frozensets(st.sampled_from(WorkplaceType))),
            employment_types=draw(st.frozensets(st.sampled_from(EmploymentType))),
            salary=draw(st.none() | floors),
        )
    except InvalidJobSearch:
        search = None
    has_text = search is not None and bool(search.text)
    sorts = [sort for sort in Sort if has_text or sort is not Sort.BEST_MATCH]
    return Wanted(
        search=search,
        since=draw(st.none() | st.sampled_from(PostedSince)),
        sort=draw(st.sampled_from(sorts)),
        page=draw(st.integers(1, 10**6)),
    )


@given(wanteds())
def test_what_is_written_is_read(wanted: Wanted) -> None:
    assert address.read(QueryDict(address.write(wanted))) == wanted


values: Final = st.text(max_size=30) | st.sampled_from(
    [
        "1",
        "-1",
        "0",
        "9" * 5000,
        "१",
        "1e9",
        "NaN",
        "EUR",
        "eur",
        "50,000",
        "50.000",
        "newest",
        "match",
        "on-site",
        "ON_SITE",
    ]
)


@given(st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=15))
def test_whatever_is_asked_has_one_address(pairs: list[tuple[str, str]]) -> None:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    wanted = address.read(query)
    assert address.read(QueryDict(address.write(wanted))) == wanted


@pytest.mark.parametrize(
    "query",
    [
        "",
        "page=1",
        "page=0",
        "page=-3",
        "page=x",
        "page=",
        "q=",
        "q=%20%00%09",
        "category=",
        "category=no%20slug",
        "category=..%2F..",
        "workplace=office",
        "workplace=ON_SITE",
        "employment=full_time",
        "salary=50000",
        "salary=lots&currency=EUR",
        "salary=-1&currency=EUR",
        "salary=0&currency=EUR",
        "salary=50000&currency=XYZ",
        "salary=12345678901&currency=EUR",
        "currency=EUR",
        "since=2",
        "since=१",
        "sort=newest",
        "sort=match",
        "sort=cheapest",
        "utm_source=mail&page%5B%5D=2",
    ],
)
def test_what_is_unknown_or_makes_no_sense_is_left_out(query: str) -> None:
    wanted = address.read(QueryDict(query))
    assert wanted == Wanted()
    assert address.write(wanted) == ""


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("page=2&q=++baker++ghent", "q=baker+ghent&page=2"),
        ("category=b&category=a&category=b", "category=a&category=b"),
        (
            "employment=part-time&workplace=remote&employment=full-time",
            "workplace=remote&employment=full-time&employment=part-time",
        ),
        ("currency=eur&salary=50%20000", "salary=50000&currency=EUR"),
        ("salary=1,250.000&currency=EUR", "salary=1250000&currency=EUR"),
        ("since=7&place=ghent-be&company=bread-sons", "company=bread-sons&place=ghent-be&since=7"),
        ("q=baker&sort=match", "q=baker"),
        ("q=baker&sort=newest", "q=baker&sort=newest"),
        ("sort=closing", "sort=closing"),
        ("category=b%C3%A4ckerei", "category=b%C3%A4ckerei"),
        ("q=" + "ab+" * 100, "q=" + "+".join(["ab"] * 67)),
        ("q=%26+!+%E2%80%A6&sort=match", ""),
    ],
)
def test_the_one_address_of_a_search(asked: str, written: str) -> None:
    assert address.write(address.read(QueryDict(asked))) == written
