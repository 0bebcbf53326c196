"""What can be previewed of a posting, from a form that is not saved."""

from __future__ import annotations

from html import unescape
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from cms.models import JobPage
from tests.integration.cms.factories import live, make_company, make_follower, make_job, nothing_heard, the_board
from tests.integration.cms.keyboard import DRAFTAIL, text
from tests.integration.cms.panel import typed

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def previewed(client: Client, job: JobPage, mode: str, **values: str | list[str]) -> str:
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[job.pk])
    answer = client.post(address, typed(client, job, **values))
    assert answer.json() == {"is_valid": True, "is_available": True}
    return unescape(text(client, f"{address}?mode={mode}"))


def test_the_editor_offers_four(publisher: Client) -> None:
    page = text(publisher, reverse("wagtailadmin_pages:edit", args=[make_job().pk]))
    for label in ("Job page", "Job page when it is closed", "Mail to followers", "Mail to followers, as text"):
        assert f">{label}</option>" in page


def test_the_page_and_the_closed_page(publisher: Client) -> None:
    job = make_job()
    opened = previewed(publisher, job, "", title="Head baker")
    assert "<h1>Head baker</h1>" in opened
    assert "This posting is closed" not in opened
    assert "This posting is closed: filled" in previewed(publisher, job, "closed", title="Head baker")
    assert live(job).is_open


@pytest.mark.parametrize("mode", ["mail", "mail-text"])
def test_the_mail(publisher: Client, mode: str) -> None:
    job = make_job()
    make_follower(job)
    with nothing_heard():
        mail = previewed(publisher, job, mode, salary_maximum="3900", change_note="We have looked at the market.")
    assert "Pay raised: Baker at Bread & Sons" in mail
    assert "3,900" in mail
    assert "We have looked at the market." in mail
    assert ("<iframe" in mail) is (mode == "mail")
    assert "Ana" not in mail
    assert live(job).change_note == ""


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "Nothing that the public can see is different"),
        ({"title": "Cook", "minor_change": "on"}, "This is marked as a minor change"),
    ],
    ids=str,
)
def test_no_mail(publisher: Client, values: dict[str, str], why: str) -> None:
    assert why in previewed(publisher, make_job(), "mail", **values)


def test_no_mail_of_a_first_publication(publisher: Client) -> None:
    assert "Nobody is told of a first publication." in previewed(publisher, make_job(published=False), "mail")


def test_of_a_posting_that_is_not_stored_yet(publisher: Client) -> None:
    address = reverse("wagtailadmin_pages:preview_on_add", args=["cms", "jobpage", the_board().pk])
    form = {
        "title": "Cook",
        "slug": "cook",
        "company": str(make_company("Levain").pk),
        "description": DRAFTAIL,
        "workplace_type": "ON_SITE",
        "salary_unit": "YEAR",
        "time_zone": "UTC",
        "locations-TOTAL_FORMS": "0",
        "locations-INITIAL_FORMS": "0",
    }
    assert publisher.post(address, form).json()["is_available"]
    assert "<h1>Cook</h1>" in text(publisher, address)
    assert "Nobody is told of a first publication." in text(publisher, f"{address}?mode=mail")


def test_only_for_who_may_edit() -> None:
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[make_job().pk])
    assert Client().get(f"{address}?mode=mail").status_code == HTTPStatus.FOUND
