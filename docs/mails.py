"""Renews the pictures in docs/images/mails: `uv run python -m docs.mails`.

One for every mail in each language: at 600 and at 375 pixels, light and dark, and beside them the text that is sent with it. All of them
went through the board, from what happens on it to the message that the mail server is given. Fails if one is wider than the screen.
"""

import os
import sys
from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Final, Literal

import django
from PIL import Image
from playwright.sync_api import Browser, Page

from docs.studio import IMAGES
from tests.browser import chromium

MAILS: Final = IMAGES / "mails"
VARIANTS: Final[tuple[tuple[Literal["light", "dark"], int], ...]] = (
    ("light", 600),
    ("dark", 600),
    ("light", 375),
    ("dark", 375),
)
TEXT_WIDTH: Final = 650
GAP: Final = 16
BEHIND: Final = "#8a938f"
SCALE: Final = 0.75
QUALITY: Final = 45
AS_TEXT: Final = (
    '<pre style="margin: 24px; font: 13px/1.45 monospace; white-space: pre-wrap; overflow-wrap: anywhere">{}</pre>'
)

type Parts = tuple[str, str, str]
"""Subject, text and HTML."""


def main() -> None:
    path = chromium.executable()
    if path is None:
        sys.exit("There is no Chromium: apt-get install chromium, or uv run playwright install chromium.")
    # before the browser, whose event loop and the database do not get along
    sent = dict(every_mail())
    MAILS.mkdir(exist_ok=True)
    for old in MAILS.glob("*.webp"):
        old.unlink()
    with chromium.launched(path) as browser:
        too_wide = [name for name, parts in sent.items() if not picture(browser, name, parts)]
    if too_wide:
        sys.exit(f"Wider than the screen: {', '.join(too_wide)}")


def every_mail() -> Iterator[tuple[str, Parts]]:
    """By the name of the picture; made on a board in memory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()

    import time_machine
    from django.db import transaction
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases, teardown_test_environment

    from adapters.web import languages
    from jobs_domain.identifiers import LanguageCode
    from tests.integration.notifications import every_mail as mails
    from tests.integration.notifications.world import html
    from tests.unit.examples import NOW

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    for language in languages.codes():
        with transaction.atomic(), time_machine.travel(NOW, tick=False) as clock:
            for case, message in mails.every_mail(LanguageCode(language), clock).items():
                yield f"{case}-{language}", (str(message.subject), str(message.body), html(message))
            transaction.set_rollback(True)
    teardown_databases(databases, verbosity=0)
    teardown_test_environment()


def picture(browser: Browser, name: str, parts: Parts) -> bool:
    """Says whether nothing in it is wider than the screen."""
    subject, text, html = parts
    page = browser.new_page(reduced_motion="reduce")
    shots: list[Image.Image] = []
    fits = True
    for scheme, width in VARIANTS:
        page.emulate_media(color_scheme=scheme)
        shots.append(shot(page, html, width))
        fits = fits and page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(color_scheme="light")
    shots.append(shot(page, AS_TEXT.format(escape(f"{subject}\n\n\n{text}")), TEXT_WIDTH))
    page.close()
    beside_each_other(shots).save(MAILS / f"{name}.webp", quality=QUALITY, method=6)
    return fits


def shot(page: Page, html: str, width: int) -> Image.Image:
    page.set_viewport_size({"width": width, "height": 200})
    page.set_content(html)
    return Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")


def beside_each_other(shots: list[Image.Image]) -> Image.Image:
    width = sum(each.width for each in shots) + GAP * (len(shots) + 1)
    sheet = Image.new("RGB", (width, max(each.height for each in shots) + 2 * GAP), BEHIND)
    left = GAP
    for each in shots:
        sheet.paste(each, (left, GAP))
        left += each.width + GAP
    return sheet.resize((round(sheet.width * SCALE), round(sheet.height * SCALE)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
