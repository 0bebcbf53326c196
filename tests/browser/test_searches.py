"""A search followed from the list, and the new posting that it finds, up to leaving."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from config.demo.accounts import PASSWORD
from tests import clock
from tests.browser import demo
from tests.browser.editor import Editor
from tests.browser.inbox import open_mail, subjects, wait_for_mail

pytestmark = pytest.mark.browser

JOB: Final = "Bell Ringer"
SEARCH: Final = "/jobs/?q=bell+ringer"
ENGLISH: Final = "elsie@mail.example.net"
GERMAN: Final = "gerda@mail.example.net"
A_DAY: Final = timedelta(days=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("searches")


@pytest.fixture(scope="module")
def board(folder: Path) -> Iterator[str]:
    with demo.running(folder, SETTLING_TIME="0") as address:
        yield address


@pytest.fixture
def reader(browser: Browser, board: str) -> Iterator[Page]:
    context = browser.new_context(base_url=board, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_new_posting_reaches_who_follows_a_search_in_their_language(
    browser: Browser, board: str, folder: Path, reader: Page
) -> None:
    _follow(reader, SEARCH, ENGLISH, "Mail me new jobs like these", "Follow", "Yes, follow this search", "Confirm")
    expect(reader.get_by_role("heading", level=1)).to_have_text("You follow it now")
    expect(reader.locator("main")).to_contain_text("jobs with “bell ringer”")
    reader.goto(f"/de{SEARCH}")
    _follow(
        reader,
        f"/de{SEARCH}",
        GERMAN,
        "Neue Stellen wie diese per E-Mail",
        "Folgen",
        "Ja, dieser Suche folgen",
        "Bestätigen",
    )
    _publish(browser, board)
    clock.set_ahead(folder, A_DAY)

    in_german = wait_for_mail(reader, recipient=GERMAN, subject="1 neue Stelle: ")
    assert open_mail(reader, recipient=GERMAN, subject=in_german).locator("html").get_attribute("lang") == "de"

    told = wait_for_mail(reader, recipient=ENGLISH, subject="1 new job: jobs with “bell ringer”")
    mail = open_mail(reader, recipient=ENGLISH, subject=told)
    expect(mail.get_by_role("link", name=JOB)).to_be_visible()
    mail.get_by_role("link", name="See the list").click()
    expect(reader.get_by_role("link", name=JOB, exact=True)).to_be_visible()

    open_mail(reader, recipient=ENGLISH, subject=told).get_by_role("link", name="Stop following this search").click()
    reader.get_by_role("button", name="Stop following").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("no longer follow")
    assert [subject for subject in subjects(reader, recipient=ENGLISH) if "new job" in subject] == [told]


def _follow(page: Page, search: str, address: str, link: str, button: str, yes: str, confirm: str) -> None:
    page.goto(search)
    page.get_by_role("link", name=link).click()
    page.locator("#follow-address").fill(address)
    page.get_by_role("button", name=button, exact=True).click()
    asked = wait_for_mail(page, recipient=address, subject="")
    open_mail(page, recipient=address, subject=asked).get_by_role("link", name=yes).click()
    page.get_by_role("button", name=confirm).click()


def _publish(browser: Browser, board: str) -> None:
    context = browser.new_context(base_url=board, viewport={"width": 1440, "height": 1000})
    publisher = Editor(context.new_page())
    publisher.log_in("publisher", PASSWORD)
    publisher.add(JOB, company="Brightwater Instruments")
    context.close()
