"""A browser and a running demo, once for all tests of this package: while it is open, Playwright keeps an event loop in the thread."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, expect

from tests.browser import chromium, demo

expect.set_options(timeout=20_000)
"""Milliseconds: machines that run tests are busy."""


@pytest.fixture(scope="package")
def violations() -> list[str]:
    """What pages have tried since the test began that their Content Security Policy forbids."""
    return []


@pytest.fixture(scope="package")
def browser(violations: list[str]) -> Iterator[Browser]:
    path = chromium.executable()
    if path is None:
        message = "There is no Chromium: apt-get install chromium, or uv run playwright install chromium."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with chromium.launched(path) as launched:
        launched.on("context", lambda context: context.on("console", lambda said: _note(said, violations)))
        yield launched


def _note(said: ConsoleMessage, violations: list[str]) -> None:
    """Chromium says each violation in the console, also where scripts are off."""
    if said.type in {"error", "warning"} and "security policy" in said.text.lower().replace("-", " "):
        violations.append(f"{said.page.url if said.page else 'some page'}: {said.text}")


@pytest.fixture(autouse=True)
def nothing_is_against_the_policy(violations: list[str]) -> Iterator[None]:
    violations.clear()
    yield
    assert violations == []


@pytest.fixture(scope="package")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo with fresh content."""
    with demo.running(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, board: str) -> Iterator[BrowserContext]:
    """A visitor without scripts: everything public has to work without them."""
    context = browser.new_context(base_url=board, java_script_enabled=False)
    yield context
    context.close()
