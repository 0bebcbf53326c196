"""A posting finds the searches that show it: all of them, and with few others looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.searching import OnTheList, searching
from cms import finding
from cms.finding import anchors
from cms.models import JobPage
from jobs_domain.identifiers import PostingId
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.salary import SalaryFloor
from jobs_domain.topics import JobSearch
from tests.integration.cms.factories import make_category, make_closed_job, make_company, make_job
from tests.integration.finding import random_board
from tests.integration.finding.test_find import wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def shows(job: JobPage, search: JobSearch) -> bool:
    """As a new posting finds the search."""
    posting = searching().on_the_list(PostingId(job.posting_id))
    return posting is not None and meets(posting, posting.numbers, search)


def meets(posting: OnTheList, numbers: frozenset[int], search: JobSearch) -> bool:
    kept = searching().anchors(search)
    is_candidate = not any(numbers.isdisjoint(need) for need in (kept.values, *kept.needs))
    return is_candidate and list(posting.is_shown_for([search])) == [True]


def is_listed(job: JobPage, search: JobSearch) -> bool:
    return bool(searching().listed(search, [PostingId(job.posting_id)]))


type Board = Mapping[UUID, tuple[OnTheList, frozenset[int]]]


@pytest.fixture
def board(db: None) -> Board:
    random_board.make(60, seed=11)
    ids = JobPage.objects.values_list("posting_id", flat=True)
    listed = {posting_id: searching().on_the_list(PostingId(posting_id)) for posting_id in ids}
    return {pk: (posting, posting.numbers) for pk, posting in listed.items() if posting is not None}


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(search=wishes().map(lambda wanted: wanted.search).filter(lambda search: search is not None))
def test_a_posting_finds_a_search_exactly_if_the_list_shows_it(board: Board, search: JobSearch) -> None:
    found = {pk for pk, (posting, numbers) in board.items() if meets(posting, numbers, search)}
    everything = [PostingId(pk) for pk in JobPage.objects.values_list("posting_id", flat=True)]
    assert found == set(searching().listed(search, everything))


def test_every_posting_that_is_open_can_be_asked_for_and_no_other(board: Board) -> None:
    now = timezone.now()
    pages = JobPage.objects.filter(pk__in=finding.every(None, at=now))
    assert board.keys() == set(pages.values_list("posting_id", flat=True))
    assert len(board) < JobPage.objects.count()


@pytest.mark.parametrize(
    "text", ["nurses", "NÜRSE", '"night nurse"', "nurse at night", "c++", "!!!", "night-nurse", "1e5", "пекарь"]
)
@pytest.mark.parametrize("title", ["Night Nurse", "Nursing at night", "C++ Developer", "Пекарь 1e5", "Baker"])
def test_words_in_other_forms_and_phrases(title: str, text: str) -> None:
    job, search = make_job(title), JobSearch(text=text)
    assert shows(job, search) is is_listed(job, search)


def test_a_closed_posting_is_shown_for_nothing() -> None:
    job = make_closed_job("Baker")
    assert searching().on_the_list(PostingId(job.posting_id)) is None
    assert searching().on_the_list(PostingId(uuid4())) is None


def test_a_closing_date_that_passes_takes_it_off_the_list() -> None:
    job = make_job("Baker")
    assert job.valid_through is not None
    with time_machine.travel(job.valid_through - timedelta(seconds=1), tick=False):
        assert searching().on_the_list(PostingId(job.posting_id)) is not None
    with time_machine.travel(job.valid_through, tick=False):
        assert searching().on_the_list(PostingId(job.posting_id)) is None


def test_a_company_and_a_category_are_found_under_all_slugs_that_they_had() -> None:
    company, category = make_company("Bread"), make_category("Crafts")
    job = make_job("Baker", company=company, categories=(category,))
    former = [(company.slug, category.slug)]
    for company.slug, category.slug in (("bakery", "hands"), ("bakers", "handicraft")):
        company.save()
        category.save()
        former.append((company.slug, category.slug))
    for company_slug, category_slug in former:
        search = JobSearch(companies=frozenset({company_slug}), categories=frozenset({category_slug}))
        assert shows(job, search)
        assert is_listed(job, search)


def test_a_former_slug_that_another_company_has_now_is_that_companys() -> None:
    company = make_company("Bread")
    former = company.slug
    company.slug = "bakery"
    company.save()
    other = make_company("Another")
    type(other).objects.filter(pk=other.pk).update(slug=former)
    job, search = make_job("Baker", company=company), JobSearch(companies=frozenset({former}))
    assert shows(job, search) is is_listed(job, search) is False


def test_of_several_words_the_one_counts_that_the_fewest_postings_have() -> None:
    make_job("Night Nurse"), make_job("Day Nurse")
    both = anchors.of_search(JobSearch(text="nurse night"))
    assert both.values == anchors.of_search(JobSearch(text="night")).values
    make_job("Night Baker"), make_job("Night Chef")
    assert anchors.of_search(JobSearch(text="nurse night")).values == anchors.of_search(JobSearch(text="nurse")).values
    assert shows(make_job("Nurse at night"), JobSearch(text="nurse night"))


def test_a_search_has_few_anchors_and_the_rarest_word_among_them() -> None:
    search = JobSearch(
        text="a nurse",
        places=frozenset({"ghent-be"}),
        employment_types=frozenset(EmploymentType),
        workplace_types=frozenset(WorkplaceType),
    )
    assert len(anchors.of_search(search).values) == 1
    without_kind = anchors.of_search(replace(search, employment_types=frozenset()))
    assert without_kind.values == anchors.of_search(search).values
    assert anchors.of_search(replace(search, text="a baker")).values != without_kind.values
    many = replace(
        search,
        text="",
        places=frozenset(f"town-{n}" for n in range(30)),
        companies=frozenset(f"company-{n}" for n in range(30)),
    )
    assert len(anchors.of_search(many).values) == 30


@given(st.text(alphabet="ab c'\"\\\x00ß%_é1", max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_index(db: None, text: str) -> None:
    assert anchors.of_search(JobSearch(text=f"x{text}")).values


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_pay_is_not_on_a_lower_step(one: int, other: int) -> None:
    assert anchors.step_of(max(one, other)) >= anchors.step_of(min(one, other))
    assert anchors.step_of(2 * (one + 1)) == anchors.step_of(one + 1) + anchors.STEPS


def test_most_searches_for_better_pay_are_passed_over() -> None:
    job = make_job("Baker", salary_maximum=Decimal(3400))
    posting = searching().on_the_list(PostingId(job.posting_id))
    assert posting is not None
    for amount, is_passed_over in ((40_000, False), (41_000, False), (60_000, True)):
        search = JobSearch(text="baker", salary=SalaryFloor(amount=Decimal(amount), currency="EUR"))
        needs = searching().anchors(search).needs
        assert any(posting.numbers.isdisjoint(need) for need in needs) is is_passed_over
        assert shows(job, search) is is_listed(job, search)


def test_anchors_stay_the_same() -> None:
    """They are in databases: who changes them raises `VERSION`."""
    search = JobSearch(text="nurses", places=frozenset({"ghent-be", "lyon-fr"}), companies=frozenset({"bread"}))
    assert (anchors.VERSION, sorted(anchors.of_search(search).values)) == (1, [744926339767630544])
