"""Public pages, the admin and its editor do nothing that their Content Security Policy forbids.

Every test of this package fails on a violation (`conftest.py`). These go where no other test comes, and see that what Wagtail starts by
scripts within its pages is started without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from os import urandom
from typing import Final
from urllib.parse import urljoin, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from config.demo.accounts import ADMINISTRATOR
from tests.browser.editor import Editor, logged_in
from tests.browser.visitor import open_job

pytestmark = pytest.mark.browser

JOB, COMPANY = "Wardrobe Maker, Spring Production", "Brightwater Instruments"
PUBLIC: Final = (
    "/jobs/",
    "/de/jobs/",
    "/jobs/?q=data&workplace=remote",
    "/jobs/?q=zeppelin",
    "/searches/follow/?q=data",
    "/searches/follow/sent/?q=data",
    "/subscriptions/",
    "/subscriptions/manage/",
    "/subscriptions/confirm/nothing/",
    "/subscriptions/end/nothing/",
    "/nothing-here/",
    "/static/nothing.css",
    "/api/openapi.json",
    "/api/postings",
    "/feeds/jobs.atom",
    "/feeds/jobs.rss",
    "/feeds/indeed.xml",
    "/sitemap.xml",
    "/robots.txt",
    "/design/",
    "/inbox/",
)
NOT_WALKED: Final = re.compile(r"/logout/|export=|/static/|/media/|/documents/\d|/jsi18n/|/switch/")
MOST: Final = 140
"""Screens of the admin that are opened; there are some ninety kinds."""


@pytest.fixture
def administrator(browser: Browser, board: str) -> Iterator[Editor]:
    yield from logged_in(browser, board, ADMINISTRATOR)


def test_a_violation_is_seen(browser: Browser, board: str, violations: list[str]) -> None:
    """Else no test would say anything."""
    context = browser.new_context(base_url=board)
    page = context.new_page()
    for address in ("/jobs/", "/admin/login/"):
        page.goto(address)
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.broken = true'}))"
        )
        assert page.evaluate("window.broken") is None
    context.close()
    assert len(violations) == 2, violations
    violations.clear()


def test_no_public_page_violates_the_policy(browser: Browser, board: str) -> None:
    context = browser.new_context(base_url=board)
    page = context.new_page()
    for address in PUBLIC:
        page.goto(address)
    open_job(page, JOB)
    for kind in ("companies", "categories"):
        page.goto(page.locator(f"a[href^='/{kind}/']").first.get_attribute("href") or "")
        page.goto("/jobs/")
        page.get_by_role("link", name=JOB, exact=True).or_(page.locator(".job-title a").first).first.click()
    context.close()


def test_no_screen_of_the_admin_violates_the_policy(administrator: Editor) -> None:
    """From link to link, one of each kind: that takes about a minute, for there are many."""
    page = administrator.page
    for kind, file in {"images": _picture(), "documents": _document()}.items():
        page.goto(f"/admin/{kind}/add/")
        page.locator("#id_file").set_input_files(file)
        page.locator("#id_title").fill("For the walk")
        page.locator("main form").get_by_role("button", name="Upload").or_(
            page.locator("main button[type=submit]")
        ).first.click()
        administrator.said("added")
    waiting, kinds = ["/admin/"], set[str]()
    while waiting and len(kinds) < MOST:
        address = waiting.pop(0)
        kind = _kind(address)
        if kind in kinds:
            continue
        kinds.add(kind)
        page.goto(address)
        waiting += [link for link in _links(page) if _kind(link) not in kinds]
    assert len(kinds) > 60, sorted(kinds)


def test_what_wagtail_starts_by_scripts_is_started_without(administrator: Editor) -> None:
    page = administrator.page
    administrator.edit(JOB)
    forms = page.locator("#id_locations-TOTAL_FORMS")
    before = int(forms.input_value())
    page.get_by_role("button", name="Add place").click()
    expect(forms).to_have_value(str(before + 1))
    # last, for the calendar takes the next click for itself
    page.locator("#id_closing_date").focus()
    expect(page.locator(".xdsoft_datetimepicker:visible .xdsoft_calendar")).to_be_visible()
    administrator.add("Beekeeper", company=COMPANY)


def test_an_editor_does_all_that_there_is_beside_the_form(administrator: Editor) -> None:
    page = administrator.page
    administrator.edit(JOB)
    for toggle in page.locator("[data-side-panel-toggle]:visible").all():
        toggle.click()
        expect(page.locator(f"[data-side-panel='{toggle.get_attribute('data-side-panel-toggle')}']")).to_be_visible()
    page.locator("[data-side-panel-toggle='preview']").click()
    expect(
        page.frame_locator("#w-preview-iframe, [data-side-panel='preview'] iframe").first.locator("h1")
    ).to_be_visible()


def test_a_logo_is_uploaded_and_chosen(administrator: Editor) -> None:
    page = administrator.page
    page.goto("/admin/snippets/cms/company/add/")
    page.locator("#id_logo-chooser").get_by_role("button", name="Choose an image").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Upload").click()
    dialog.locator("input[type=file]").set_input_files(_picture())
    dialog.locator("input[name$=title]").fill("A square")
    dialog.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#id_logo-chooser img")).to_have_js_property("naturalWidth", 40)


def _picture() -> FilePayload:
    """In a colour of its own: Wagtail asks whether one really wants the same picture twice."""
    out = BytesIO()
    Image.new("RGB", (40, 40), tuple(urandom(3))).save(out, "PNG")
    return {"name": "square.png", "mimeType": "image/png", "buffer": out.getvalue()}


def _document() -> FilePayload:
    return {"name": "terms.txt", "mimeType": "text/plain", "buffer": b"Terms"}


def _links(page: Page) -> list[str]:
    found: list[str] = page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    addresses = (urlsplit(urljoin(page.url, link)) for link in found)
    inside = [f"{address.path}?{address.query}" for address in addresses if address.path.startswith("/admin/")]
    return [address for address in inside if not NOT_WALKED.search(address)]


def _kind(address: str) -> str:
    """The address without what tells one thing from another of its kind."""
    path = address.partition("?")[0]
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", path)
