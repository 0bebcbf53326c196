"""Renews the pictures in docs/images: `uv run python -m docs.screenshots`.

Starts a demo in a temporary folder and walks through it like a visitor and a publisher.
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, expect

from config.demo.accounts import PASSWORD
from tests.browser import chromium, demo
from tests.browser.editor import Editor
from tests.browser.inbox import open_mail

IMAGES: Final = Path(__file__).with_name("images")
JOB: Final = "Actuary, Small Farms"
FOLLOWER: Final = "hana@mail.example.org"
WIDTH: Final = 1280


def main() -> None:
    path = chromium.executable()
    if path is None:
        sys.exit("There is no Chromium: apt-get install chromium, or uv run playwright install chromium.")
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo.running(Path(folder)) as address,
        chromium.launched(path) as browser,
    ):
        board(browser, address)
        editor(browser, address)
        mail(browser, address)


def board(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, viewport={"width": WIDTH, "height": 800})
    page.goto("/jobs/")
    page.screenshot(path=IMAGES / "board.png")


def editor(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, viewport={"width": WIDTH, "height": 1000})
    publisher = Editor(page)
    publisher.log_in("publisher", PASSWORD)
    publisher.edit(JOB)
    page.locator("#id_salary_maximum").fill("92000")
    note = page.locator("#id_change_note")
    note.fill("The board has raised the top of the range; the work is the same.")
    note.scroll_into_view_if_needed()
    page.mouse.wheel(0, 160)
    expect(page.get_by_text("Minor change: tell nobody")).to_be_in_viewport()
    page.screenshot(path=IMAGES / "editor.png")
    publisher.publish()


def mail(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, viewport={"width": 760, "height": 620})
    open_mail(page, recipient=FOLLOWER, subject=f"Salary raised: {JOB} at Sundial Mutual")
    page.goto(f"{page.url}html/")
    page.screenshot(path=IMAGES / "mail.png", full_page=True)


if __name__ == "__main__":
    main()
