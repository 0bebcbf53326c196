"""Who has kept the address of a company, a category or a search under a slug of before finds what it led to."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.actions.merge_companies import MergeCompaniesAction
from cms.former_slugs import successors
from cms.models import Category, Company
from tests.integration.cms.factories import make_category, make_company, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def renamed[K: Company | Category](named: K, slug: str) -> K:
    named.slug = slug
    named.save()
    return named


def location(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 301
    return response.headers["Location"]


def test_their_pages(client: Client) -> None:
    renamed(make_company("Bread & Sons"), "bread")
    renamed(make_category("Food"), "food-and-drink")
    assert location(client, "/companies/bread-sons/") == "/companies/bread/"
    assert location(client, "/de/categories/food/") == "/de/categories/food-and-drink/"


def test_a_search(client: Client) -> None:
    company = make_company("Bread & Sons")
    make_job(company=company)
    client.get("/jobs/")
    renamed(company, "bread")
    assert (
        location(client, "/jobs/?q=baker&company=bread-sons&company=other")
        == "/jobs/?q=baker&company=bread&company=other"
    )
    assert location(client, "/de/jobs/?company=bread-sons&page=2") == "/de/jobs/?company=bread&page=2"
    assert [each["title"] for each in client.get("/api/postings?company=bread-sons").json()["postings"]] == ["Baker"]


def test_a_company_that_was_merged(client: Client) -> None:
    old, kept = make_company("Old"), make_company("Kept")
    make_job(company=old)
    MergeCompaniesAction(duplicate=old, kept=kept).execute()
    assert location(client, "/jobs/?company=old") == "/jobs/?company=kept"


def test_to_and_fro_and_on() -> None:
    company = make_company("One")
    for slug in ("two", "one", "three", "four"):
        renamed(company, slug)
    assert successors(Company, ["one", "two", "three", "four", "five"]) == {
        "one": "four",
        "three": "four",
        "two": "four",
    }


def test_a_slug_that_another_one_has_now_is_its_own(client: Client) -> None:
    renamed(make_company("One"), "two")
    another = renamed(make_company("Another"), "one")
    make_job(company=another)
    assert client.get("/companies/one/").status_code == 200
    assert client.get("/jobs/?company=one").status_code == 200


def test_what_nobody_knows_finds_nothing(client: Client) -> None:
    make_job()
    assert client.get("/jobs/?company=nobody&category=nothing").status_code == 200
