"""An editor who has no mouse."""

from typing import Final

from playwright.sync_api import Locator, Page


class Keys:
    """Reaches everything by Tab."""

    MOST: Final = 250

    def __init__(self, page: Page) -> None:
        self._page = page

    def reach(self, wanted: Locator) -> None:
        for _ in range(self.MOST):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} is not reached by Tab")

    def fill(self, selector: str, text: str) -> None:
        self.reach(self._page.locator(selector))
        self._page.keyboard.press("Control+a")
        self._page.keyboard.type(text)

    def press_on(self, selector: str, key: str) -> None:
        self.reach(self._page.locator(selector).first)
        self._page.keyboard.press(key)

    def open(self, link: str) -> None:
        self.reach(self._page.get_by_role("link", name=link).first)
        self._page.keyboard.press("Enter")

    def publish(self) -> None:
        footer = self._page.locator("footer")
        self.reach(footer.get_by_role("button", name="More actions"))
        self._page.keyboard.press("Enter")
        self.reach(footer.get_by_role("button", name="Publish", exact=True))
        self._page.keyboard.press("Enter")
