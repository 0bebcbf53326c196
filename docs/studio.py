"""The demo, those who look at it, and its clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from config.demo.accounts import PASSWORD
from tests import clock
from tests.browser.editor import Editor

IMAGES: Final = Path(__file__).with_name("images")
WIDTH: Final = 1280


class Studio:
    """The demo, those who look at it, and its clock."""

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self._browser = browser
        self._address = address
        self._folder = folder
        self._ahead = timedelta()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def wait(self, time: timedelta) -> None:
        self._ahead += time
        clock.set_ahead(self._folder, self._ahead)

    @contextmanager
    def visitor(self, *, width: int = WIDTH, height: int = 800) -> Iterator[Page]:
        # with motion a picture could show colours on their way
        context = self._browser.new_context(
            base_url=self._address, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        yield context.new_page()
        context.close()

    @contextmanager
    def at_the_desk(self, username: str, *, height: int = 900) -> Iterator[Editor]:
        with self.visitor(height=height) as page:
            editor = Editor(page)
            editor.log_in(username, PASSWORD)
            yield editor
