"""What search engines are told to read."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cms.feeds import sitemaps
from tests.integration.cms.factories import make_category, make_closed_job, make_company, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

XMLNS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HERE = "http://testserver"


def locations(address: str) -> list[str]:
    response = Client().get(address)
    assert response.status_code == 200, address
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    read = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    return [(found.text or "").removeprefix(HERE) for found in read.iter(f"{XMLNS}loc")]


def test_robots_are_led_to_the_sitemap() -> None:
    said = Client().get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml\n" in said
    assert "Disallow: /subscriptions/\n" in said


def test_all_open_postings_in_both_languages() -> None:
    make_job("Baker")
    make_job("Cook")
    make_closed_job("Filled")
    make_job("Draft", published=False)
    assert locations("/sitemap.xml") == ["/sitemap-pages.xml", "/sitemap-jobs-1.xml"]
    assert locations("/sitemap-jobs-1.xml") == ["/jobs/baker/", "/de/jobs/baker/", "/jobs/cook/", "/de/jobs/cook/"]


def test_each_address_can_be_read() -> None:
    make_job(categories=(make_category("Food"),))
    found = [address for part in locations("/sitemap.xml") for address in locations(part)]
    assert len(found) == 8
    assert {Client().get(address).status_code for address in found} == {200}


def test_pages_without_open_postings_are_left_out() -> None:
    make_company("Nobody")
    make_category("Nothing")
    make_closed_job(company=make_company("Gone"))
    assert locations("/sitemap-pages.xml") == ["/jobs/", "/de/jobs/"]
    assert Client().get("/sitemap-jobs-1.xml").status_code == 404


def test_when_a_posting_was_changed() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        make_job("Cook")
        job = make_job("Baker")
    job.title = "Head baker"
    job.save_revision().publish()
    read = ElementTree.fromstring(Client().get("/sitemap-jobs-1.xml").content)  # noqa: S314 - our own
    days = [datetime.fromisoformat(found.text or "").date() for found in read.iter(f"{XMLNS}lastmod")]
    today = timezone.now().date()
    assert days == [today - timedelta(days=3)] * 2 + [today] * 2


def test_a_large_board_has_several_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "POSTINGS", 2)
    for title in ("One", "Two", "Three"):
        make_job(title)
    parts = locations("/sitemap.xml")
    assert parts == ["/sitemap-pages.xml", "/sitemap-jobs-1.xml", "/sitemap-jobs-2.xml"]
    assert locations(parts[1])[::2] == ["/jobs/one/", "/jobs/two/"]
    assert locations(parts[2])[::2] == ["/jobs/three/"]


def test_the_closing_instant() -> None:
    make_job("Open end", closing_date=None)
    job = make_job()
    assert job.valid_through is not None
    with time_machine.travel(job.valid_through - timedelta(seconds=1), tick=False):
        assert "/jobs/baker/" in locations("/sitemap-jobs-1.xml")
    with time_machine.travel(job.valid_through, tick=False):
        assert locations("/sitemap-jobs-1.xml") == ["/jobs/open-end/", "/de/jobs/open-end/"]
