"""What the editor's form asks for, and complaints beside the field they belong to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.search.backends import get_search_backend

from cms.models import Category, Company, JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import live, make_category, make_company, make_job, nothing_heard
from tests.integration.cms.keyboard import PUBLISH, SAVE

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"company": ""}, "company"),
        ({"description": "null"}, "description"),
        ({"salary_minimum": "5000"}, "salary_maximum"),
        ({"salary_minimum": "-1"}, "salary_minimum"),
        ({"salary_minimum": "lots"}, "salary_minimum"),
        ({"salary_currency": ""}, "salary_currency"),
        ({"salary_currency": "XXX"}, "salary_currency"),
        ({"apply_email": "jobs@bread.example"}, "apply_email"),
        ({"apply_url": "", "apply_email": "nobody"}, "apply_email"),
        ({"apply_url": "ftp://bread.example/"}, "apply_url"),
        ({"apply_url": "javascript:alert(1)"}, "apply_url"),
        ({"closing_date": "2026-02-30"}, "closing_date"),
        ({"closing_date": "", "closing_time": "12:00"}, "closing_date"),
        ({"closing_date": "2027-03-28", "closing_time": "02:30"}, "closing_time"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"employment_types": ["SLAVERY"]}, "employment_types"),
        ({"locations-0-country": "XX"}, "locations"),
    ],
    ids=str,
)
def test_the_complaint_stands_beside_its_field(
    publisher: Client, values: dict[str, str | list[str]], field: str
) -> None:
    job = make_job()
    with nothing_heard():
        assert list(keyboard.refused(publisher, job, PUBLISH, **values)) == [field]


def test_every_field_has_a_panel_and_most_a_help_text(publisher: Client) -> None:
    page = publisher.get(reverse("wagtailadmin_pages:edit", args=[make_job().pk])).content.decode()
    for words in (
        "What should followers read about this change?",
        "Minor change: tell nobody",
        "Closing, reopening and taking down are always told",
        "Where the clock hangs",
        "The last day to apply",
        "Change note",
        "Set schedule",
    ):
        assert words in page


def test_an_address_without_scheme_is_taken_as_secure(publisher: Client) -> None:
    job = make_job()
    keyboard.edit(publisher, job, PUBLISH, apply_url="bread.example/apply-now")
    assert live(job).apply_url == "https://bread.example/apply-now"


def test_a_draft_may_leave_out_the_description(publisher: Client) -> None:
    job = make_job(published=False)
    keyboard.edit(publisher, job, SAVE, description="null")
    assert list(keyboard.refused(publisher, job, PUBLISH, description="null")) == ["description"]


def test_in_code_too() -> None:
    job = make_job()
    job.salary_minimum = job.salary_maximum = None
    job.employment_types = ["SLAVERY"]
    with pytest.raises(ValidationError, match="kinds of employment"):
        job.save()


def test_the_closing_instant_is_derived(publisher: Client) -> None:
    job = make_job()
    keyboard.edit(
        publisher, job, PUBLISH, closing_date="2030-07-01", closing_time="17:00", time_zone="America/New_York"
    )
    assert live(job).valid_through == datetime(2030, 7, 1, 21, tzinfo=UTC)
    keyboard.edit(publisher, job, PUBLISH, closing_date="", closing_time="")
    assert live(job).valid_through is None


class TestSnippets:
    def test_a_company_is_made_in_the_admin(self, editor: Client) -> None:
        form = {
            "name": "Käse & Co",
            "contact_address": " Jobs@KÄSE.example ",
            "website": "kaese.example",
            "description": "null",
            "language": "en",
            "slug": "",
            "logo": "",
        }
        answer = editor.post(reverse("wagtailsnippets_cms_company:add"), form)
        assert answer.status_code == 302
        company = Company.objects.get()
        assert (company.slug, company.contact_address) == ("käse-co", "Jobs@käse.example")
        assert company.website == "https://kaese.example"

    def test_its_address_is_checked(self, editor: Client) -> None:
        form = {
            "name": "Bread",
            "contact_address": "nobody",
            "website": "",
            "description": "null",
            "language": "en",
            "slug": "",
            "logo": "",
        }
        answer = editor.post(reverse("wagtailsnippets_cms_company:add"), form)
        assert list(answer.context["form"].errors) == ["contact_address"]

    def test_names_are_unique_and_slugs_too(self) -> None:
        assert [make_company(name).slug for name in ("A b", "A-b", "???")] == ["a-b", "a-b-2", "company"]
        assert [make_category(name).slug for name in ("IT", "I.T", "it")] == ["it", "it-2", "it-3"]
        with pytest.raises(ValidationError):
            Company(name="A b").full_clean()

    def test_one_of_eight_colours(self) -> None:
        hues = {Company(name=f"Company {number}").hue for number in range(100)}
        assert hues == set(range(8))

    def test_a_company_with_postings_cannot_be_deleted(self, publisher: Client) -> None:
        company = make_job().company
        with pytest.raises(ProtectedError):
            company.delete()
        page = publisher.get(reverse("wagtailsnippets_cms_company:delete", args=[company.pk]))
        assert page.status_code == 200

    def test_they_are_in_the_menu(self, editor: Client) -> None:
        make_company("Bread & Sons"), make_category("Food")
        assert "Bread &amp; Sons" in editor.get(reverse("wagtailsnippets_cms_company:list")).content.decode()
        page = editor.get(reverse("wagtailsnippets_cms_category:list")).content.decode()
        assert "Food" in page
        assert reverse("wagtailsnippets_cms_company:list") in page


def test_postings_are_found_by_their_words() -> None:
    make_job(description="<p>Sourdough all night.</p>", company=make_company("Levain"))
    make_job("Miller")
    found = get_search_backend().search
    assert [str(job) for job in found("sourdough", JobPage)] == ["Baker"]
    assert [str(job) for job in found("levain", JobPage)] == ["Baker"]


def test_unused_names_read_well() -> None:
    assert str(Category(name="Food")) == "Food"
    assert str(make_job().locations.get()) == "Ghent, Belgium"
