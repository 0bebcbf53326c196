"""The public pages as they look: readable by everybody, no wider than the screen, nothing that jumps, and light to load."""

import gzip
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

import pytest
from django.utils.text import slugify
from playwright.sync_api import Browser, Page, ViewportSize, expect

from config.demo.accounts import PASSWORD
from tests.browser.editor import Editor

pytestmark = pytest.mark.browser

type Scheme = Literal["light", "dark"]

REVISED: Final = "Field Hydrologist, Upper Rhine"
CLOSED: Final = "Calibration Technician, Evenings"
GONE: Final = "Bank Midwife"
STATIC: Final = Path(__file__).parents[2] / "site" / "static" / "board"
WIDTHS: Final = (320, 375, 768, 1280, 1920)
MOST_CSS: Final = 30_000
MOST_SCRIPT: Final = 40_000
"""Bytes, compressed."""
AXE: Final = ("vendor.js", "userbar.js")
"""Wagtail's scripts that bring axe along."""
RUN: Final = """
async () => {
    const {violations} = await window.axe.run("body", {resultTypes: ["violations"]});
    return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)}`));
}
"""
LONG_WORDS: Final = """
() => {
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
        if (texts.currentNode.data.trim())
            texts.currentNode.data = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
}
"""
"""Every text is one long word."""
CUT_OFF: Final = """
() => [...document.querySelectorAll(".facts, .facts *")]
    .filter((part) => getComputedStyle(part).display !== "inline" && part.scrollWidth > part.clientWidth)
    .map((part) => part.outerHTML.slice(0, 200))
"""
SHIFT: Final = """
() => new Promise((resolve) => {
    let total = 0;
    const watch = (list) => { for (const entry of list.getEntries()) total += entry.value; };
    new PerformanceObserver(watch).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => setTimeout(() => resolve(total), 300));
})
"""
"""How far things moved after they were first shown (web.dev/cls)."""


@pytest.fixture(scope="module")
def addresses(browser: Browser, board: str) -> dict[str, str]:
    """Of every kind of page that is not a list."""
    context = browser.new_context(base_url=board)
    editor = Editor(context.new_page())
    revised, closed, gone = (f"/jobs/{slugify(title)}/" for title in (REVISED, CLOSED, GONE))
    editor.log_in("publisher", PASSWORD)
    editor.edit(REVISED)
    editor.page.locator("#id_change_note").fill("We looked at what others pay.")
    editor.page.locator("#id_salary_maximum").fill("88000")
    editor.publish()
    editor.edit(CLOSED)
    editor.choose("Close…")
    editor.page.get_by_label("Filled").check()
    editor.confirm("Yes, close it")
    editor.edit(GONE)
    editor.page.goto(editor.page.url.replace("/edit/", "/unpublish/"))
    editor.page.get_by_role("button", name="Yes, unpublish it").click()
    editor.page.wait_for_load_state()
    context.close()
    return {
        "a posting with a history": revised,
        "a closed one": closed,
        "one that was taken down": gone,
        "the form to follow": f"{revised}subscribe/",
        "look into the inbox": f"{revised}subscribe/sent/",
        "a link that does not work": "/subscriptions/confirm/nonsense/",
        "nothing": "/nowhere/",
        "all parts": "/design/",
        "German": f"/de{revised}",
    }


@pytest.fixture(params=[(scheme, width) for scheme in ("light", "dark") for width in (1280, 375)], ids=str)
def reader(browser: Browser, board: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, width = request.param
    page = somebody(browser, board, width=width, scheme=scheme)
    yield page
    page.context.close()


def somebody(browser: Browser, board: str, *, width: int, scheme: Scheme = "light") -> Page:
    viewport: ViewportSize = {"width": width, "height": 800}
    return browser.new_context(base_url=board, viewport=viewport, color_scheme=scheme).new_page()


def test_axe_finds_nothing(reader: Page, addresses: dict[str, str]) -> None:
    assert {name: issues(reader, address) for name, address in addresses.items()} == {name: [] for name in addresses}


def test_axe_sees_a_fault(browser: Browser, board: str) -> None:
    """Else the test above would say nothing."""
    page = somebody(browser, board, width=1280)
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.querySelector('h1').innerHTML = '')")
    assert issues(page, "/nowhere/")
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(browser: Browser, board: str, addresses: dict[str, str], width: int) -> None:
    page = somebody(browser, board, width=width)
    widths = {}
    for name, address in addresses.items():
        page.goto(address)
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: wide for name, wide in widths.items() if wide > width} == {}
    page.context.close()


@pytest.mark.parametrize("width", [320, 375])
def test_the_longest_words_are_broken_and_not_cut_off(
    browser: Browser, board: str, addresses: dict[str, str], width: int
) -> None:
    page = somebody(browser, board, width=width)
    lists = {"the board": "/jobs/", "a search": "/jobs/?q=field", "nothing found": "/jobs/?q=qwertz&category=design"}
    found = {}
    for name, address in (lists | addresses).items():
        page.goto(address)
        page.evaluate(LONG_WORDS)
        found[name] = (page.evaluate("document.documentElement.scrollWidth"), page.evaluate(CUT_OFF))
    del found["all parts"]
    assert found == dict.fromkeys(found, (width, []))
    page.context.close()


def test_what_is_beside_the_text_is_no_higher_than_the_window_that_it_sticks_to(
    browser: Browser, board: str, addresses: dict[str, str]
) -> None:
    page = somebody(browser, board, width=1280)
    for height in (500, 650, 800, 900, 1000):
        page.set_viewport_size({"width": 1280, "height": height})
        page.goto(addresses["German"])
        side = page.locator(".columns > .side")
        sticks = side.evaluate("side => getComputedStyle(side).position") == "sticky"
        box = side.bounding_box()
        assert box is not None
        assert sticks is (height >= 900), height
        assert not sticks or box["height"] < height, height
    page.context.close()


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_jumps(browser: Browser, board: str, addresses: dict[str, str], width: int) -> None:
    page = somebody(browser, board, width=width)
    moved = {}
    for name, address in ({"the board": "/jobs/"} | addresses).items():
        page.goto(address)
        moved[name] = page.evaluate(SHIFT)
    assert {name: far for name, far in moved.items() if far > 0} == {}
    page.context.close()


def test_everything_on_a_posting_is_reached_by_keyboard(
    browser: Browser, board: str, addresses: dict[str, str]
) -> None:
    page = somebody(browser, board, width=1280)
    page.goto(addresses["a posting with a history"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.get_by_label("Your e-mail address").evaluate("field => field === document.activeElement"):
            break
    page.keyboard.type("ana@mail.example.net")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    page.context.close()


def test_a_printed_posting_has_no_buttons_and_says_what_links_lead_to(
    browser: Browser, board: str, addresses: dict[str, str]
) -> None:
    page = somebody(browser, board, width=794)
    page.goto(addresses["a posting with a history"])
    page.emulate_media(media="print")
    expect(page.get_by_label("Your e-mail address")).to_be_hidden()
    expect(page.locator(".actions")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("What has happened")).to_be_visible()
    apply = page.locator(".side .button:visible")
    expect(apply).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    assert apply.evaluate("link => getComputedStyle(link, '::after').content.includes(' (http')")
    page.context.close()


def test_what_is_folded_is_on_paper(browser: Browser, board: str, addresses: dict[str, str]) -> None:
    page = somebody(browser, board, width=794)
    page.goto(addresses["a posting with a history"])
    page.locator(".thread").evaluate(
        "thread => thread.outerHTML = `<details class=earlier><summary>Earlier</summary>${thread.outerHTML}</details>`"
    )
    expect(page.locator(".earlier .thread")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".earlier .thread")).to_be_visible()
    expect(page.get_by_text("Earlier")).to_be_hidden()
    page.context.close()


def test_the_ring_of_what_has_the_focus_is_seen_on_the_banner(
    browser: Browser, board: str, addresses: dict[str, str]
) -> None:
    page = somebody(browser, board, width=1280)
    page.goto(addresses["a closed one"])
    colours = [
        page.locator(place).first.evaluate(
            "link => (link.focus({focusVisible: true}), getComputedStyle(link).outlineColor)"
        )
        for place in (".banner a", ".panel button")
    ]
    assert colours[0] == colours[1]
    page.context.close()


def test_how_much_is_loaded() -> None:
    htmx = find_spec("django_htmx")
    assert htmx is not None
    assert htmx.origin is not None
    assert compressed(*STATIC.rglob("*.css")) < MOST_CSS
    script = Path(htmx.origin).with_name("static") / "django_htmx" / "htmx-2.min.js"
    assert compressed(script, *STATIC.rglob("*.js")) < MOST_SCRIPT


def compressed(*files: Path) -> int:
    assert files
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def issues(page: Page, address: str) -> list[str]:
    page.goto(address)
    for script in AXE:
        page.add_script_tag(url=f"/static/wagtailadmin/js/{script}")
    found: list[str] = page.evaluate(RUN)
    return found
