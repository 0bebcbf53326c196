"""The pages of companies and categories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from cms.actions import CloseJobAction, MergeCompaniesAction
from cms.models import Company, JobPage
from tests.integration.cms.factories import make_category, make_company, make_job, the_board
from tests.integration.cms.keyboard import listed, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_company_and_its_open_postings(client: Client) -> None:
    company = make_company("Bread & Sons")
    Company.objects.filter(pk=company.pk).update(description="<p>Since 1899.</p>", website="https://bread.example/")
    make_job("Baker", company=company)
    CloseJobAction(page=make_job("Filled", company=company), reason=JobPage.ClosedReason.FILLED).execute()
    make_job("Draft", company=company, published=False)
    make_job("Gardener", company=make_company("Green Thumb"))
    assert listed(client, "/companies/bread-sons/") == ["Baker"]
    page = text(client, "/companies/bread-sons/")
    for words in ("Bread &amp; Sons", "Since 1899.", 'href="https://bread.example/"', "1 open job", "/jobs/baker/"):
        assert words in page
    assert "jobs@bread.example" not in page


def test_a_category_and_its_open_postings(client: Client) -> None:
    make_job("Baker", categories=(make_category("Food"),))
    make_job("Cook", categories=(make_category("Drinks"),))
    assert listed(client, "/categories/food/") == ["Baker"]
    assert "<h1>Food</h1>" in text(client, "/categories/food/")


def test_letters_of_any_script(client: Client) -> None:
    company = make_company("Bäckerei Groß")
    make_job(company=company)
    assert listed(client, f"/companies/{company.slug}/") == ["Baker"]
    assert company.slug == "bäckerei-groß"


@pytest.mark.parametrize("address", ["/companies/nobody/", "/categories/nothing/", "/companies/", "/categories/"])
def test_an_unknown_one(client: Client, address: str) -> None:
    assert "There is no page at this address" in text(client, address, 404)


def test_without_postings(client: Client) -> None:
    make_company("Bread & Sons"), make_category("Food")
    for address in ("/companies/bread-sons/", "/categories/food/"):
        assert "No job is open" in text(client, address)


def test_page_by_page(client: Client) -> None:
    company = make_company("Bread & Sons")
    for number in range(21):
        the_board().add_child(instance=JobPage(title=f"Job {number}", description="<p>Work.</p>", company=company))
    first, second = text(client, "/companies/bread-sons/"), text(client, "/companies/bread-sons/?page=2")
    assert '<link rel="next" href="/companies/bread-sons/?page=2">' in first
    assert '<link rel="prev" href="/companies/bread-sons/">' in second
    assert "Page 2 of 2" in second
    assert len(listed(client, "/companies/bread-sons/?page=2")) == 1
    for absurd in ("3", "999999999999999999999"):
        assert listed(client, f"/companies/bread-sons/?page={absurd}") == listed(
            client, "/companies/bread-sons/?page=2"
        )
    for absurd in ("0", "-1", "x", "", "%00"):
        assert listed(client, f"/companies/bread-sons/?page={absurd}") == listed(client, "/companies/bread-sons/")


def test_the_way_to_the_search(client: Client) -> None:
    food = make_category("Food")
    for title in ("Baker", "Cook"):
        make_job(title, company=make_company("Bread & Sons"), categories=(food,))
    assert 'href="/jobs/?company=bread-sons"' in text(client, "/companies/bread-sons/")
    assert 'href="/jobs/?category=food"' in text(client, "/categories/food/")


def test_the_feeds(client: Client) -> None:
    make_job(company=make_company("Bread & Sons"), categories=(make_category("Food"),))
    for address in ("/companies/bread-sons/", "/categories/food/"):
        page = text(client, address)
        assert f'<link rel="alternate" type="application/atom+xml" href="{address}feed.atom"' in page
        for kind in ("atom", "rss", "json"):
            assert f'<a href="{address}feed.{kind}">' in page
            assert client.get(f"{address}feed.{kind}").status_code == 200


def test_at_the_closing_instant(client: Client) -> None:
    closing = datetime(2026, 3, 11, tzinfo=UTC)
    with time_machine.travel(closing - timedelta(days=3)):
        make_job(
            company=make_company("Bread & Sons"),
            categories=(make_category("Food"),),
            closing_date=closing.date() - timedelta(days=1),
            time_zone="UTC",
        )
    for address in ("/companies/bread-sons/", "/categories/food/"):
        with time_machine.travel(closing - timedelta(seconds=1), tick=False):
            assert listed(client, address) == ["Baker"]
        with time_machine.travel(closing, tick=False):
            assert listed(client, address) == []


def test_a_merged_company_leads_to_the_one_that_remains(client: Client) -> None:
    first, second, third = make_company("Bread"), make_company("Bread & Sons"), make_company("Bread Group")
    MergeCompaniesAction(duplicate=first, kept=second).execute()
    answer = client.get("/companies/bread/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/companies/bread-sons/")
    MergeCompaniesAction(duplicate=second, kept=third).execute()
    assert client.get("/companies/bread/", follow=True).redirect_chain[-1] == ("/companies/bread-group/", 301)
    assert make_company("Bread").slug == "bread"
    assert client.get("/companies/bread/").status_code == 200


def test_only_reading_and_no_cookie(client: Client) -> None:
    make_company("Bread & Sons")
    assert client.post("/companies/bread-sons/", headers={"Sec-Fetch-Site": "same-origin"}).status_code in {403, 405}
    answer = client.head("/companies/bread-sons/")
    assert (answer.status_code, answer.cookies) == (200, {})
