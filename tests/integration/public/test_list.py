"""The list: each filter with its counts, what is in use, the order, the pages, nothing found."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Final

import pytest
import time_machine
from django.core.cache import caches
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from cms.models import JobLocation, JobPage
from cms.public.listing import Filter, Listing
from tests.integration.cms.factories import make_category, make_company, make_job, the_board
from tests.integration.cms.keyboard import listed, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

MANY: Final = 1244
NOON: Final = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def jobs() -> None:
    """Four of them, the newest first: miller, cook, baker, gardener."""
    bread, green = make_company("Bread & Sons"), make_company("Green Thumb")
    food, outdoors = make_category("Food"), make_category("Outdoors")
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=20)):
        make_job(
            "Gardener",
            company=green,
            categories=(outdoors,),
            town="Bruges",
            workplace_type="HYBRID",
            employment_types=["PART_TIME"],
            salary_minimum=Decimal(20),
            salary_maximum=Decimal(25),
            salary_unit="HOUR",
            closing_date=now.date() + timedelta(days=3),
        )
    with time_machine.travel(now - timedelta(days=5)):
        make_job("Baker", company=bread, categories=(food,))
    with time_machine.travel(now - timedelta(hours=2)):
        make_job("Cook", company=green, categories=(food, outdoors), town="Bruges", closing_date=None)
    with time_machine.travel(now - timedelta(hours=1)):
        make_job("Miller", company=bread, categories=(food,), salary_minimum=None, salary_maximum=None)


def listing(client: Client, query: str = "") -> Listing:
    """What the template shows, made anew."""
    caches["pages"].clear()
    answer = client.get(f"/jobs/?{query}")
    assert answer.status_code == 200
    shown: Listing = answer.context["listing"]
    return shown


def the_filter(client: Client, name: str, query: str = "") -> Filter:
    return next(one for one in listing(client, query).filters if one.name == name)


def counts(client: Client, name: str, query: str = "") -> dict[str, int | None]:
    return {option.label: option.count for option in the_filter(client, name, query).options}


@pytest.mark.usefixtures("jobs")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Miller", "Cook", "Baker", "Gardener"]),
        ("q=baker", ["Baker"]),
        ("category=outdoors", ["Cook", "Gardener"]),
        ("category=outdoors&category=food", ["Miller", "Cook", "Baker", "Gardener"]),
        ("company=green-thumb", ["Cook", "Gardener"]),
        ("company=green-thumb&category=food", ["Cook"]),
        ("workplace=hybrid", ["Gardener"]),
        ("workplace=hybrid&workplace=remote", ["Gardener"]),
        ("employment=part-time", ["Gardener"]),
        ("salary=50000&currency=EUR", ["Gardener"]),
        ("salary=40000&currency=EUR", ["Cook", "Baker", "Gardener"]),
        ("salary=40000&currency=USD", []),
        ("since=1", ["Miller", "Cook"]),
        ("since=7", ["Miller", "Cook", "Baker"]),
        ("since=30", ["Miller", "Cook", "Baker", "Gardener"]),
        ("category=nothing-of-this-name", []),
        ("sort=closing&company=green-thumb", ["Gardener", "Cook"]),
        ("workplace=office&since=2&sort=cheapest&salary=lots", ["Miller", "Cook", "Baker", "Gardener"]),
    ],
)
def test_every_part_of_the_address_narrows_the_list(client: Client, query: str, titles: list[str]) -> None:
    assert listed(client, f"/jobs/?{query}") == titles


@pytest.mark.usefixtures("jobs")
def test_a_place_is_found_by_what_its_filter_says(client: Client) -> None:
    bruges = next(option for option in the_filter(client, "place").options if "Bruges" in option.label)
    assert bruges.count == 2
    assert listed(client, f"/jobs/?place={bruges.value}") == ["Cook", "Gardener"]


@pytest.mark.usefixtures("jobs")
def test_each_choice_says_how_many_it_would_leave(client: Client) -> None:
    assert counts(client, "category") == {"Food": 3, "Outdoors": 2}
    # the other filters as they are; within one filter: or
    assert counts(client, "category", "company=green-thumb&category=food") == {"Outdoors": 2, "Food": 1}
    assert counts(client, "company", "category=food") == {"Bread & Sons": 2, "Green Thumb": 1}
    assert counts(client, "employment") == {"Full-time": 3, "Part-time": 1}
    since = {option.value: option.count for option in the_filter(client, "since").options}
    assert since == {"": None, "1": 2, "7": 3, "30": 4}


@pytest.mark.usefixtures("jobs")
def test_what_is_chosen_is_ticked_and_its_filter_unfolded(client: Client) -> None:
    page = text(client, "/jobs/?company=green-thumb&since=7")
    assert re.search(r'id="company-green-thumb"[^>]* checked', page)
    assert not re.search(r'id="company-bread-sons"[^>]* checked', page)
    assert re.search(r'id="since-7"[^>]* checked', page)
    assert re.search(r'id="filter-company" open', page)
    assert re.search(r'id="filter-employment">', page)
    assert re.search(r'type="radio" id="since-any"[^>]* checked', text(client, "/jobs/"))


@pytest.mark.usefixtures("jobs")
def test_each_chip_takes_back_one_thing(client: Client) -> None:
    parts = "q=baker category=food category=outdoors workplace=on-site salary=30000&currency=EUR since=30 sort=newest"
    labels = {
        ("", "“baker”"): "q=baker",
        ("Category", "Food"): "category=food",
        ("Category", "Outdoors"): "category=outdoors",
        ("Workplace", "On site"): "workplace=on-site",
        ("Pay", "From €30,000 a year"): "salary=30000&currency=EUR",
        ("Posted", "In the last 30 days"): "since=30",
    }
    chips = {(chip.title, chip.label): chip.href for chip in listing(client, f"{parts.replace(' ', '&')}&page=9").chips}
    assert chips.keys() == labels.keys()
    for label, its in labels.items():
        left = [part for part in parts.split() if part != its]
        if its == "q=baker":
            # then the newest come first anyway
            left.remove("sort=newest")
        assert chips[label] == f"/jobs/?{'&'.join(left)}"
    assert listing(client).chips == []


@pytest.mark.usefixtures("jobs")
def test_the_name_of_nothing_is_shown_as_it_was_asked_for(client: Client) -> None:
    shown = listing(client, "category=long-gone")
    assert [(chip.label, chip.href) for chip in shown.chips] == [("long-gone", "/jobs/")]


@pytest.mark.usefixtures("jobs")
def test_nothing_found_says_what_to_leave_out(client: Client) -> None:
    page = unescape(text(client, "/jobs/?category=outdoors&employment=full-time&workplace=hybrid"))
    assert "No open job meets all of this" in page
    ways = listing(client, "category=outdoors&employment=full-time&workplace=hybrid").ways_out
    assert [(way.title, way.count, way.href) for way in ways] == [
        ("Workplace", 1, "/jobs/?category=outdoors&employment=full-time"),
        ("Employment", 1, "/jobs/?category=outdoors&workplace=hybrid"),
    ]
    for way in ways:
        assert len(listed(client, way.href)) == way.count
    assert "1 job without Employment" in page
    assert "it takes more" in text(client, "/jobs/?category=nothing&company=nobody")


@pytest.mark.usefixtures("jobs")
def test_nothing_found_for_a_text(client: Client) -> None:
    ways = listing(client, "q=zeppelin&category=food").ways_out
    assert [(way.title, way.count, way.href) for way in ways] == [("“zeppelin”", 3, "/jobs/?category=food")]


@pytest.mark.usefixtures("jobs")
def test_a_text_is_ordered_by_match_unless_asked_otherwise(client: Client) -> None:
    def orders(query: str) -> list[tuple[str, str, bool]]:
        return [(order.label, order.href, order.in_use) for order in listing(client, query).orders]

    assert orders("page=3") == [("Newest", "/jobs/", True), ("Closing soon", "/jobs/?sort=closing", False)]
    assert orders("q=baker&sort=closing") == [
        ("Best match", "/jobs/?q=baker", False),
        ("Newest", "/jobs/?q=baker&sort=newest", False),
        ("Closing soon", "/jobs/?q=baker&sort=closing", True),
    ]


@pytest.mark.usefixtures("jobs")
def test_the_form_hands_on_the_order_and_the_currency(client: Client) -> None:
    assert listing(client, "sort=closing").hidden == [("sort", "closing"), ("currency", "EUR")]
    assert listing(client, "salary=30000&currency=USD").hidden == [("currency", "USD")]


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("q=&since=&salary=&currency=EUR", "/jobs/"),
        ("q=baker&since=&salary=&currency=EUR&category=food", "/jobs/?q=baker&category=food"),
        ("q=&salary=30000&currency=EUR&sort=closing", "/jobs/?salary=30000&currency=EUR&sort=closing"),
    ],
)
def test_the_form_leads_to_a_short_address(client: Client, sent: str, address: str) -> None:
    answer = client.get(f"/jobs/?{sent}")
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert client.get(address).status_code == 200


def test_what_was_typed_is_not_html(client: Client) -> None:
    page = text(client, "/jobs/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&category=x")
    assert "<script>alert" not in page
    assert 'value="&quot;&gt;&lt;script&gt;' in page


def test_the_pages_of_a_search(client: Client) -> None:
    company = make_company()
    for number in range(45):
        the_board().add_child(instance=JobPage(title=f"Job {number}", description="<p>Work.</p>", company=company))
    make_job("Baker")
    here = f"/jobs/?company={company.slug}"
    page = text(client, f"{here}&page=2")
    assert f'<link rel="prev" href="{here}">' in page
    assert f'<link rel="next" href="{here}&amp;page=3">' in page
    assert "45 open jobs" in page
    assert "Page 2 of 3" in page
    assert '<ol class="jobs" start="21">' in page
    assert "page=1" not in page
    assert listing(client, f"company={company.slug}&page=99").query == f"company={company.slug}&page=3"


def test_at_its_closing_instant_a_posting_leaves_the_counts_too(client: Client) -> None:
    with time_machine.travel(NOON - timedelta(days=3)):
        make_job("Baker", categories=(make_category("Food"),), closing_date=NOON.date(), time_zone="UTC")
        make_job("Cook", closing_date=None)
    closing = datetime(2026, 3, 11, tzinfo=UTC)
    with time_machine.travel(closing - timedelta(seconds=1), tick=False):
        assert counts(client, "category") == {"Food": 1}
        assert "2 open jobs" in text(client, "/jobs/")
    with time_machine.travel(closing, tick=False):
        assert "category" not in {one.name for one in listing(client).filters}
        assert "1 open job<" in text(client, "/jobs/")
        assert listed(client, "/jobs/?category=food") == []


@pytest.mark.usefixtures("jobs")
def test_the_feed_is_of_this_very_search(client: Client) -> None:
    page = text(client, "/jobs/?q=baker&category=food&sort=newest&page=4")
    assert 'href="/feeds/jobs.atom?q=baker&amp;category=food"' in page
    assert page.count("/feeds/jobs.rss?q=baker&amp;category=food") == 1


def test_the_live_line_and_the_form_are_named(client: Client) -> None:
    make_job()
    page = text(client, "/jobs/")
    assert '<div id="found" role="status">' in page
    assert 'role="search"' in page
    assert '<label class="unseen" for="q">' in page


@pytest.mark.usefixtures("jobs")
def test_a_place_of_several_is_enough(client: Client) -> None:
    JobLocation.objects.create(page=JobPage.objects.get(title="Baker"), locality="Bruges", country="BE")
    JobPage.objects.get(title="Baker").save_revision().publish()
    bruges = next(option for option in the_filter(client, "place").options if "Bruges" in option.label)
    assert listed(client, f"/jobs/?place={bruges.value}") == ["Cook", "Baker", "Gardener"]


def test_any_number_of_parameters_is_read(client: Client) -> None:
    """As many as fit into an address that gunicorn lets through (`limit_request_line`)."""
    many = "&a" * 2_000
    assert listed(client, f"/jobs/?q=baker{many}") == listed(client, "/jobs/?q=baker")
    for address in ("/feeds/jobs.atom", "/api/postings"):
        assert client.get(f"{address}?{many}").status_code == 200


def test_only_reading(client: Client) -> None:
    assert client.post("/jobs/", {"q": "baker"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 405
    assert client.head("/jobs/").status_code == 200


@pytest.mark.parametrize(
    ("language", "many", "hours"), [("en", "1,244", "2,080 hours"), ("de", "1.244", "2.080 Stunden")]
)
def test_numbers_are_written_as_the_language_does(
    client: Client, jobs: None, language: str, many: str, hours: str
) -> None:
    assert hours in text(client, "/jobs/" if language == "en" else f"/{language}/jobs/")
    counted = {"found": {"total": MANY}, "pages": {"several": False}}
    choice = {"element_id": "place-x", "count": MANY}
    with override(language):
        assert f">{many} " in render_to_string("cms/finding/count.html", {"listing": counted})
        filters = {"filters": [{"name": "place", "more": MANY, "options": [choice]}], "found": {"total": MANY}}
        page = render_to_string("cms/finding/filters.html", {"listing": filters})
    assert page.count(many) == 3
    assert str(MANY) not in page


def test_what_is_in_quotation_marks_is_not_quoted_again(client: Client, jobs: None) -> None:
    assert [chip.label for chip in listing(client, "q=%22baker%22").chips] == ['"baker"']
    assert [chip.label for chip in listing(client, "q=baker").chips] == ["“baker”"]


def test_names_keep_their_own_direction(client: Client) -> None:
    make_job(company=make_company("شركة"), town="القاهرة")
    for address in ("/jobs/", "/jobs/baker/"):
        page = text(client, address)
        assert "<bdi>شركة</bdi>" in page
        assert "<bdi>القاهرة, Belgium</bdi>" in page
