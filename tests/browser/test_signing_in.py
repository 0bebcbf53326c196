"""Passkeys, codes and recovery codes, in a browser that has an authenticator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from config.demo.accounts import ADMINISTRATOR, PASSWORD
from tests import clock, totp
from tests.browser import demo
from tests.browser.test_accessibility import SIZES, issues

pytestmark = pytest.mark.browser

ADMIN: Final = "the/office"
HOME: Final = re.compile(f"^[^?]*/{ADMIN}/$")
OVERVIEW: Final = f"/{ADMIN}/account/second-factor/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signing-in")


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[str]:
    """A demo whose admin is not where it usually is."""
    with demo.running(folder, ADMIN_PATH=ADMIN) as address:
        yield address


@contextmanager
def somebody(browser: Browser, office: str) -> Iterator[Page]:
    context = browser.new_context(base_url=office)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser, office: str) -> Iterator[Page]:
    with somebody(browser, office) as page:
        yield page


def authenticator(context: BrowserContext, page: Page) -> None:
    """Something that keeps passkeys, such as a phone: its owner is there and shows a finger."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def password(page: Page, username: str) -> None:
    page.goto(f"/{ADMIN}/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    page.context.request.post(f"/{ADMIN}/logout/", form={"csrfmiddlewaretoken": token})
    page.goto(f"/{ADMIN}/")
    expect(page).to_have_url(re.compile("/login/"))


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def set_up_app(page: Page) -> str:
    """Gives the key."""
    page.goto(OVERVIEW)
    page.get_by_role("link", name="Add an app that makes codes").click()
    secret = page.locator(".signin-key").inner_text()
    expect(page.locator(".signin-qr")).to_be_visible()
    page.get_by_label("Authenticator code").fill(totp.code(secret))
    page.get_by_role("button", name="Add it").click()
    return secret


def test_a_passkey_is_set_up_and_then_signs_in_alone_and_after_the_password(page: Page) -> None:
    authenticator(page.context, page)
    password(page, "publisher")
    expect(page).to_have_url(HOME)
    page.goto(f"/{ADMIN}/account/")
    page.get_by_role("tab", name="More actions").click()
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="on to the admin").click()
    expect(page).to_have_url(HOME)

    sign_out(page)
    page.goto(f"/{ADMIN}/jobs/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(f"^[^?]*/{ADMIN}/jobs/$"))

    sign_out(page)
    password(page, "publisher")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.goto(f"/{ADMIN}/")
    expect(page).to_have_url(re.compile("/login/"))
    page.goto(f"/{ADMIN}/login/code/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(HOME)

    page.goto(OVERVIEW)
    expect(page.locator(".signin-factors")).to_contain_text("My phone")
    page.get_by_role("link", name="Remove My phone").click()
    page.get_by_role("button", name="Yes, remove it").click()
    expect(page.get_by_role("link", name="Add a passkey")).to_be_visible()
    expect(page.locator(".signin-factors")).to_have_count(0)


def test_a_browser_without_the_passkey_is_told_so(page: Page) -> None:
    authenticator(page.context, page)
    page.goto(f"/{ADMIN}/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).to_have_url(re.compile("/login/"))


def test_codes_and_recovery_codes_sign_in_once_each_and_whoever_guesses_waits(
    browser: Browser, office: str, folder: Path, page: Page
) -> None:
    password(page, "editor")
    expect(page).to_have_url(HOME)
    assert '"/admin/' not in page.content()
    secret = set_up_app(page)
    expect(page.locator(".signin-codes li")).to_have_count(10)
    codes = page.locator(".signin-codes li").all_inner_texts()
    clock.set_ahead(folder, timedelta(minutes=3))
    six = 3 * 60 // totp.PERIOD

    sign_out(page)
    password(page, "editor")
    code = totp.code(secret, ahead=six)
    type_code(page, code)
    expect(page).to_have_url(HOME)
    with somebody(browser, office) as other:
        password(other, "editor")
        type_code(other, code)
        expect(other.locator(".w-field__errors")).to_contain_text("Incorrect code")
        type_code(other, codes[0])
        expect(other).to_have_url(HOME)
    with somebody(browser, office) as other:
        password(other, "editor")
        type_code(other, codes[0])
        expect(other.locator(".w-field__errors")).to_contain_text("Incorrect code")
        for _ in range(4):  # that makes more than five, with the two that were good before
            type_code(other, "000000")
        expect(other.get_by_role("heading", name="Too many tries")).to_be_visible()
        expect(other.get_by_text("Please wait for")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_axe_finds_nothing_on_the_screens_for_signing_in(
    browser: Browser, office: str, scheme: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=office, viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    found = {}

    def look(name: str) -> None:
        found[name] = issues(page, "main")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    password(page, ADMINISTRATOR)
    expect(page).to_have_url(HOME)
    for address in ("", "app/", "passkeys/add/"):
        page.goto(f"{OVERVIEW}{address}")
        look(address)
    page.goto(f"/{ADMIN}/users/1/second-factor/reset/")
    look("reset")
    page.goto(f"/{ADMIN}/settings/cms/signinrules/")
    look("rules")
    context.close()
    assert found == {name: [] for name in found}
