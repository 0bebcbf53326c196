"""Who is too quick is asked once more, and an operator sees it; a domain is blocked and unblocked in Wagtail."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from config.demo.accounts import ADMINISTRATOR, PASSWORD
from tests import clock
from tests.browser import demo
from tests.browser.editor import Editor
from tests.browser.inbox import wait_for_mail
from tests.browser.visitor import open_job

pytestmark = pytest.mark.browser

JOB: Final = "Actuary, Small Farms"
AN_HOUR: Final = timedelta(hours=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("strict")


@pytest.fixture(scope="module")
def board(folder: Path) -> Iterator[str]:
    """A demo where forms take an hour to fill in."""
    with demo.running(folder, MINIMUM_FILL_TIME=str(AN_HOUR.total_seconds())) as address:
        yield address


def test_who_is_too_quick_loses_nothing_and_the_operator_sees_it(
    visitor: BrowserContext, browser: Browser, board: str, folder: Path
) -> None:
    address = "quick@mail.example.net"
    page = visitor.new_page()
    open_job(page, JOB)
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_label("Once a day").check()
    _press(page)
    expect(page.get_by_role("alert")).to_contain_text("press the button again")
    expect(page.get_by_label("Your e-mail address")).to_have_value(address)
    expect(page.get_by_label("Once a day")).to_be_checked()
    clock.set_ahead(folder, AN_HOUR + timedelta(minutes=1))
    _press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
    wait_for_mail(page, recipient=address, subject=f"Confirm: follow {JOB}")

    operator = _operator(browser, board)
    panel = operator.page.locator("section", has=operator.page.get_by_role("heading", name="Sign-ups"))
    expect(panel.get_by_role("row", name="quicker than a person")).to_be_visible()


def test_a_domain_is_blocked_and_unblocked(visitor: BrowserContext, browser: Browser, board: str, folder: Path) -> None:
    operator = _operator(browser, board)
    page = operator.page
    page.goto("/admin/notifications/domains/")
    page.get_by_role("link", name="Block", exact=True).click()
    page.get_by_label("Domain").fill("Junk.example")
    page.get_by_role("button", name="Block", exact=True).click()
    expect(page.get_by_text("Nobody at junk.example is written to any more.")).to_be_visible()

    reader = visitor.new_page()
    reader.goto("/subscriptions/manage/")
    reader.get_by_label("Your e-mail address").fill("ana@mail.junk.example")
    reader.get_by_role("button", name="Send me the link").click()
    expect(reader.locator("#sign-in-error")).to_contain_text("does not write to addresses at mail.junk.example")

    page.get_by_role("link", name="junk.example", exact=True).click()
    page.get_by_role("button", name="Yes, unblock it").click()
    expect(page.get_by_text("junk.example is no longer blocked.")).to_be_visible()


def _press(page: Page) -> None:
    page.get_by_role("button", name="Follow", exact=True).click()


def _operator(browser: Browser, board: str) -> Editor:
    operator = Editor(browser.new_context(base_url=board).new_page())
    operator.log_in(ADMINISTRATOR, PASSWORD)
    return operator
