"""What a visitor does on the public pages."""

from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.inbox import open_mail, wait_for_mail


def follow(page: Page, job: str, address: str) -> None:
    """Follows the job and confirms it by the mail."""
    open_job(page, job)
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Follow").click()
    confirm = wait_for_mail(page, recipient=address, subject=f"Confirm: follow {job} at ")
    mail = open_mail(page, recipient=address, subject=confirm)
    mail.get_by_role("link", name="Yes, follow this job").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You follow it now")


def open_job(page: Page, title: str) -> str:
    """Finds the open job by its title; gives the address of its page."""
    page.goto(f"/jobs/?{urlencode({'q': title})}")
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url
