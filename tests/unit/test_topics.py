from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given

from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.salary import SalaryFloor
from jobs_domain.topics import InvalidJobSearch, JobSearch, PostingTopic, Topic
from tests.unit.examples import OTHER_POSTING_ID, POSTING_ID
from tests.unit.strategies import topics

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0\u3000"])
def test_a_search_without_criteria_is_refused(text: str) -> None:
    with pytest.raises(InvalidJobSearch, match="at least one criterion"):
        JobSearch(text=text)


@pytest.mark.parametrize(
    "search",
    [
        JobSearch(text="python"),
        JobSearch(categories=frozenset({"food"})),
        JobSearch(companies=frozenset({"bread-sons"})),
        JobSearch(places=frozenset({"ghent-be"})),
        JobSearch(salary=SalaryFloor(amount=Decimal(40_000), currency="EUR")),
        JobSearch(workplace_types=frozenset({WorkplaceType.REMOTE})),
        JobSearch(employment_types=frozenset({EmploymentType.INTERN})),
    ],
)
def test_one_criterion_of_any_kind_makes_a_search(search: JobSearch) -> None:
    assert search != JobSearch(text="else")
    assert [bool(getattr(search, field.name)) for field in fields(search)].count(True) == 1


def test_spaces_make_no_other_search() -> None:
    assert JobSearch(text="  python \n developer ") == JobSearch(text="python developer")
    assert JobSearch(text="python  developer").text == "python developer"


def test_the_order_of_criteria_makes_no_other_search() -> None:
    assert JobSearch(categories=frozenset(["Food", "Art"])) == JobSearch(categories=frozenset(["Art", "Food"]))


def test_the_way_an_amount_is_written_makes_no_other_search() -> None:
    assert JobSearch(salary=SalaryFloor(amount=Decimal("4E+4"), currency="EUR")) == JobSearch(
        salary=SalaryFloor(amount=Decimal("40000.00"), currency="EUR")
    )


def test_postings_are_topics_of_their_own() -> None:
    assert PostingTopic(POSTING_ID) == PostingTopic(POSTING_ID)
    assert PostingTopic(POSTING_ID) != PostingTopic(OTHER_POSTING_ID)


@given(topics())
def test_a_topic_can_be_the_key_of_a_dictionary(topic: Topic) -> None:
    assert {topic: "found"}[topic] == "found"
