"""The whole board for other job sites."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from cms.actions import CloseJobAction
from cms.feeds import indeed
from cms.models import JobPage
from tests.integration.cms.factories import live, make_category, make_closed_job, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ADDRESS = "/feeds/indeed.xml"


def document() -> str:
    response = Client().get(ADDRESS)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    return response.getvalue().decode()


def jobs() -> list[dict[str, str]]:
    read = ElementTree.fromstring(document())  # noqa: S314 - our own
    return [{element.tag: element.text or "" for element in job} for job in read.iter("job")]


def test_what_it_says_of_a_posting() -> None:
    job = make_job(categories=(make_category("Food"),), workplace_type="HYBRID", identifier="B-17")
    [said] = jobs()
    posted, closing = job.first_published_at, job.closing
    assert posted is not None
    assert closing is not None
    assert parsedate_to_datetime(said.pop("date")) == posted.replace(microsecond=0)
    assert parsedate_to_datetime(said.pop("expirationdate")) == closing.instant
    assert parsedate_to_datetime(said.pop("lastactivitydate")) >= posted.replace(microsecond=0)
    assert said == {
        "title": "Baker",
        "referencenumber": str(job.posting_id),
        "requisitionid": "B-17",
        "url": "http://testserver/jobs/baker/",
        "company": "Bread & Sons",
        "sourcename": "Bread & Sons",
        "city": "Ghent",
        "country": "BE",
        "description": "<p>You bake.</p>",
        "salary": "€3,000–3,400 a month",
        "jobtype": "full-time",
        "category": "Food",
        "remotetype": "Hybrid remote",
    }


def test_a_posting_keeps_its_number() -> None:
    job = make_job()
    [before] = jobs()
    job.title, job.slug = "Head baker", "head-baker"
    job.save_revision().publish()
    [after] = jobs()
    assert after["referencenumber"] == before["referencenumber"]
    assert after["url"] != before["url"]


def test_characters_stand_as_they_are() -> None:
    make_job("R&D <chef> ]]> “Größe” \x07", slug="chef")
    assert "R&D <chef>" in document()
    assert "&amp;" not in document()
    assert jobs()[0]["title"] == "R&D <chef> ]]> “Größe” "


def test_a_large_board_comes_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indeed, "BATCH", 2)
    for title in ("One", "Two", "Three"):
        make_job(title)
    make_closed_job("Filled")
    assert [job["title"] for job in jobs()] == ["Three", "Two", "One"]


def test_the_closing_instant() -> None:
    job = make_job()
    assert job.valid_through is not None
    with time_machine.travel(job.valid_through - timedelta(seconds=1), tick=False):
        [before] = jobs()
        etag = Client().get(ADDRESS).headers["ETag"]
        assert Client().get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    assert before["title"] == "Baker"
    with time_machine.travel(job.valid_through, tick=False):
        assert jobs() == []
        assert Client().get(ADDRESS, headers={"If-None-Match": etag}).status_code == 200


def test_who_has_it_already_is_not_given_it_again() -> None:
    job = make_job()
    etag = Client().get(ADDRESS).headers["ETag"]
    assert Client().get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    job.title = "Head baker"
    job.save_revision().publish()
    again = Client().get(ADDRESS, headers={"If-None-Match": etag})
    assert again.status_code == 200
    CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
    assert Client().get(ADDRESS, headers={"If-None-Match": again.headers["ETag"]}).status_code == 200
