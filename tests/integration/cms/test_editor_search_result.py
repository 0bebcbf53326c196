"""How a search engine may show a posting, and what its structured data lacks for that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from cms.structured_data import job_posting, missing
from jobs_domain.posting_details import Location, PostingDetails, WorkplaceType
from jobs_domain.valid_through import ValidThrough
from tests.integration.cms.factories import make_job
from tests.integration.cms.panel import panel
from tests.unit.examples import DETAILS

pytestmark = pytest.mark.integration

COMPLETE = replace(DETAILS, valid_through=ValidThrough.at(day=date(2026, 12, 1), clock=None, zone="Europe/Brussels"))


def structured(details: PostingDetails, description: str = "<p>You bake.</p>") -> dict[str, object]:
    return job_posting(details, description=description, posted_on=date(2026, 12, 1), identifier="42")


def test_structured_data_that_is_complete() -> None:
    data = structured(COMPLETE)
    assert missing(data).required == ()
    assert missing(data).recommended == ()
    assert data["validThrough"] == "2026-12-02T00:00:00+01:00"
    assert data["datePosted"] == "2026-12-01"


@pytest.mark.parametrize(
    ("data", "required"),
    [
        (structured(COMPLETE, description=""), "a description"),
        (structured(replace(COMPLETE, locations=())), "a place of work"),
        (
            structured(replace(COMPLETE, workplace_type=WorkplaceType.REMOTE, locations=())),
            "the countries where applicants may live",
        ),
    ],
    ids=["description", "place", "remote"],
)
def test_what_is_required(data: dict[str, object], required: str) -> None:
    assert missing(data).required == (required,)


def test_remote_work_says_where_applicants_may_live() -> None:
    data = structured(replace(COMPLETE, workplace_type=WorkplaceType.REMOTE, locations=(Location(country="BE"),)))
    assert missing(data).required == ()
    assert data["applicantLocationRequirements"] == [{"@type": "Country", "name": "BE"}]
    assert "jobLocation" not in data


def test_what_is_recommended() -> None:
    bare = replace(COMPLETE, salary=None, valid_through=None, employment_types=frozenset())
    assert missing(structured(bare)).recommended == ("a salary", "a closing date", "the kind of employment")


@pytest.mark.django_db
class TestSearchResult:
    def test_it_is_current(self, publisher: Client) -> None:
        said = panel(publisher, make_job(), title="Head baker", slug="head-baker")
        assert '<p class="posting-search-result__title">Head baker, Bread &amp; Sons</p>' in said
        assert "testserver › jobs › head-baker" in said
        assert "Head baker at Bread &amp; Sons, Ghent, Belgium. €3,000–3,400 a month." in said
        assert "The structured data has all that is required." in said

    def test_it_is_as_short_as_a_search_engine_makes_it(self, publisher: Client) -> None:
        said = panel(publisher, make_job(), title="Baker " * 30)
        title = said.partition('__title">')[2].partition("<")[0]
        assert len(title) <= 60
        assert title.endswith("…")

    def test_it_says_what_is_missing(self, publisher: Client) -> None:
        said = panel(publisher, make_job(town=None), salary_minimum="", salary_maximum="")
        assert "Not listed as a job. Missing: a place of work." in said
        assert "Better with: a salary." in said

    def test_the_page_says_the_same_of_itself(self, publisher: Client) -> None:
        job = make_job()
        page = Client().get(job.get_url() or "").content.decode()
        said = panel(publisher, job)
        beginning = said.partition('__snippet">')[2].partition(" Closes")[0]
        assert f'<meta name="description" content="{beginning}' in page
        assert "<title>Baker, Bread &amp; Sons" in page
