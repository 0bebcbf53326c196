"""What a publisher does in Wagtail."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from config.demo.accounts import PASSWORD


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody at Wagtail's admin, with scripts."""

    page: Page

    def log_in(self, username: str, password: str) -> None:
        self.page.goto("/admin/login/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url("**/admin/")

    def edit(self, title: str) -> None:
        self.page.goto(f"/admin/pages/search/?q={title}")
        self.page.get_by_role("link", name=title, exact=True).first.click()
        self.page.wait_for_url("**/edit/")

    def add(self, title: str, *, company: str) -> None:
        """A new posting with the likely values of a permanent job."""
        self.page.goto("/admin/jobs/choose_parent/")
        self.page.get_by_role("link", name="Permanent job").click()
        self.page.wait_for_url("**kind=permanent**")
        self.page.locator("#id_title").fill(title)
        self.page.locator("#id_company-chooser [data-chooser-action-choose]").first.click()
        self.page.get_by_role("dialog").get_by_role("link", name=company).click()
        expect(self.page.get_by_role("dialog")).to_be_hidden()
        self.publish()

    def choose(self, action: str) -> None:
        """An entry of the menu beside *Save draft*."""
        footer = self.page.locator("footer")
        footer.get_by_role("button", name="More actions").click()
        footer.get_by_text(action, exact=True).click()

    def publish(self) -> None:
        self.choose("Publish")
        self.said("published")

    def confirm(self, answer: str) -> None:
        self.page.get_by_role("button", name=answer).click()

    def said(self, words: str) -> None:
        """Waits for the message at the top of the page."""
        expect(self.page.locator(".messages")).to_contain_text(words)


def logged_in(browser: Browser, board: str, username: str) -> Iterator[Editor]:
    """For a fixture: at a desk, with one of the demo's accounts."""
    context = browser.new_context(base_url=board, viewport={"width": 1440, "height": 1000})
    editor = Editor(context.new_page())
    editor.log_in(username, PASSWORD)
    yield editor
    context.close()
