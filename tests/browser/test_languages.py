"""Reading a job in German, as the browser wishes or by the switch."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import open_job

pytestmark = pytest.mark.browser

JOB = "Night Baker"


def reader(browser: Browser, board: str, locale: str) -> Page:
    return browser.new_context(base_url=board, java_script_enabled=False, locale=locale).new_page()


def test_a_german_browser_gets_german_pages(browser: Browser, board: str) -> None:
    page = reader(browser, board, "de-AT")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_role("searchbox").fill(JOB)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=JOB, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(JOB)
    expect(page.locator("main")).to_contain_text("pro Stunde")
    page.get_by_role("link", name="Dieser Stelle folgen").first.click()
    page.get_by_label("Ihre E-Mail-Adresse").fill("leserin@mail.example.net")
    page.get_by_role("button", name="Folgen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sehen Sie in Ihren Posteingang")
    assert page.context.cookies() == []
    page.context.close()


def test_the_switch_leads_to_the_same_page_and_the_language_stays(browser: Browser, board: str) -> None:
    page = reader(browser, board, "en-GB")
    english = open_job(page, JOB)
    page.get_by_role("link", name="Deutsch").click()
    expect(page).to_have_url(english.replace(board, f"{board}/de"))
    expect(page.get_by_role("heading", level=1)).to_have_text(JOB)
    page.get_by_role("link", name="Alle offenen Stellen").first.click()
    expect(page).to_have_url(f"{board}/de/jobs/")
    expect(page.locator("main")).to_contain_text("offene Stellen")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{board}/en/jobs/")
    expect(page.locator("html")).to_have_attribute("lang", "en-gb")
    page.context.close()
