"""Finding jobs in the list: without scripts, and in place with them."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

pytestmark = pytest.mark.browser

COUNT: Final = re.compile(r"\d+ open jobs?")
STAYS: Final = "window.stays = true"
"""Set on a page, to see whether another one has been loaded since."""
WIDER: Final = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SPOKEN: Final = """
new MutationObserver(() => { (window.spoken ??= []).push(document.querySelector('#found').innerText.trim()); })
    .observe(document.querySelector('#found'), {childList: true, subtree: true, characterData: true})
"""


@pytest.fixture
def scripted(browser: Browser, board: str) -> Iterator[Page]:
    """The list, in a browser that runs scripts and reports what went wrong."""
    context = browser.new_context(base_url=board, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults = list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto("/jobs/")
    page.evaluate(STAYS)
    yield page
    context.close()
    assert faults == []


def total(page: Page) -> int:
    words = page.locator("#found-title").inner_text()
    number = re.match(r"\d+", words)
    return int(number[0]) if number else 0


def titles(page: Page) -> list[str]:
    return page.locator(".hits .job-title").all_inner_texts()


def first_choice(page: Page, name: str) -> Locator:
    return page.locator(f"#filter-{name} input[type=checkbox]").first


def number_beside(choice: Locator) -> int:
    return int(choice.locator("xpath=..").locator(".count").inner_text())


def is_the_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.stays === true"))


def test_searching_without_scripts(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/jobs/")
    everything = total(page)
    page.get_by_role("searchbox", name="Search open jobs").fill("roofer")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/jobs/\?q=roofer$"))
    assert "Slate Roofer" in titles(page)
    assert total(page) < everything
    page.get_by_role("link", name="Remove: “roofer”").click()
    expect(page).to_have_url(re.compile(r"/jobs/$"))
    assert total(page) == everything


def test_filtering_without_scripts(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/jobs/")
    choice = first_choice(page, "category")
    expected = number_beside(choice)
    choice.check()
    page.get_by_role("button", name="Show jobs").click()
    expect(page).to_have_url(re.compile(r"/jobs/\?category=[-\w]+$"))
    assert total(page) == expected
    expect(first_choice(page, "category")).to_be_checked()
    page.get_by_role("link", name="Closing soon").click()
    expect(page).to_have_url(re.compile(r"\?category=[-\w]+&sort=closing$"))
    page.get_by_role("searchbox").fill("zeppelin captain")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="No open job meets all of this")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"jobs? without “zeppelin captain”")).click()
    assert total(page) == expected


def test_searching_in_place(scripted: Page) -> None:
    everything = total(scripted)
    scripted.evaluate(SPOKEN)
    box = scripted.get_by_role("searchbox", name="Search open jobs")
    box.fill("roofer")
    box.press("Enter")
    expect(scripted).to_have_url(re.compile(r"/jobs/\?q=roofer$"))
    expect(scripted.locator("#found-title")).not_to_have_text(f"{everything} open jobs")
    expect(scripted).to_have_title(re.compile("^roofer"))
    assert "Slate Roofer" in titles(scripted)
    expect(box).to_be_focused()
    assert scripted.evaluate("window.spoken.at(-1)") == scripted.locator("#found").inner_text().strip()
    assert is_the_same_page(scripted)


def test_filtering_in_place_keeps_the_focus_and_what_is_unfolded(scripted: Page) -> None:
    scripted.locator("#filter-employment summary").click()
    choice = first_choice(scripted, "employment")
    expected = number_beside(choice)
    choice.focus()
    scripted.keyboard.press("Space")
    expect(scripted.locator("#found-title")).to_have_text(f"{expected} open job" + ("s" if expected > 1 else ""))
    expect(scripted).to_have_url(re.compile(r"/jobs/\?employment=[-\w]+$"))
    expect(first_choice(scripted, "employment")).to_be_focused()
    scripted.locator("#filter-category input").first.check()
    expect(scripted).to_have_url(re.compile(r"/jobs/\?category=[-\w]+&employment=[-\w]+$|employment.*category"))
    expect(scripted.locator(".chip")).to_have_count(2)
    assert scripted.locator("#filter-employment").get_attribute("open") is not None
    assert is_the_same_page(scripted)


def test_a_chip_is_taken_off_in_place(scripted: Page) -> None:
    everything = total(scripted)
    box = scripted.get_by_role("searchbox")
    box.fill("roofer")
    box.press("Enter")
    chip = scripted.get_by_role("link", name="Remove: “roofer”")
    chip.focus()
    scripted.keyboard.press("Enter")
    expect(scripted.locator("#found-title")).to_have_text(f"{everything} open jobs")
    expect(scripted).to_have_url(re.compile(r"/jobs/$"))
    expect(box).to_have_value("")
    expect(scripted.locator("#found-title")).to_be_focused()
    assert is_the_same_page(scripted)


def test_turning_pages_in_place(scripted: Page) -> None:
    first = titles(scripted)
    scripted.get_by_role("link", name="Next").click()
    expect(scripted).to_have_url(re.compile(r"/jobs/\?page=2$"))
    expect(scripted.locator("#found")).to_contain_text("Page 2 of")
    expect(scripted.locator("#found-title")).to_be_focused()
    expect(scripted.locator("#found-title")).to_be_in_viewport()
    assert not set(first) & set(titles(scripted))
    assert is_the_same_page(scripted)


def test_back_and_forth(scripted: Page) -> None:
    everything = total(scripted)
    box = scripted.get_by_role("searchbox")
    box.fill("roofer")
    box.press("Enter")
    expect(scripted).to_have_url(re.compile(r"\?q=roofer$"))
    expect(scripted.locator(".chip")).to_have_count(1)
    found = titles(scripted)
    first_choice(scripted, "category").check()
    expect(scripted.locator(".chip")).to_have_count(2)
    scripted.go_back()
    expect(scripted.locator(".chip")).to_have_count(1)
    expect(scripted).to_have_url(re.compile(r"\?q=roofer$"))
    assert titles(scripted) == found
    expect(first_choice(scripted, "category")).not_to_be_checked()
    scripted.go_back()
    expect(scripted.locator("#found-title")).to_have_text(f"{everything} open jobs")
    expect(scripted.get_by_role("searchbox")).to_have_value("")
    scripted.go_forward()
    expect(scripted.locator(".chip")).to_have_count(1)
    assert titles(scripted) == found


def test_back_from_a_posting(scripted: Page) -> None:
    box = scripted.get_by_role("searchbox")
    box.fill("roofer")
    box.press("Enter")
    expect(scripted.locator(".chip")).to_have_count(1)
    scripted.get_by_role("link", name="Slate Roofer").click()
    expect(scripted.get_by_role("heading", level=1, name="Slate Roofer")).to_be_visible()
    scripted.go_back()
    expect(scripted).to_have_url(re.compile(r"/jobs/\?q=roofer$"))
    expect(scripted.locator(".chip")).to_have_count(1)
    expect(scripted.get_by_role("searchbox")).to_have_value("roofer")


def test_when_the_answer_does_not_come_the_page_is_loaded_as_ever(browser: Browser, board: str) -> None:
    context = browser.new_context(base_url=board)
    page = context.new_page()

    def refuse_scripts(route: Route) -> None:
        if route.request.resource_type == "document":
            route.continue_()
        else:
            route.abort()

    page.route("**/jobs/?q=roofer", refuse_scripts)
    page.goto("/jobs/")
    page.evaluate(STAYS)
    page.get_by_role("searchbox").fill("roofer")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".chip")).to_have_count(1)
    assert not is_the_same_page(page)
    context.close()


def test_under_a_strict_policy(scripted: Page) -> None:
    """Nothing stands in the page that a Content Security Policy without exceptions would refuse; the fixture sees what it does."""

    def with_policy(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"content-security-policy": "default-src 'self'"})

    scripted.route("**/jobs/**", with_policy)
    scripted.goto("/jobs/")
    scripted.evaluate(STAYS)
    first_choice(scripted, "category").check()
    expect(scripted.locator(".chip")).to_have_count(1)
    scripted.get_by_role("link", name="Closing soon").click()
    expect(scripted).to_have_url(re.compile(r"sort=closing$"))
    assert is_the_same_page(scripted)


@pytest.mark.parametrize("width", [375, 768, 1280, 1920])
def test_nothing_is_wider_than_the_screen(browser: Browser, board: str, width: int) -> None:
    context = browser.new_context(base_url=board, viewport={"width": width, "height": 800})
    page = context.new_page()
    for address in (
        "/jobs/",
        "/jobs/?q=roofer&sort=closing&since=30&workplace=hybrid&workplace=on-site",
        "/jobs/?q=" + "w" * 200,
    ):
        page.goto(address)
        assert not page.evaluate(WIDER), address
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        assert not page.evaluate(WIDER), address
    context.close()


def test_on_a_phone_the_filters_are_behind_one_button(browser: Browser, board: str) -> None:
    context = browser.new_context(base_url=board, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto("/jobs/?workplace=on-site")
    expect(first_choice(page, "category")).not_to_be_visible()
    page.get_by_text("Filters (1)").click()
    first_choice(page, "category").check()
    expect(page.locator("#in-use")).to_have_text("(2)")
    page.get_by_role("link", name=re.compile(r"Show \d+ jobs?")).click()
    expect(page.locator("#found-title")).to_be_in_viewport()
    context.close()


def test_on_a_wide_screen_they_stand_beside_the_list(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/jobs/")
    expect(first_choice(page, "category")).to_be_visible()
    expect(page.get_by_text("Filters", exact=True)).not_to_be_visible()
