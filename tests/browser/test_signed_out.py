"""An editor whose session ends while a posting is being edited."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from config.demo.accounts import PASSWORD
from tests.browser.editor import Editor, logged_in

pytestmark = pytest.mark.browser

JOB = "Actuary, Small Farms"
PANEL = "[data-side-panel='followers']"


@pytest.fixture
def publisher(browser: Browser, board: str) -> Iterator[Editor]:
    yield from logged_in(browser, board, "publisher")


def test_is_told_so_loses_nothing_and_goes_on_having_signed_in_elsewhere(publisher: Editor) -> None:
    publisher.edit(JOB)
    page, beside = publisher.page, publisher.page.locator(PANEL)
    if not beside.is_visible():
        page.locator("[data-side-panel-toggle='followers']").click()
    page.context.clear_cookies()
    page.locator("#id_salary_maximum").fill("98765")
    expect(beside).to_contain_text("You are signed out. What you have typed is still here, and is not saved")
    expect(beside.get_by_text("Publishing tells")).to_be_hidden()

    # sending it would lead to the login, and lose it
    page.locator("footer").get_by_role("button", name="Save draft").click()
    expect(page.locator("#id_salary_maximum")).to_have_value("98765")

    with page.context.expect_page() as opened:
        beside.get_by_role("link", name="sign in in another tab").click()
    Editor(opened.value).log_in("publisher", PASSWORD)
    opened.value.close()
    expect(beside).to_contain_text("98,765", timeout=15_000)
    expect(beside.get_by_text("You are signed out")).to_be_hidden()
    page.get_by_label("What should followers read about this change?").fill("More pay.")
    publisher.publish()
