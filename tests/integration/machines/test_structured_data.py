"""What a posting's page says of itself to programs."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from wagtail.actions.create_alias import CreatePageAliasAction

from cms.actions import CloseJobAction
from cms.models import JobPage
from cms.sharing.markup import script
from tests.integration.cms.factories import live, make_category, make_closed_job, make_company, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def page_of(job: JobPage, prefix: str = "") -> str:
    return Client().get(f"{prefix}{job.path_on_site}").content.decode()


def data_of(job: JobPage) -> dict[str, object] | None:
    found = SCRIPT.search(page_of(job))
    if found is None:
        return None
    data = json.loads(found[1])
    assert isinstance(data, dict)
    return data


@time_machine.travel("2026-05-01T22:30:00+00:00", tick=False)
def test_all_that_is_known_is_said() -> None:
    """On the day of the board's own clocks, which is ahead of UTC by two hours here."""
    company = make_company("Bread & Sons")
    company.website = "https://bread.example/"
    company.save()
    job = make_job(company=company, categories=(make_category("Food"),), identifier="B-17")
    data = data_of(job)
    assert data is not None
    assert job.closing is not None
    assert data == {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": "Baker",
        "description": "<p>You bake.</p>",
        "datePosted": "2026-05-02",
        "hiringOrganization": {"@type": "Organization", "name": "Bread & Sons", "sameAs": "https://bread.example/"},
        "identifier": {"@type": "PropertyValue", "name": "Bread & Sons", "value": "B-17"},
        "jobLocation": [
            {
                "@type": "Place",
                "address": {"@type": "PostalAddress", "addressLocality": "Ghent", "addressCountry": "BE"},
            }
        ],
        "employmentType": ["FULL_TIME"],
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "EUR",
            "value": {"@type": "QuantitativeValue", "unitText": "MONTH", "minValue": 3000.0, "maxValue": 3400.0},
        },
        "validThrough": job.closing.local.isoformat(),
        "industry": ["Food"],
        "url": "http://testserver/jobs/baker/",
    }


def test_remote_work_says_where_one_may_live() -> None:
    data = data_of(make_job(workplace_type="REMOTE"))
    assert data is not None
    assert data["jobLocationType"] == "TELECOMMUTE"
    assert data["applicantLocationRequirements"] == [{"@type": "Country", "name": "BE"}]
    assert "jobLocation" not in data


def test_no_text_ends_the_script() -> None:
    title = "</script><script>alert(1)</script> & \u2028 <!--"
    data = data_of(make_job(title, slug="sly"))
    assert data is not None
    assert data["title"] == title
    written = script({"title": title})
    assert written.count("<") == written.count(">") == 2
    assert "&" not in written
    assert "\u2028" not in written


def test_links_in_the_text_are_absolute() -> None:
    other = make_job("Cook")
    data = data_of(make_job(description=f'<p>See <a linktype="page" id="{other.pk}">that</a>.</p>'))
    assert data is not None
    assert data["description"] == '<p>See <a href="http://testserver/jobs/cook/" rel="nofollow noopener">that</a>.</p>'


def test_there_is_none_for_a_closed_posting() -> None:
    assert data_of(make_closed_job()) is None


def test_it_is_gone_at_the_closing_instant() -> None:
    job = make_job()
    assert job.valid_through is not None
    with time_machine.travel(job.valid_through - timedelta(seconds=1), tick=False):
        assert data_of(job) is not None
    with time_machine.travel(job.valid_through, tick=False):
        assert data_of(job) is None


def test_the_preview_where_the_address_is_shared() -> None:
    job = make_job("Baker & <b>cook</b>", slug="baker")
    page = page_of(job)
    assert '<meta property="og:title" content="Baker &amp; &lt;b&gt;cook&lt;/b&gt;, Bread &amp; Sons">' in page
    assert f'<meta property="og:image" content="http://testserver/cards/{job.posting_id}.png?v=' in page
    assert '<meta property="og:url" content="http://testserver/jobs/baker/">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
    assert "This posting is closed" in page_of(job).partition("og:description")[2].partition(">")[0]


CANONICAL = '<link rel="canonical" href="http://testserver{}">'


def test_each_language_has_an_address_of_its_own() -> None:
    job = make_job()
    assert CANONICAL.format("/jobs/baker/") in page_of(job)
    assert CANONICAL.format("/jobs/baker/") in page_of(job, "/en")
    german = page_of(job, "/de")
    assert CANONICAL.format("/de/jobs/baker/") in german
    assert '<link rel="alternate" hreflang="en" href="http://testserver/jobs/baker/">' in german
    assert '<link rel="alternate" hreflang="de" href="http://testserver/de/jobs/baker/">' in german


def test_a_german_browser_is_told_the_german_address() -> None:
    job = make_job()
    page = Client().get(job.path_on_site, headers={"Accept-Language": "de"}).content.decode()
    assert CANONICAL.format("/de/jobs/baker/") in page


def test_what_was_added_to_the_address_is_no_part_of_it() -> None:
    job = make_job()
    page = Client().get(f"{job.path_on_site}?utm_source=mail").content.decode()
    assert CANONICAL.format("/jobs/baker/") in page


def test_an_alias_names_the_page_that_it_mirrors() -> None:
    job = make_job()
    alias = CreatePageAliasAction(job, update_slug="bread-maker").execute()
    assert alias is not None
    assert CANONICAL.format("/jobs/baker/") in page_of(JobPage.objects.get(pk=alias.pk))


def test_a_search_has_one_address() -> None:
    page = Client().get("/jobs/?workplace=hybrid&colour=red&employment=part-time&q=baker").content.decode()
    assert CANONICAL.format("/jobs/?q=baker&amp;workplace=hybrid&amp;employment=part-time") in page


def test_pages_of_companies_and_categories_have_one() -> None:
    make_job(categories=(make_category("Food"),))
    assert CANONICAL.format("/companies/bread-sons/") in Client().get("/companies/bread-sons/?a=b").content.decode()
    assert CANONICAL.format("/de/categories/food/") in Client().get("/de/categories/food/").content.decode()
