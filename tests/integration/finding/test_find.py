"""`find` answers what a patient person would find, counts included."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms import finding
from cms.finding.address import code
from cms.finding.found import Choice, Criterion, Found
from cms.finding.names import place_slug
from cms.finding.wanted import POSTINGS_PER_PAGE, PostedSince, Sort, Wanted
from cms.models import JobPage
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.salary import SalaryFloor
from jobs_domain.topics import InvalidJobSearch, JobSearch
from tests.integration.cms.factories import make_category, make_closed_job, make_company, make_job
from tests.integration.finding import random_board

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TEXTS = (
    "",
    "",
    "",
    "baker",
    "data engineer",
    '"data engineer"',
    "senior",
    "ghent",
    "remote nurse",
    "bread",
    "early train",
)


def some(*values: str) -> st.SearchStrategy[frozenset[str]]:
    return st.just(frozenset[str]()) | st.frozensets(st.sampled_from(values), max_size=3)


def search_of(**values: object) -> JobSearch | None:
    try:
        return JobSearch(**values)  # type: ignore[arg-type]  # hypothesis draws each of its own kind
    except InvalidJobSearch:
        return None


def wishes() -> st.SearchStrategy[Wanted]:
    searches = st.builds(
        search_of,
        text=st.sampled_from(TEXTS),
        categories=some("crafts", "health", "transport", "nobody-knows"),
        companies=some("company-1", "company-2", "company-3", "nobody-knows"),
        places=some("ghent-be", "lyon-fr", "leeds-gb", "nobody-knows"),
        workplace_types=st.just(frozenset[WorkplaceType]()) | st.frozensets(st.sampled_from(WorkplaceType), max_size=2),
        employment_types=st.just(frozenset[EmploymentType]())
        | st.frozensets(st.sampled_from(EmploymentType), max_size=3),
        salary=st.none()
        | st.builds(
            SalaryFloor, amount=st.integers(1, 90_000).map(Decimal), currency=st.sampled_from(["EUR", "USD", "JPY"])
        ),
    )
    return st.builds(
        Wanted,
        search=searches,
        since=st.none() | st.sampled_from(PostedSince),
        sort=st.sampled_from(Sort),
        page=st.sampled_from([1, 1, 2, 3, 10**9, 0, -1]),
    )


@pytest.fixture
def board(db: None) -> datetime:
    random_board.make(90, seed=7)
    return timezone.now()


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(wanted=wishes(), later=st.sampled_from([0, 5, 30, 200]))
def test_found_is_what_meets_all_criteria_in_order(board: datetime, wanted: Wanted, later: int) -> None:
    at = board + timedelta(days=later)
    found = finding.find(wanted, at=at)
    expected = random_board.expected(wanted, at=at)
    pages = max(1, -(-len(expected) // POSTINGS_PER_PAGE))
    page = min(max(wanted.page, 1), pages)
    assert (found.total, found.pages, found.page) == (len(expected), pages, page)
    assert list(found.ids) == expected[(page - 1) * POSTINGS_PER_PAGE : page * POSTINGS_PER_PAGE]
    assert sorted(finding.every(wanted.search, at=at)) == sorted(
        random_board.expected(Wanted(search=wanted.search), at=at)
    )
    _counts_are_right(found, wanted, at=at)


def _counts_are_right(found: Found, wanted: Wanted, *, at: datetime) -> None:
    if found.total:
        assert found.without == {}
    for criterion, number in found.without.items():
        assert number == len(random_board.expected(random_board.without(wanted, criterion), at=at)), criterion
    jobs = random_board.pages()
    for facet in found.facets:
        left = [jobs[pk] for pk in random_board.expected(random_board.without(wanted, facet.criterion), at=at)]
        for choice in facet.choices:
            number = sum(1 for job in left if _has(job, facet.criterion, choice.value, found.currency, at=at))
            assert choice.count == number, (facet.criterion, choice)
        assert facet.more == 0 or facet.criterion is Criterion.COMPANY


def _has(job: JobPage, criterion: Criterion, value: str, currency: str, *, at: datetime) -> bool:
    match criterion:
        case Criterion.CATEGORY:
            return any(category.slug == value for category in job.categories.all())
        case Criterion.PLACE:
            return any(place_slug(place) == value for place in job.places)
        case Criterion.COMPANY:
            return job.company.slug == value
        case Criterion.WORKPLACE:
            return code(job.workplace) == value
        case Criterion.EMPLOYMENT:
            return any(code(kind) == value for kind in job.employment)
        case Criterion.SALARY:
            floor = SalaryFloor(amount=Decimal(value), currency=currency)
            return job.salary is not None and floor.is_met_by(job.salary)
        case Criterion.SINCE:
            return job.first_published_at is not None and job.first_published_at >= at - timedelta(days=int(value))


def choices(wanted: Wanted, criterion: Criterion) -> list[Choice]:
    found = finding.find(wanted, at=timezone.now())
    return [choice for facet in found.facets if facet.criterion is criterion for choice in facet.choices]


def test_the_choices_bear_names() -> None:
    make_job(categories=(make_category("Food & drink"),), company=make_company("Bread & Sons"), town="Köln")
    assert choices(Wanted(), Criterion.CATEGORY) == [
        Choice(value="food-drink", label="Food & drink", count=1, chosen=False, language="en")
    ]
    assert choices(Wanted(), Criterion.COMPANY) == [
        Choice(value="bread-sons", label="Bread & Sons", count=1, chosen=False)
    ]
    assert choices(Wanted(), Criterion.PLACE) == [Choice(value="koln-be", label="Köln, Belgium", count=1, chosen=False)]


def test_a_chosen_value_is_shown_whatever_it_leaves() -> None:
    make_category("Empty")
    make_job()
    search = JobSearch(categories=frozenset({"empty", "nobody-knows"}))
    assert choices(Wanted(search=search), Criterion.CATEGORY) == [
        Choice(value="nobody-knows", label="", count=0, chosen=True),
        Choice(value="empty", label="Empty", count=0, chosen=True, language="en"),
    ]
    found = finding.find(Wanted(search=search), at=timezone.now())
    assert (found.total, found.without) == (0, {Criterion.CATEGORY: 1})


def test_the_same_town_written_otherwise_is_the_same_place() -> None:
    make_job(town="Köln"), make_job("Cook", town="KOLN ")
    assert [(choice.value, choice.count) for choice in choices(Wanted(), Criterion.PLACE)] == [("koln-be", 2)]


@pytest.mark.parametrize(("amount", "number"), [("40800.00", 1), ("40800.01", 0)])
def test_who_pays_just_enough_is_found(amount: str, number: int) -> None:
    make_job(salary_maximum=Decimal(3400), salary_unit="MONTH", salary_currency="EUR")
    floor = SalaryFloor(amount=Decimal(amount), currency="EUR")
    assert finding.find(Wanted(search=JobSearch(salary=floor)), at=timezone.now()).total == number


def test_at_the_closing_instant_a_posting_is_gone() -> None:
    job = make_job()
    closing = job.valid_through
    assert closing is not None
    just_before = closing - timedelta(microseconds=1)
    assert finding.find(Wanted(), at=just_before).ids == (job.pk,)
    assert finding.next_closing(at=just_before) == closing
    assert finding.find(Wanted(), at=closing).ids == ()
    assert finding.next_closing(at=closing) is None
    assert finding.find(Wanted(), at=just_before - timedelta(days=5)).ids == (job.pk,)


def test_long_after_the_columns_were_read_an_earlier_instant_is_still_right() -> None:
    job = make_job()
    assert finding.find(Wanted(), at=timezone.now() + timedelta(days=400)).ids == ()
    assert finding.find(Wanted(), at=timezone.now()).ids == (job.pk,)


def test_an_empty_board() -> None:
    found = finding.find(Wanted(search=JobSearch(text="baker")), at=timezone.now())
    assert (found.total, found.page, found.pages, found.ids, found.facets) == (0, 1, 1, (), ())
    assert (found.without, found.currency) == ({None: 0}, "")
    assert finding.next_closing(at=timezone.now()) is None
    assert finding.similar(1, at=timezone.now(), limit=3) == ()


def test_two_queries_while_nothing_changes_and_one_for_a_text_asked_again(board: datetime) -> None:
    wanted = Wanted(search=JobSearch(text="baker", places=frozenset({"ghent-be"})), sort=Sort.BEST_MATCH)
    finding.find(Wanted(), at=board)
    with CaptureQueriesContext(connection) as captured:
        first = finding.find(wanted, at=board)
    assert len(captured) == 2
    with CaptureQueriesContext(connection) as captured:
        assert finding.find(wanted, at=board) == first
    assert len(captured) == 1


def test_a_word_as_it_was_typed_goes_before_its_other_forms() -> None:
    own, other = make_job("Gardener wanted"), make_job("Head of gardens")
    found = finding.find(Wanted(search=JobSearch(text="gardener"), sort=Sort.BEST_MATCH), at=timezone.now())
    assert found.ids == (own.pk, other.pk)


def test_similar_is_what_shares_rare_words_of_the_title_then_category_and_place() -> None:
    food, care = make_category("Food"), make_category("Care")
    own = make_job("Night baker", categories=(food,), town="Ghent")
    twin = make_job("Baker", categories=(food,), town="Leeds", company=make_company("Other"))
    neighbour = make_job("Cook", categories=(food,), town="Ghent")
    for number in range(5):
        make_job(f"Nurse {number}", categories=(care,), town="Lyon", company=make_company("Other"))
    make_closed_job("Night baker", slug="closed")
    at = timezone.now()
    assert finding.similar(own.pk, at=at, limit=5) == (twin.pk, neighbour.pk)
    assert finding.similar(own.pk, at=at, limit=1) == (twin.pk,)


def test_half_of_both_titles_is_no_likeness() -> None:
    food, care = make_category("Food"), make_category("Care")
    own = make_job("Night nurse", categories=(care,), town="Ghent")
    make_job("Night baker", categories=(food,), town="Lyon")
    nurses = [make_job(f"Nurse {number}", categories=(care,), town="Leeds") for number in range(5)]
    found = finding.similar(own.pk, at=timezone.now(), limit=9)
    assert set(found) == {nurse.pk for nurse in nurses}


def test_every_category_can_be_chosen() -> None:
    for number in range(20):
        make_job(categories=(make_category(f"Category {number}"),), company=make_company(f"Company {number}"))
    facets = {facet.criterion: facet for facet in finding.find(Wanted(), at=timezone.now()).facets}
    assert (len(facets[Criterion.CATEGORY].choices), facets[Criterion.CATEGORY].more) == (20, 0)
    assert (len(facets[Criterion.COMPANY].choices), facets[Criterion.COMPANY].more) == (12, 8)


def test_similar_to_a_closed_posting() -> None:
    closed = make_closed_job("Baker")
    others = [make_job("Head baker"), *(make_job(f"Nurse {number}", town="Lyon") for number in range(4))]
    assert finding.similar(closed.pk, at=timezone.now(), limit=5) == (others[0].pk,)
