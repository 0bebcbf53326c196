"""Wagtail's built-in checks find nothing on the postings, and axe, which it brings along, nothing on our own screens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from config.demo.accounts import ADMINISTRATOR, PASSWORD
from tests.browser.editor import Editor
from tests.browser.visitor import follow, open_job

pytestmark = pytest.mark.browser

type Scheme = Literal["light", "dark"]

OPEN, CLOSED, LONG = "Wardrobe Maker, Spring Production", "Lighting Technician", "Night Nurse, Children’s Ward"
OUTCOME: Final = "wagtail-userbar [data-content-checker-count]"
"""How many issues Wagtail has found: empty until it has looked."""

RUN: Final = """
async ([include, exclude]) => {
    const {violations} = await window.axe.run({include, exclude}, {resultTypes: ["violations"]});
    const ours = violations.filter((rule) => rule.id !== "empty-meta-description");
    return ours.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)}`));
}
"""
"""The rule that is left out is Wagtail's own, for public pages, and holds in its editor, too."""
RICH_TEXT: Final = ".Draftail-Editor"
"""Wagtail gives its editor of rich text no name."""

ADMIN_SCREENS: Final = (
    "/admin/",
    "/admin/jobs/",
    "/admin/jobs/choose_parent/",
    "/admin/jobs/{job}/close/",
    "/admin/jobs/reports/unfollowed/",
    "/admin/jobs/reports/long-open/",
    "/admin/jobs/reports/followers/",
    "/admin/bulk/wagtailcore/page/close_jobs/?id={job}",
    "/admin/bulk/wagtailcore/page/extend_jobs/?id={job}",
    "/admin/bulk/wagtailcore/page/categorise_jobs/?id={job}",
    "/admin/snippets/cms/company/",
    "/admin/jobs/companies/1/merge/",
    "/admin/notifications/",
    "/admin/notifications/person/",
    "/admin/notifications/failures/",
    "/admin/notifications/lookups/",
    "/admin/notifications/addresses/",
    "/admin/notifications/addresses/one/",
    "/admin/notifications/domains/",
    "/admin/notifications/domains/block/",
    "/admin/notifications/timing/",
)


SIZES: Final = ((1280, 900), (375, 800))


@dataclass(frozen=True, slots=True)
class Postings:
    """The number of one that is followed, and the address of one that is closed."""

    followed: str
    closed: str


@pytest.fixture(scope="module")
def postings(browser: Browser, board: str) -> Postings:
    context = browser.new_context(base_url=board)
    editor = Editor(context.new_page())
    follow(editor.page, OPEN, "reader@mail.example.net")
    editor.log_in("publisher", PASSWORD)
    closed = open_job(editor.page, CLOSED)
    editor.edit(CLOSED)
    editor.choose("Close…")
    editor.page.get_by_label("Filled").check()
    editor.confirm("Yes, close it")
    editor.said("is closed")
    editor.edit(OPEN)
    number = editor.page.url.rstrip("/").split("/")[-2]
    context.close()
    return Postings(number, closed)


def somebody(browser: Browser, board: str, username: str, width: int, height: int, scheme: Scheme) -> Editor:
    viewport: ViewportSize = {"width": width, "height": height}
    editor = Editor(browser.new_context(base_url=board, viewport=viewport, color_scheme=scheme).new_page())
    editor.log_in(username, PASSWORD)
    return editor


@pytest.fixture
def publisher(browser: Browser, board: str, postings: Postings) -> Iterator[Editor]:
    editor = somebody(browser, board, "publisher", 1280, 900, "light")
    yield editor
    editor.page.context.close()


@pytest.fixture(params=[(scheme, size) for scheme in ("light", "dark") for size in SIZES], ids=str)
def administrator(browser: Browser, board: str, postings: Postings, request: pytest.FixtureRequest) -> Iterator[Editor]:
    scheme, (width, height) = request.param
    editor = somebody(browser, board, ADMINISTRATOR, width, height, scheme)
    yield editor
    editor.page.context.close()


def test_the_user_bar_finds_nothing_on_the_public_pages(publisher: Editor, postings: Postings) -> None:
    page = publisher.page
    for address in ("/jobs/", "/jobs/?page=2"):
        page.goto(address)
        nothing_is_found(page.locator(OUTCOME))
        assert issues(page, "body", "wagtail-userbar") == []
    for title in (OPEN, LONG):
        open_job(page, title)
        nothing_is_found(page.locator(OUTCOME))
        assert issues(page, "body", "wagtail-userbar") == []
    page.goto(postings.closed)
    expect(page.get_by_role("heading", name="This posting is closed")).to_be_visible()
    nothing_is_found(page.locator(OUTCOME))
    assert issues(page, "body", "wagtail-userbar") == []


def test_axe_finds_nothing_where_jobs_are_found(administrator: Editor) -> None:
    """Of the bar that only editors see, axe is used, and it is left out."""
    page = administrator.page
    page.goto("/jobs/")
    company = page.locator("#filter-company input").first.get_attribute("value")
    category = page.locator("#filter-category input").first.get_attribute("value")
    found = {}
    for address in (
        "/jobs/",
        f"/jobs/?q=nurse&category={category}&workplace=on-site&since=30",
        "/jobs/?q=zeppelin&workplace=hybrid",
        "/jobs/?page=2",
        f"/companies/{company}/",
        f"/categories/{category}/",
    ):
        page.goto(address)
        page.evaluate("for (const details of document.querySelectorAll('main details')) details.open = true")
        found[address] = issues(page, "body", "wagtail-userbar")
    assert found == {address: [] for address in found}


def test_the_user_bar_sees_a_fault(publisher: Editor) -> None:
    """Else the tests above would say nothing."""
    page = publisher.page
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.querySelector('main h1').insertAdjacentHTML('afterend', '<h4></h4>'))"
    )
    open_job(page, OPEN)
    expect(page.locator(OUTCOME).first).to_have_text("2")


def test_a_visitor_has_no_bar(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    open_job(page, OPEN)
    expect(page.locator("wagtail-userbar")).to_have_count(0)


@pytest.mark.parametrize("title", [OPEN, CLOSED, LONG])
def test_the_checks_beside_the_editor_find_nothing(publisher: Editor, title: str) -> None:
    publisher.edit(title)
    open_panel(publisher.page, "checks")
    checks = publisher.page.locator("[data-side-panel='checks']")
    # the words are counted after the checks
    expect(checks.locator("[data-content-word-count]")).not_to_have_text("-")
    nothing_is_found(checks.locator("[data-content-checker-count]"))


def test_axe_finds_nothing_on_the_screens_of_the_desk(administrator: Editor, postings: Postings) -> None:
    page = administrator.page
    found = {}
    for address in ADMIN_SCREENS:
        page.goto(address.format(job=postings.followed))
        found[address] = issues(page, "main")
    page.goto("/admin/notifications/")
    page.locator("main tbody a").first.click()
    page.wait_for_url(re.compile(r"notifications/[0-9a-f-]{36}/"))
    found["one notification"] = issues(page, "main")
    assert found == {address: [] for address in found}


def test_axe_finds_nothing_in_the_editor_and_its_panels(administrator: Editor, postings: Postings) -> None:
    page = administrator.page
    page.goto(f"/admin/pages/{postings.followed}/edit/")
    assert issues(page, "main form", RICH_TEXT) == []
    for panel in ("followers", "advice"):
        open_panel(page, panel)
        assert issues(page, f"[data-side-panel='{panel}']") == []


def open_panel(page: Page, name: str) -> None:
    panel = page.locator(f"[data-side-panel='{name}']")
    if not panel.is_visible():
        page.locator(f"[data-side-panel-toggle='{name}']").click()
    expect(panel).to_be_visible()


def nothing_is_found(count: Locator) -> None:
    expect(count.first).to_have_text("0")


def issues(page: Page, include: str, *exclude: str) -> list[str]:
    """What axe finds in a part of the page."""
    page.wait_for_load_state("load")
    found: list[str] = page.evaluate(RUN, [include, list(exclude)])
    return found
