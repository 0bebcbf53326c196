"""HTML that is in a posting comes out harmless, wherever it is shown."""

from __future__ import annotations

import json
import re
from typing import Final

import pytest
from django.test import Client

from cms.clean_html import clean
from cms.models import JobPage
from tests.integration.cms.factories import make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

BAD: Final = (
    "<p>You bake.</p><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)></svg>"
    '<a href="javascript:alert(1)" onclick="alert(1)">one</a> <a href="https://other.example/">two</a>'
    '<iframe src="https://other.example/"></iframe><p style="position:fixed" onmouseover="alert(1)">three</p>'
)


@pytest.fixture
def job() -> JobPage:
    """As no editor can write it, but an old import or a hand in the database."""
    job = make_job()
    JobPage.objects.filter(pk=job.pk).update(description=BAD)
    job.refresh_from_db()
    return job


def test_a_posting_is_harmless_wherever_it_is_shown(job: JobPage) -> None:
    api = f"/api/postings/{job.posting_id}"
    for address in (
        job.path_on_site,
        "/feeds/jobs.atom",
        "/feeds/jobs.rss",
        "/feeds/jobs.json",
        "/feeds/indeed.xml",
        api,
    ):
        text = Client().get(address).getvalue().decode()
        assert "You bake." in text, address
        for harm in ("alert(1)", "onerror", "onclick", "onmouseover", "position:fixed", "<iframe", "javascript:"):
            assert harm not in text, (address, harm)


def test_structured_data_is_harmless(job: JobPage) -> None:
    page = Client().get(job.path_on_site).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    description = json.loads(found[1])["description"]
    assert "You bake." in description
    assert "alert(1)" not in description


def test_links_are_not_vouched_for_and_get_no_hold_of_the_page(job: JobPage) -> None:
    page = Client().get(job.path_on_site).content.decode()
    assert '<a href="https://other.example/" rel="nofollow noopener">two</a>' in page


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "java\tscript:alert(1)",
        "blob:x",
    ],
)
def test_links_lead_to_the_web_a_mailbox_or_a_phone_only(address: str) -> None:
    assert "href" not in clean(f'<a href="{address}">x</a>')


@pytest.mark.parametrize(
    "address", ["https://a.example/", "http://a.example/", "mailto:a@a.example", "tel:+49301", "/jobs/", "#a"]
)
def test_usual_links_stay(address: str) -> None:
    assert f'href="{address}"' in clean(f'<a href="{address}">x</a>')
