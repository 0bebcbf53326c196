"""The whole path in a browser: publish, follow, confirm, change, close, reopen, take down, delete."""

from http import HTTPStatus
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from config.demo.accounts import PASSWORD
from tests.browser.editor import Editor
from tests.browser.inbox import open_mail, subjects
from tests.browser.visitor import follow, open_job

pytestmark = pytest.mark.browser

JOB: Final = "Night Baker"
AT: Final = f"{JOB} at Halfmoon Bakery Cooperative"
COMPANY: Final = "jobs@halfmoon.example.org"
FOLLOWER: Final = "Walker@mail.example.net"


@pytest.fixture
def reader(visitor: BrowserContext) -> Page:
    return visitor.new_page()


@pytest.fixture
def editor(browser: Browser, board: str) -> Editor:
    return Editor(browser.new_context(base_url=board).new_page())


def test_a_posting_from_the_first_follower_to_its_deletion(reader: Page, editor: Editor) -> None:
    address = open_job(reader, JOB)

    reader.get_by_label("Your e-mail address").fill(FOLLOWER)
    reader.get_by_label("Share my address with the company").check()
    reader.get_by_role("button", name="Follow").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("inbox")

    mail = open_mail(reader, recipient=FOLLOWER, subject=f"Confirm: follow {AT}")
    mail.get_by_role("link", name="Yes, follow this job").click()
    reader.get_by_role("button", name="Confirm").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("You follow it now")
    mail = open_mail(reader, recipient=COMPANY, subject=f"New follower: {JOB}")
    expect(mail.locator("body")).to_contain_text(FOLLOWER)

    editor.log_in("publisher", PASSWORD)
    editor.edit(JOB)
    editor.page.locator("#id_salary_maximum").fill("18.50")
    editor.page.locator("#id_change_note").fill("We raised all night rates from the new year.")
    editor.publish()
    mail = open_mail(reader, recipient=FOLLOWER, subject=f"Pay raised: {AT}")
    body = mail.locator("body")
    expect(body).to_contain_text("£14.20–16.00 an hour")
    expect(body).to_contain_text("£14.20–18.50 an hour")
    expect(body).to_contain_text("We raised all night rates from the new year.")

    editor.edit(JOB)
    editor.choose("Close…")
    expect(editor.page.locator("main")).to_contain_text("1 person follows this posting and will be told")
    editor.page.get_by_label("Filled").check()
    editor.confirm("Yes, close it")
    editor.said("is closed")
    open_mail(reader, recipient=FOLLOWER, subject=f"Closed (filled): {AT}")
    reader.goto(address)
    expect(reader.get_by_role("link", name="Apply")).to_have_count(0)
    assert JOB not in open_jobs(reader)

    editor.edit(JOB)
    editor.choose("Reopen…")
    editor.confirm("Yes, reopen it")
    editor.said("is open again")
    open_mail(reader, recipient=FOLLOWER, subject=f"Open again: {AT}")
    assert JOB in open_jobs(reader)

    editor.edit(JOB)
    editor.choose("Unpublish")
    editor.confirm("Yes, unpublish it")
    editor.said("unpublished")
    open_mail(reader, recipient=FOLLOWER, subject=f"Taken down: {AT}")
    assert_gone(reader, address)

    editor.edit(JOB)
    editor.page.goto(editor.page.url.replace("/edit/", "/delete/"))
    editor.confirm("Yes, delete it")
    editor.said("deleted")
    assert_gone(reader, address)
    assert subjects(reader, recipient=FOLLOWER) == [
        f"Taken down: {AT}",
        f"Open again: {AT}",
        f"Closed (filled): {AT}",
        f"Pay raised: {AT}",
        f"Confirm: follow {AT}",
    ]


def test_a_follower_leaves_by_the_link_in_the_mail(reader: Page, editor: Editor) -> None:
    job, follower = "Frame Builder", "leaver@mail.example.net"
    at = f"{job} at Fernweh Cargo Bikes"
    follow(reader, job, follower)
    editor.log_in("publisher", PASSWORD)
    editor.edit(job)
    editor.page.locator("#id_title").fill("Senior Frame Builder")
    editor.page.locator("#id_change_note").fill("We look for somebody who leads two others.")
    editor.publish()
    mail = open_mail(reader, recipient=follower, subject="Title changed: Senior Frame Builder at Fernweh Cargo Bikes")
    mail.get_by_role("link", name="Stop following this job").click()
    reader.get_by_role("button", name="Stop following").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("no longer follow")

    editor.edit("Senior Frame Builder")
    editor.page.locator("#id_title").fill(job)
    editor.publish()
    # the company's mail about the next follower is written after the change, so everything before it has been sent
    follow(reader, job, "later@mail.example.net")
    open_mail(reader, recipient="jobs@fernweh.example.org", subject=f"New follower: {job}")
    assert f"Title changed: {at}" not in subjects(reader, recipient=follower)


def test_public_pages_set_no_cookie_and_fetch_nothing_from_elsewhere(visitor: BrowserContext, board: str) -> None:
    page = visitor.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    open_job(page, "Frame Builder")
    page.goto(f"{page.url}subscribe/")
    page.goto("/jobs/nowhere/")
    assert requested
    assert [url for url in requested if not url.startswith((board, "data:"))] == []
    assert visitor.cookies() == []


def test_a_bad_address_is_explained_beside_the_field_and_kept(reader: Page) -> None:
    open_job(reader, "Frame Builder")
    reader.locator("form").evaluate("form => form.noValidate = true")
    reader.get_by_label("Your e-mail address").fill("ana.example.org")
    reader.get_by_role("button", name="Follow").click()
    field = reader.get_by_label("Your e-mail address")
    expect(field).to_have_value("ana.example.org")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(reader.locator("#follow-address-error")).to_contain_text("has an @")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/jobs/", "/inbox/", "/jobs/nowhere/"])
def test_nothing_is_wider_than_a_phone(browser: Browser, board: str, path: str, scheme: str) -> None:
    phone = browser.new_context(
        base_url=board, viewport={"width": 375, "height": 740}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = phone.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    phone.close()


def open_jobs(page: Page) -> list[str]:
    """The titles on all pages of the list."""
    page.goto("/jobs/")
    titles = page.locator(".job-title").all_inner_texts()
    while page.get_by_role("link", name="Next", exact=True).count():
        page.get_by_role("link", name="Next", exact=True).click()
        titles += page.locator(".job-title").all_inner_texts()
    return titles


def assert_gone(page: Page, address: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.status == HTTPStatus.GONE
    expect(page.locator("main")).to_contain_text("taken down")
    assert page.get_by_role("link", name="open jobs").count() >= 1
