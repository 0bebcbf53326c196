"""Open postings as JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cms.actions import CloseJobAction
from cms.models import JobPage
from tests.integration.cms.factories import live, make_category, make_closed_job, make_company, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PROBLEM = "application/problem+json"


def answer(address: str) -> dict[str, Any]:
    response = Client().get(address)
    assert response.status_code == 200, response.content
    said = response.json()
    assert isinstance(said, dict)
    return said


def titles(address: str = "/api/postings") -> list[str]:
    return [posting["title"] for posting in answer(address)["postings"]]


def all_titles(address: str) -> list[str]:
    """Of this part and all that follow."""
    part = answer(address)
    found = [posting["title"] for posting in part["postings"]]
    return found + (all_titles(part["next"]) if part["next"] else [])


def make_jobs(*names: str) -> list[JobPage]:
    """The first is the oldest."""
    made = []
    for days, name in enumerate(reversed(names), start=1):
        with time_machine.travel(timezone.now() - timedelta(days=days)):
            made.append(make_job(name))
    return made[::-1]


def test_what_it_says_of_a_posting() -> None:
    job = make_job(categories=(make_category("Food"),))
    assert job.closing is not None
    said = answer(f"/api/postings/{job.posting_id}")
    assert said.pop("posted_at") <= said.pop("changed_at")
    assert said == {
        "id": str(job.posting_id),
        "url": "http://testserver/jobs/baker/",
        "title": "Baker",
        "language": "en",
        "summary": "You bake.",
        "description": "<p>You bake.</p>",
        "company": {
            "slug": "bread-sons",
            "name": "Bread & Sons",
            "url": "http://testserver/companies/bread-sons/",
        },
        "categories": [{"slug": "food", "name": "Food", "url": "http://testserver/categories/food/"}],
        "workplace": "on-site",
        "employment": ["full-time"],
        "places": [{"street": "", "postal_code": "", "locality": "Ghent", "region": "", "country": "BE"}],
        "salary": {"minimum": 3000.0, "maximum": 3400.0, "currency": "EUR", "unit": "month"},
        "apply_url": "https://bread.example/apply",
        "apply_email": None,
        "closes_at": job.closing.local.isoformat(),
        "time_zone": "Europe/Brussels",
    }


def test_what_is_not_known() -> None:
    make_job(town=None, salary_minimum=None, salary_maximum=None, apply_url="", closing_date=None)
    [said] = answer("/api/postings")["postings"]
    names = ("salary", "apply_url", "apply_email", "closes_at", "time_zone")
    assert [said[name] for name in names] == [None] * 5
    assert said["places"] == []


def test_open_postings_newest_first() -> None:
    make_jobs("Older", "Newer")
    make_closed_job("Filled")
    make_job("Draft", published=False)
    assert titles() == ["Newer", "Older"]


def test_the_filters_of_the_list() -> None:
    food = make_category("Food")
    make_job("Baker", categories=(food,), company=make_company("Bread"))
    make_job("Driver", company=make_company("Wheels"), workplace_type="HYBRID")
    assert titles("/api/postings?q=baker") == ["Baker"]
    assert titles("/api/postings?category=food") == ["Baker"]
    assert titles("/api/postings?company=wheels&company=bread") == ["Driver", "Baker"]
    assert titles("/api/postings?workplace=hybrid") == ["Driver"]
    assert titles("/api/postings?workplace=nowhere&colour=red&page=9&sort=closing") == ["Driver", "Baker"]
    assert titles("/api/postings?salary=50000&currency=EUR") == []


class TestParts:
    def test_all_parts_make_the_whole(self) -> None:
        make_jobs("One", "Two", "Three", "Four", "Five")
        assert all_titles("/api/postings?limit=2") == ["Five", "Four", "Three", "Two", "One"]
        assert titles("/api/postings?limit=2") == ["Five", "Four"]
        assert answer("/api/postings?limit=5")["next"] is None

    def test_the_next_part_keeps_the_filters(self) -> None:
        make_jobs("Baker one", "Cook", "Baker two", "Baker three")
        assert all_titles("/api/postings?limit=1&q=baker") == ["Baker three", "Baker two", "Baker one"]

    def test_a_new_posting_moves_none_of_the_others(self) -> None:
        make_jobs("One", "Two", "Three")
        part = answer("/api/postings?limit=2")
        make_job("New")
        assert all_titles(part["next"]) == ["One"]

    def test_a_posting_that_closes_moves_none_of_the_others(self) -> None:
        _, two, three, _ = make_jobs("One", "Two", "Three", "Four")
        part = answer("/api/postings?limit=2")
        for job in (three, two):
            CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
        assert all_titles(part["next"]) == ["One"]

    def test_postings_of_the_same_instant(self) -> None:
        with time_machine.travel(timezone.now(), tick=False):
            for name in ("One", "Two", "Three"):
                make_job(name)
        assert all_titles("/api/postings?limit=1") == ["Three", "Two", "One"]

    def test_posted_in_the_last_days(self) -> None:
        make_jobs(*(f"Job {days}" for days in range(10, 0, -1)))
        assert len(all_titles("/api/postings?limit=2&since=7")) == 6

    @pytest.mark.parametrize("cursor", ["abc", "1.", "1.2.3", "²3.4"])
    def test_a_cursor_of_somebody_elses(self, cursor: str) -> None:
        response = Client().get(f"/api/postings?cursor={cursor}")
        assert response.status_code == 422
        assert [each["parameter"] for each in response.json()["errors"]] == ["cursor"]


def test_the_closing_instant() -> None:
    job = make_job()
    assert job.valid_through is not None
    with time_machine.travel(job.valid_through - timedelta(seconds=1), tick=False):
        assert titles() == ["Baker"]
        assert answer("/api/companies")["companies"] != []
    with time_machine.travel(job.valid_through, tick=False):
        assert titles() == []
        assert answer("/api/companies")["companies"] == []
        assert Client().get(f"/api/postings/{job.posting_id}").status_code == 410


def test_a_posting_that_is_not_open() -> None:
    closed, taken_down = make_closed_job(), make_job("Cook")
    taken_down.unpublish()
    for job in (closed, taken_down):
        response = Client().get(f"/api/postings/{job.posting_id}")
        assert (response.status_code, response.headers["Content-Type"]) == (410, PROBLEM)


def test_companies_and_categories_with_open_postings() -> None:
    food = make_category("Food")
    make_job("Baker", company=make_company("Bread"), categories=(food,))
    make_job("Cook", company=make_company("Bread"), categories=(food, make_category("Art")))
    make_job("Driver", company=make_company("Wheels"))
    past = make_job(company=make_company("Gone"), categories=(make_category("Past"),))
    CloseJobAction(page=past, reason=JobPage.ClosedReason.FILLED).execute()
    categories = answer("/api/categories")["categories"]
    assert [(each["slug"], each["open_postings"]) for each in categories] == [("art", 1), ("food", 2)]
    first = answer("/api/companies?limit=1")
    assert [(each["slug"], each["open_postings"]) for each in first["companies"]] == [("bread", 2)]
    rest = answer(first["next"])
    assert [each["name"] for each in rest["companies"]] == ["Wheels"]
    assert rest["next"] is None


class TestProblems:
    def test_a_parameter_that_is_wrong(self) -> None:
        response = Client().get("/api/postings?limit=1000")
        assert (response.status_code, response.headers["Content-Type"]) == (422, PROBLEM)
        assert response.json()["status"] == 422
        assert [each["parameter"] for each in response.json()["errors"]] == ["limit"]

    @pytest.mark.parametrize(
        "address", ["/api/nothing", "/api/postings/00000000-0000-4000-8000-000000000000", "/api/postings/"]
    )
    def test_an_address_that_is_unknown(self, address: str) -> None:
        response = Client().get(address)
        assert (response.status_code, response.headers["Content-Type"]) == (404, PROBLEM)
        assert response.json()["status"] == 404

    @pytest.mark.parametrize("address", ["/api/postings", "/api/nothing"])
    def test_it_is_to_read_only(self, address: str) -> None:
        response = Client(enforce_csrf_checks=True).post(address, {"title": "Mine"})
        assert (response.status_code, response.headers["Content-Type"]) == (405, PROBLEM)
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_programs_in_browsers_may_read() -> None:
    response = Client().get("/api/postings", headers={"Origin": "https://elsewhere.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    seen = Client().get("/api/postings", headers={"If-None-Match": response.headers["ETag"]})
    assert (seen.status_code, seen.headers["Access-Control-Allow-Origin"]) == (304, "*")
    asked = Client().options("/api/postings")
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]


def test_who_has_it_already_is_not_given_it_again() -> None:
    make_job()
    etag = Client().get("/api/postings").headers["ETag"]
    assert Client().get("/api/postings", headers={"If-None-Match": etag}).status_code == 304
    assert Client().head("/api/postings").content == b""
    make_job("Cook")
    assert Client().get("/api/postings", headers={"If-None-Match": etag}).status_code == 200


def test_it_describes_itself() -> None:
    assert Client().get("/api/").headers["Location"] == "/api/openapi.json"
    said = answer("/api/openapi.json")
    assert set(said["paths"]) == {"/api/postings", "/api/postings/{posting_id}", "/api/companies", "/api/categories"}
    responses = said["paths"]["/api/postings/{posting_id}"]["get"]["responses"]
    assert set(responses["410"]["content"]) == {PROBLEM}
