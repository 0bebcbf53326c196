"""From a mail to the page with all that one follows, in both languages, up to having it erased. Without scripts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.inbox import open_mail, wait_for_mail
from tests.browser.visitor import follow

pytestmark = pytest.mark.browser

JOB: Final = "Actuary, Small Farms"
OTHER: Final = "Hospital Pharmacist"


def test_all_that_one_follows_is_changed_ended_taken_away_and_erased(visitor: BrowserContext) -> None:
    address = "paula@mail.example.net"
    page = visitor.new_page()
    follow(page, JOB, address)
    follow(page, OTHER, address)
    _all_that_is_followed(page, address)

    job = _part(page, JOB)
    job.get_by_label("Write to me").select_option(label="Once a day")
    job.get_by_label("Language").select_option(label="Deutsch")
    job.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Changed. It holds from the next mail on.")
    expect(_part(page, JOB).get_by_label("Write to me")).to_have_value("DAILY")
    expect(_part(page, JOB).get_by_label("Language")).to_have_value("de")

    _part(page, OTHER).get_by_role("button", name="Stop following").click()
    expect(page.get_by_role("status")).to_have_text("You no longer follow it.")
    expect(page.get_by_role("heading", name=OTHER)).to_have_count(0)

    with page.expect_download() as started:
        page.get_by_role("link", name="Download all").click()
    held = json.loads(started.value.path().read_bytes())
    assert held["address"] == address
    assert {one["state"] for one in held["subscriptions"]} == {"CONFIRMED", "ENDED"}

    address_of_page = page.url
    page.get_by_role("link", name="Have everything erased").click()
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is erased")
    page.goto(address_of_page)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link leads nowhere")


def test_all_moves_to_another_address_that_agrees_and_pauses_there(visitor: BrowserContext) -> None:
    old, new = "pia@mail.example.net", "pia@work.example.net"
    page = visitor.new_page()
    follow(page, JOB, old)
    _all_that_is_followed(page, old)
    page.get_by_role("link", name="Get all this at another address").click()
    page.get_by_label("Your new e-mail address").fill(new)
    page.get_by_role("button", name="Ask the new address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the new inbox")
    mail = open_mail(page, recipient=new, subject="Confirm your new address")
    mail.get_by_role("link", name="Yes, write to this address").click()
    page.get_by_role("button", name="Write to this address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your address is changed")
    page.get_by_role("link", name="See what I follow").click()
    expect(page.locator(".whose")).to_have_text(new)

    job = _part(page, JOB)
    job.get_by_text("When, and a pause").click()
    job.get_by_label("Time zone").fill("Nowhere")
    job.get_by_role("button", name="Save").click()
    expect(_part(page, JOB)).to_contain_text("There is no time zone “Nowhere”.")
    _part(page, JOB).get_by_label("Time zone").fill("Europe/Vienna")
    next_week = (datetime.now(UTC) + timedelta(days=7)).date()
    _part(page, JOB).get_by_label("No mail before").fill(next_week.isoformat())
    _part(page, JOB).get_by_role("button", name="Save").click()
    expect(_part(page, JOB)).to_contain_text("Paused until")
    expect(_part(page, JOB).get_by_label("Time zone")).to_have_value("Europe/Vienna")

    mail = open_mail(page, recipient=old, subject="We write to another address now")
    expect(mail.locator("body")).not_to_contain_text(new)
    mail.get_by_role("link", name="What we have about your address").click()
    expect(page.locator(".whose")).to_have_text(old)
    expect(page.locator("main")).to_contain_text("You follow nothing at present.")


def test_the_page_and_its_mail_speak_german(visitor: BrowserContext) -> None:
    address = "petra@mail.example.net"
    page = visitor.new_page()
    page.goto("/de/jobs/?q=actuary")
    page.get_by_role("link", name=JOB, exact=True).click()
    page.locator("#follow-address").fill(address)
    page.get_by_role("button", name="Folgen", exact=True).click()
    asked = wait_for_mail(page, recipient=address, subject="")
    mail = open_mail(page, recipient=address, subject=asked)
    mail.get_by_role("link", name="Was wir über Ihre Adresse gespeichert haben").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    _part(page, JOB).get_by_role("button", name="Nicht mehr folgen").click()
    expect(page.get_by_role("status")).to_have_text("Sie folgen dem nicht mehr.")


def _all_that_is_followed(page: Page, address: str) -> None:
    page.get_by_role("link", name="What do I follow?").click()
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
    open_mail(page, recipient=address, subject="What you follow").get_by_role("link", name="See what I follow").click()


def _part(page: Page, job: str) -> Locator:
    return page.locator("section.panel").filter(has=page.get_by_role("heading", name=job))
