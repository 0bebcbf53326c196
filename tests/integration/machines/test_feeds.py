"""Feeds of the board, a company, a category and a search."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]  # there are no stubs for it
import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from cms.actions import CloseJobAction
from cms.feeds.feed import ENTRIES
from cms.models import Category, JobPage
from tests.integration.cms.factories import live, make_category, make_closed_job, make_company, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

REL = 'rel="nofollow noopener"'
FORMATS = ("atom", "rss", "json")
TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def entries(address: str) -> list[tuple[str, str]]:
    """Ids and titles, in order."""
    response = Client().get(address)
    assert response.status_code == 200, address
    if response.headers["Content-Type"] == TYPES["json"]:
        return [(item["id"], item["title"]) for item in json.loads(response.content)["items"]]
    read = feedparser.parse(response.content)
    assert not read.bozo, read.get("bozo_exception")
    return [(entry.id, entry.title) for entry in read.entries]


def titles(address: str) -> list[str]:
    return [title.partition(",")[0] for _, title in entries(address)]


@pytest.mark.parametrize("kind", FORMATS)
class TestEachFormat:
    def test_open_postings_newest_first(self, kind: str) -> None:
        for days, title in enumerate(("Baker", "Cook")):
            with time_machine.travel(timezone.now() - timedelta(days=days)):
                make_job(title)
        make_closed_job("Filled")
        make_job("Draft", published=False)
        make_job("Taken down").unpublish()
        assert titles(f"/feeds/jobs.{kind}") == ["Baker", "Cook"]
        assert Client().get(f"/feeds/jobs.{kind}").headers["Content-Type"] == TYPES[kind]

    def test_an_id_outlives_a_changed_address(self, kind: str) -> None:
        job = make_job()
        before = entries(f"/feeds/jobs.{kind}")
        assert before == [(job.posting_id.urn, "Baker, Bread & Sons")]
        job.slug = "head-baker"
        job.save_revision().publish()
        assert entries(f"/feeds/jobs.{kind}") == before
        assert "/jobs/head-baker/" in Client().get(f"/feeds/jobs.{kind}").content.decode()

    def test_a_company_a_category_and_a_search(self, kind: str) -> None:
        food = make_category("Food")
        make_job("Baker", company=make_company("Bread"), categories=(food,))
        make_job("Driver", company=make_company("Wheels"))
        make_job("Cook", company=make_company("Wheels"), categories=(food,))
        assert titles(f"/companies/wheels/feed.{kind}") == ["Cook", "Driver"]
        assert titles(f"/categories/food/feed.{kind}") == ["Cook", "Baker"]
        assert titles(f"/feeds/jobs.{kind}?q=driver") == ["Driver"]
        assert titles(f"/feeds/jobs.{kind}?category=food&company=wheels") == ["Cook"]

    def test_under_a_slug_of_before(self, kind: str) -> None:
        company, category = make_company("Bread & Sons"), make_category("Food")
        make_job(company=company, categories=(category,))
        for named, slug in ((company, "bread"), (category, "food-and-drink")):
            named.slug = slug
            named.save()
        for address, now in (
            (f"/companies/bread-sons/feed.{kind}", f"/companies/bread/feed.{kind}"),
            (f"/de/categories/food/feed.{kind}", f"/de/categories/food-and-drink/feed.{kind}"),
            (f"/feeds/jobs.{kind}?company=bread-sons", f"http://testserver/feeds/jobs.{kind}?company=bread"),
        ):
            moved = Client().get(address)
            assert (moved.status_code, moved.headers["Location"]) == (301, now)
            assert titles(now.removeprefix("http://testserver")) == ["Baker"]

    def test_unknown_ones(self, kind: str) -> None:
        assert Client().get(f"/companies/nobody/feed.{kind}").status_code == 404
        assert Client().get(f"/categories/nothing/feed.{kind}").status_code == 404
        assert titles(f"/feeds/jobs.{kind}?since=never&page=7&sort=up") == []

    def test_the_closing_instant(self, kind: str) -> None:
        job = make_job()
        assert job.valid_through is not None
        with time_machine.travel(job.valid_through - timedelta(seconds=1), tick=False):
            assert titles(f"/feeds/jobs.{kind}") == ["Baker"]
        with time_machine.travel(job.valid_through, tick=False):
            assert titles(f"/feeds/jobs.{kind}") == []
            assert titles(f"/companies/bread-sons/feed.{kind}") == []

    def test_who_has_it_already_is_not_given_it_again(self, kind: str) -> None:
        job = make_job()
        client, address = Client(), f"/feeds/jobs.{kind}"
        etag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
        CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 200

    def test_who_goes_by_the_clock(self, kind: str) -> None:
        client, address = Client(), f"/feeds/jobs.{kind}"
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            job = make_job(closing_date=None)
            assert "Last-Modified" not in client.get(address).headers
            clock.shift(timedelta(hours=1))
            seen = client.get(address).headers["Last-Modified"]
            assert seen == "Sun, 01 Mar 2026 12:00:00 GMT"
            clock.shift(timedelta(hours=1))
            assert client.get(address, headers={"If-Modified-Since": seen}).status_code == 304
            CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
            assert client.get(address, headers={"If-Modified-Since": seen}).status_code == 200

    def test_who_goes_by_the_clock_hears_of_what_closed_by_itself(self, kind: str) -> None:
        client, address = Client(), f"/feeds/jobs.{kind}"
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            job = make_job(closing_date=date(2026, 3, 3))
            assert job.valid_through is not None
            clock.move_to(job.valid_through - timedelta(hours=1))
            seen = client.get(address).headers["Last-Modified"]
            clock.move_to(job.valid_through + timedelta(hours=1))
            again = client.get(address, headers={"If-Modified-Since": seen})
            assert (again.status_code, again.headers["Last-Modified"]) == (
                200,
                http_date(job.valid_through.timestamp()),
            )

    def test_the_clock_says_nothing_of_postings_of_the_last_days(self, kind: str) -> None:
        client, address = Client(), f"/feeds/jobs.{kind}?since=7"
        with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
            make_job(closing_date=None)
            clock.shift(timedelta(hours=1))
            assert "Last-Modified" not in client.get(address).headers

    def test_scripts_of_other_sites_may_read_it(self, kind: str) -> None:
        response = Client().get(f"/feeds/jobs.{kind}", headers={"Origin": "https://elsewhere.example"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"

    def test_it_is_not_endless(self, kind: str) -> None:
        jobs = [make_job() for _ in range(ENTRIES + 1)]
        found = entries(f"/feeds/jobs.{kind}")
        assert len(found) == ENTRIES
        assert jobs[0].posting_id.urn not in {urn for urn, _ in found}

    def test_in_german(self, kind: str) -> None:
        make_job()
        said = Client().get(f"/de/feeds/jobs.{kind}").content.decode()
        assert "http://testserver/de/jobs/baker/" in said
        assert "http://testserver/jobs/baker/" not in said

    def test_nobody_can_write(self, kind: str) -> None:
        assert Client().post(f"/feeds/jobs.{kind}").status_code == 405

    def test_what_others_have_written_is_safe_to_show(self, kind: str) -> None:
        make_job(
            "Baker \x0b& <b>",
            slug="baker",
            description='<p onclick="x()">Bake\x07 &amp; <script>alert(1)</script>'
            '<a href="javascript:x()">go</a> <a href="/jobs/">all</a></p>',
        )
        assert [title for _, title in entries(f"/feeds/jobs.{kind}")] == ["Baker & <b>, Bread & Sons"]
        response = Client().get(f"/feeds/jobs.{kind}")
        html = (
            json.loads(response.content)["items"][0]["content_html"]
            if kind == "json"
            else _html(ElementTree.fromstring(response.content))  # noqa: S314 - our own
        )
        assert "onclick" not in html
        assert "script" not in html
        assert f'<a {REL}>go</a> <a href="http://testserver/jobs/" {REL}>all</a>' in html


def _html(feed: ElementTree.Element) -> str:
    found = feed.find(".//{http://www.w3.org/2005/Atom}content")
    element = feed.find(".//item/description") if found is None else found
    assert element is not None
    return element.text or ""


def test_a_change_is_an_update() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        job = make_job()
    job.title = "Head baker"
    job.save_revision().publish()
    [entry] = feedparser.parse(Client().get("/feeds/jobs.atom").content).entries
    assert entry.title == "Head baker, Bread & Sons"
    assert entry.published < entry.updated
    assert entry.updated[:10] == timezone.now().date().isoformat()


def test_posted_in_the_last_days() -> None:
    for days in (0, 3, 10):
        with time_machine.travel(timezone.now() - timedelta(days=days)):
            make_job(f"Baker {days}")
    assert titles("/feeds/jobs.json?since=1") == ["Baker 0"]
    assert titles("/feeds/jobs.json?since=7") == ["Baker 0", "Baker 3"]


def test_the_feed_of_a_search_names_the_search() -> None:
    read = feedparser.parse(Client().get("/feeds/jobs.atom?page=3&q=head+baker&sort=closing").content)
    assert read.feed.link == "http://testserver/jobs/?q=head+baker"
    assert read.feed.id == "http://testserver/feeds/jobs.atom?q=head+baker"
    assert read.feed.title == "Open jobs for “head baker”"


def test_json_feed_has_what_its_version_asks_for() -> None:
    """https://www.jsonfeed.org/version/1.1/"""
    make_job(categories=(Category.objects.create(name="Food"),))
    feed = json.loads(Client().get("/feeds/jobs.json").content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "All open jobs"
    assert feed["home_page_url"] == "http://testserver/jobs/"
    assert feed["feed_url"] == "http://testserver/feeds/jobs.json"
    [item] = feed["items"]
    assert item["tags"] == ["Food"]
    assert item["authors"] == [{"name": "Bread & Sons"}]
    assert datetime.fromisoformat(item["date_published"]) <= datetime.fromisoformat(item["date_modified"])


def test_an_empty_feed_is_the_same_each_time() -> None:
    client = Client()
    with time_machine.travel(timezone.now()) as clock:
        before = client.get("/feeds/jobs.atom").content
        clock.shift(timedelta(days=1))
        assert client.get("/feeds/jobs.atom").content == before
