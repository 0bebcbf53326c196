"""The demo's inbox, as a reader uses it."""

from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic
from typing import Final

from playwright.sync_api import FrameLocator, Locator, Page

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
    return _open(page, recipient, subject)


def open_newest(page: Page, *, recipient: str, subject: str) -> FrameLocator:
    """The same of the newest mail whose subject begins so."""
    return _open(page, recipient, wait_for_mail(page, recipient=recipient, subject=subject))


def _open(page: Page, recipient: str, subject: str) -> FrameLocator:
    rows = page.locator(".mail-row").filter(has=page.get_by_text(f"to {recipient}", exact=True))
    rows.get_by_role("link", name=subject, exact=True).first.click()
    return page.frame_locator("iframe.mail-html")


def as_text(page: Page) -> Locator:
    """The other part of the mail that is open, its addresses made links as mail programs do."""
    return page.locator(".mail-text")


def header(page: Page, name: str) -> str:
    """Of the mail that is open."""
    row = page.locator(".mail-headers div").filter(has=page.get_by_text(name, exact=True))
    return row.locator("dd").inner_text()


def link_to(page: str) -> str:
    """The selector of a link to such a page of a subscription."""
    return f"a[href*='/subscriptions/{page}/']"


def wait_for_more(page: Page, data: Path, *, than: Counter[tuple[str, str]], recipient: str, subject: str) -> None:
    """Waits for one more mail to the recipient whose subject begins so."""

    def number(sent: Counter[tuple[str, str]]) -> int:
        return sum(many for told, many in sent.items() if told[0] == recipient and told[1].startswith(subject))

    until = monotonic() + PATIENCE_SECONDS
    while number(Counter(everything_sent(data))) <= number(than):
        assert monotonic() < until, f"No more mails “{subject}” to {recipient}."
        page.goto("/inbox/")


def everything_sent(data: Path) -> list[tuple[str, str]]:
    """Recipient and subject of every mail of the demo that keeps its data there."""
    messages = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in (data / "inbox" / "new").iterdir()
    ]
    return [(str(message["X-Envelope-To"]), str(message["Subject"])) for message in messages]
