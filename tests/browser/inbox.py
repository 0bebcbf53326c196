"""The demo's inbox, as a reader uses it."""

from time import monotonic
from typing import Final

from playwright.sync_api import FrameLocator, Page

PATIENCE_SECONDS: Final = 60


def subjects(page: Page, *, recipient: str) -> list[str]:
    """The subjects of all mails to the address, newest first."""
    page.goto("/inbox/")
    rows = page.locator(".mail-row").filter(has=page.get_by_text(f"to {recipient}", exact=True))
    return rows.locator("h2").all_inner_texts()


def wait_for_mail(page: Page, *, recipient: str, subject: str) -> str:
    """Waits for a mail whose subject begins so; gives the subject of the newest."""
    until = monotonic() + PATIENCE_SECONDS
    while not (found := [one for one in subjects(page, recipient=recipient) if one.startswith(subject)]):
        assert monotonic() < until, f"No mail “{subject}” to {recipient}: {subjects(page, recipient=recipient)}"
    return found[0]


def open_mail(page: Page, *, recipient: str, subject: str) -> FrameLocator:
    """Waits for the mail to arrive and opens it; gives the frame with its HTML."""
    wait_for_mail(page, recipient=recipient, subject=subject)
    rows = page.locator(".mail-row").filter(has=page.get_by_text(f"to {recipient}", exact=True))
    rows.get_by_role("link", name=subject, exact=True).first.click()
    return page.frame_locator("iframe.mail-html")
