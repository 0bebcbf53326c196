"""Asked after a long silence whether one is still interested: yes, no, the page of all that one follows, no answer. Without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import clock
from tests.browser import demo
from tests.browser.inbox import PATIENCE_SECONDS, open_mail, subjects
from tests.browser.visitor import follow

pytestmark = pytest.mark.browser

JOB: Final = "Actuary, Small Farms"
QUESTION: Final = "Are you still interested in what you follow?"
SILENCE: Final = timedelta(days=3)
MONTH: Final = timedelta(days=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    with demo.running(folder, INTEREST_AFTER_DAYS=str(SILENCE.days)) as address:
        context = browser.new_context(base_url=address, java_script_enabled=False)
        yield context.new_page()
        context.close()


def test_who_answers_goes_on_and_who_does_not_is_let_go(page: Page, folder: Path) -> None:
    yes, no, manages, silent = (f"{name}@mail.example.net" for name in ("yves", "nora", "mara", "sila"))
    for address in (yes, no, manages, silent):
        follow(page, JOB, address)
    clock.set_ahead(folder, SILENCE)

    mail = open_mail(page, recipient=yes, subject=QUESTION)
    expect(mail.locator("body")).to_contain_text(f"{JOB} at")
    mail.get_by_role("link", name="Yes, keep on").click()
    page.get_by_role("button", name="Yes, keep on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All goes on")

    open_mail(page, recipient=no, subject=QUESTION).get_by_role("link", name="No, stop all of this").click()
    page.get_by_role("button", name="Stop following all of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You no longer follow any of it")

    open_mail(page, recipient=manages, subject=QUESTION).get_by_role("link", name="All that you follow").click()
    page.get_by_role("button", name="Yes, keep on").click()
    expect(page.get_by_role("status")).to_have_text("Thank you. All that you follow goes on.")

    open_mail(page, recipient=silent, subject=QUESTION).get_by_role("link", name="Yes, keep on").click()
    expect(page.get_by_role("button", name="Yes, keep on")).to_be_visible()
    unanswered = page.url
    for address in (yes, no, silent):
        assert subjects(page, recipient=address).count(QUESTION) == 1

    clock.set_ahead(folder, SILENCE + MONTH)
    until = monotonic() + PATIENCE_SECONDS
    while (said := _heading(page, unanswered)) != "You follow nothing any more":
        assert monotonic() < until, said


def _heading(page: Page, address: str) -> str:
    page.goto(address)
    return page.get_by_role("heading", level=1).inner_text()
