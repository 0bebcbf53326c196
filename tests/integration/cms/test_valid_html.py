"""Every public page is valid HTML, says the validator of the W3C (validator.github.io/validator), in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from adapters.tokens import Purpose, sign
from cms.models import Company
from tests.integration.cms.factories import live, make_category, make_closed_job, make_follower, make_job
from tests.integration.validator import complaints

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LANGUAGES: Final = ("en", "de")
HOSTILE: Final = """<b>"Bread" & 'Sons'</b> —"""


def test_every_public_page_is_valid(client: Client, tmp_path: Path) -> None:
    for address, page in pages(client).items():
        (tmp_path / f"{address.replace('/', '~')}.html").write_text(page)
    assert complaints(tmp_path) == []


def test_the_validator_sees_a_fault(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text("<!DOCTYPE html><html lang=en><title>Wrong</title><p><ol></ol></p>")
    assert complaints(tmp_path)


def pages(client: Client) -> dict[str, str]:
    """By address, each in every language."""
    food = make_category("Food & drink")
    job = make_job(HOSTILE, slug="baker", categories=(food,))
    Company.objects.update(description="<p>Since 1899.</p>", website="https://bread.example/?a=1&b=2")
    page = live(job)
    page.title, page.change_note = f"{HOSTILE} 2", f"{HOSTILE}\n\nNew lines."
    page.save_revision().publish()
    for number in range(22):
        make_job(f"Baker {number}", slug=f"baker-{number}", categories=(food,), apply_url="")
    make_closed_job("Cook", slug="cook")
    make_job("Miller", slug="miller").unpublish()
    follower = make_follower(live(job))
    confirm, end = sign(Purpose.CONFIRM, follower), sign(Purpose.END, follower)
    statuses = {
        "/jobs/": 200,
        "/jobs/?page=2": 200,
        "/jobs/?q=baker&category=food-drink&workplace=on-site&salary=30000&since=7": 200,
        "/jobs/?q=nothing-of-the-kind&category=food-drink": 200,
        "/jobs/baker/": 200,
        "/jobs/cook/": 200,
        "/jobs/miller/": 410,
        "/jobs/baker/subscribe/": 200,
        "/jobs/baker/subscribe/sent/": 200,
        reverse("public:company", args=[job.company.slug]): 200,
        reverse("public:category", args=[food.slug]): 200,
        f"/subscriptions/confirm/{confirm}/": 200,
        f"/subscriptions/end/{end}/": 200,
        "/subscriptions/confirm/nonsense/": 404,
        "/nowhere/": 404,
    }
    found: dict[str, str] = {"500": render_to_string("500.html")}
    for language in LANGUAGES:
        for address, status in statuses.items():
            answer = client.get(f"/{language}{address}")
            assert answer.status_code == status, address
            found[f"{language}{address}"] = answer.text
        refused = client.post(f"/{language}/jobs/baker/subscribe/", {"address": 'ana"<b>'})
        assert refused.status_code == 422
        found[f"{language} refused"] = refused.text
    return found
