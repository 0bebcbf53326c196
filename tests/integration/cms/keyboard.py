"""What editors do with the keyboard: they fill in Wagtail's own forms and press its buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from json import dumps
from typing import TYPE_CHECKING, Final

from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import querydict_from_html  # type: ignore[import-untyped]  # not in the stubs

from cms.models import JobPage
from tests.integration.cms.factories import make_company, the_board

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SAVE: Final = ""
PUBLISH: Final = "action-publish"
SUBMIT: Final = "action-submit"

type Values = Mapping[str, str | list[str]]


def edit(client: Client, page: Page, button: str, **values: str | list[str]) -> Answer:
    """Open the editor, change some fields, press a button."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return send(client, address, address, button, values)


def revert(client: Client, page: Page, revision_id: int, button: str, **values: str | list[str]) -> Answer:
    """Open an old revision in the editor and press a button."""
    opened = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, revision_id])
    return send(client, opened, reverse("wagtailadmin_pages:edit", args=[page.pk]), button, values)


def create(client: Client, button: str, **values: str | list[str]) -> Answer:
    """Fill in the form of a new posting as far as it must be, and press a button."""
    address = reverse("wagtailadmin_pages:add", args=["cms", "jobpage", the_board().pk])
    company = str(make_company("Bread & Sons").pk)
    likely: dict[str, str | list[str]] = {
        "title": "Baker",
        "slug": "baker",
        "company": company,
        "description": DRAFTAIL,
    }
    return send(client, f"{address}?kind=blank", address, button, likely | values)


DRAFTAIL: Final = dumps(
    {"blocks": [{"key": "a1b2c", "type": "unstyled", "depth": 0, "text": "You bake."}], "entityMap": {}}
)


def send(client: Client, opened: str, posted: str, button: str, values: Values) -> Answer:
    answer = client.post(posted, filled_in(client, opened, button, values))
    assert answer.status_code == 302, _errors(answer)
    return answer


def refused(client: Client, page: Page, button: str, **values: str | list[str]) -> dict[str, list[str]]:
    """What the editor complains about, field by field."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = client.post(address, filled_in(client, address, button, values))
    assert answer.status_code == 200
    return _errors(answer)


def filled_in(client: Client, opened: str, button: str, values: Values) -> QueryDict:
    """What the browser sends for the form that was opened."""
    data = form_of(client.get(opened))
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    if button:
        data[button] = "pressed"
    return data


def form_of(answer: Answer) -> QueryDict:
    """As it is before anybody types."""
    assert answer.status_code == 200
    data: QueryDict = querydict_from_html(answer.content.decode(), form_id="page-edit-form")
    for name in ("change_note", "search_description"):
        data[name] = data.get(name, "").strip()  # HTML ignores the line break that begins a text area
    return data


def bulk(client: Client, action: str, *pages: Page, **values: str) -> None:
    """Tick pages in the listing, choose an action, confirm."""
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    query = "&".join(f"id={page.pk}" for page in pages)
    answer = client.post(f"{address}?{query}", values)
    assert answer.status_code == 302


def press(client: Client, name: str, page: Page, **values: str) -> None:
    """Confirm one of Wagtail's page actions."""
    answer = client.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]), values)
    assert answer.status_code == 302


def in_an_hour() -> str:
    """As it is typed into the schedule."""
    return (timezone.localtime() + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")


def address(verb: str, job: JobPage) -> str:
    """Where a posting is closed or reopened."""
    return reverse(f"cms_jobs:{verb}", args=[job.pk])


def text(client: Client, url: str, status: int = 200) -> str:
    """What the browser shows."""
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def listed(client: Client, url: str = "/jobs/") -> list[str]:
    """The titles on one page of a list."""
    return [unescape(title) for title in re.findall(r'<h3 class="job-title"><a [^>]*>(.*?)</a>', text(client, url))]


def created(title: str = "Baker") -> JobPage:
    return JobPage.objects.get(title=title)


def _errors(answer: Answer) -> dict[str, list[str]]:
    form = answer.context["form"]
    formsets = {name: formset.errors for name, formset in form.formsets.items() if any(formset.errors)}
    return dict(form.errors) | formsets
