from dataclasses import replace

import pytest

from jobs_domain.email_address import InvalidEmailAddress
from jobs_domain.posting_details import (
    ApplyByEmail,
    ApplyOnline,
    Description,
    InvalidPostingDetails,
    Location,
    PostingDetails,
    WorkplaceType,
)
from tests.unit.examples import ANA, DETAILS

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("title", ["", " ", "\t\n", "\u00a0"])
def test_a_posting_without_a_title_is_refused(title: str) -> None:
    with pytest.raises(InvalidPostingDetails, match="needs a title"):
        replace(DETAILS, title=title)


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\u00a0"])
def test_a_posting_without_a_hiring_organization_is_refused(name: str) -> None:
    with pytest.raises(InvalidPostingDetails, match="needs a hiring organization"):
        replace(DETAILS, hiring_organization=name)


def test_most_of_a_posting_may_be_unknown() -> None:
    sparse = PostingDetails(
        title="Baker",
        hiring_organization="Bread & Co",
        description=Description.of(html="", summary=""),
        workplace_type=WorkplaceType.REMOTE,
        employment_types=frozenset(),
    )
    assert (sparse.salary, sparse.apply_to, sparse.valid_through) == (None, None, None)
    assert (sparse.locations, sparse.categories) == ((), frozenset())


@pytest.mark.parametrize("country", ["", "D", "DEU", "de", "De", "D1", "ÄÖ", "D ", "Germany"])
def test_a_country_is_two_capital_letters(country: str) -> None:
    with pytest.raises(InvalidPostingDetails, match="two capital letters"):
        Location(country=country)


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (Location(country="US"), "US"),
        (Location(country="US", region="NY"), "NY, US"),
        (Location(country="US", locality="Brooklyn"), "Brooklyn, US"),
        (Location(country="US", region="NY", locality="Brooklyn"), "Brooklyn, NY, US"),
        (Location(country="US", locality="Brooklyn", postal_code="11201", street="1 Main St"), "Brooklyn, US"),
    ],
)
def test_a_location_is_shown_in_one_line_as_far_as_it_is_known(location: Location, line: str) -> None:
    assert str(location) == line


def test_a_description_differs_if_its_text_does_even_where_the_summary_is_the_same() -> None:
    one = Description.of(html="<p>Bake bread.</p>", summary="Bake bread.")
    assert one == Description.of(html="<p>Bake bread.</p>", summary="Bake bread.")
    assert one != Description.of(html="<p>Bake <b>bread</b>.</p>", summary="Bake bread.")
    assert one != Description.of(html="<p>Bake bread.</p>", summary="Bake")


def test_a_description_keeps_a_fingerprint_and_not_the_text() -> None:
    description = Description.of(html="grüß dich " * 1000, summary="grüß dich")
    assert len(description.digest) == 64
    assert int(description.digest, 16) > 0
    assert description.summary == "grüß dich"


@pytest.mark.parametrize("url", ["https://bread.example/apply?id=1", "http://bread.example"])
def test_one_applies_online_at_a_web_page(url: str) -> None:
    assert ApplyOnline(url).url == url


@pytest.mark.parametrize(
    "url", ["", "bread.example", "//bread.example", "ftp://bread.example", "javascript:alert(1)", " https://x.example"]
)
def test_one_applies_nowhere_but_at_a_web_page(url: str) -> None:
    with pytest.raises(InvalidPostingDetails, match="begin with https:// or http://"):
        ApplyOnline(url)


def test_ways_to_apply_are_kept_apart() -> None:
    assert ApplyByEmail(ANA) == ApplyByEmail(type(ANA)("ana@EXAMPLE.org"))
    assert len({ApplyByEmail(ANA), ApplyOnline("https://bread.example"), ApplyOnline("https://bread.example/")}) == 3


def test_an_address_to_apply_at_is_checked() -> None:
    with pytest.raises(InvalidEmailAddress):
        ApplyByEmail(type(ANA)("nobody"))


def test_the_order_of_locations_is_part_of_what_is_said() -> None:
    berlin, paris = Location(country="DE", locality="Berlin"), Location(country="FR", locality="Paris")
    assert replace(DETAILS, locations=(berlin, paris)) != replace(DETAILS, locations=(paris, berlin))
