"""What holds for every page that a token in its address opens. One that is not in the table below is found by the first test."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Final, override
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from adapters.tokens import LIFETIME, Purpose, sign, sign_dated
from jobs_domain.digests import Frequency
from jobs_domain.topics import JobSearch
from notifications.models import AddressChange, Kind, Notification
from notifications.preferences.links import manage_url
from tests.integration.notifications.rows import every_row
from tests.integration.notifications.world import ask, follow, show, work
from tests.integration.validator import complaints
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ADMIN: Final = "admin/"
"""Signing in to the admin is Wagtail's."""
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class World:
    """What there is that tokens are about."""

    asked: UUID
    followed: UUID
    change: UUID
    question: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`about` is what its token names; `late` what it answers to a good token that is older than seven days."""

    purpose: Purpose
    about: Callable[[World], UUID]
    is_dated: bool = False
    late: int = 200
    methods: frozenset[str] = frozenset({"GET", "POST"})

    def token(self, world: World, *, purpose: Purpose | None = None) -> str:
        write = sign_dated if self.is_dated else sign
        return write(purpose or self.purpose, self.about(world))


PAGES: Final = {
    "subscriptions:confirm": Page(purpose=Purpose.CONFIRM, about=lambda world: world.asked, late=410),
    "subscriptions:renew": Page(purpose=Purpose.CONFIRM, about=lambda world: world.asked, methods=frozenset({"POST"})),
    "subscriptions:end": Page(purpose=Purpose.END, about=lambda world: world.followed),
    "preferences:manage": Page(purpose=Purpose.MANAGE, about=lambda world: world.followed, is_dated=True, late=410),
    "preferences:sign_in_again": Page(
        purpose=Purpose.MANAGE, about=lambda world: world.followed, is_dated=True, late=303, methods=frozenset({"POST"})
    ),
    "preferences:download": Page(
        purpose=Purpose.MANAGE,
        about=lambda world: world.followed,
        is_dated=True,
        late=410,
        methods=frozenset({"GET"}),
    ),
    "preferences:ask_to_move": Page(
        purpose=Purpose.MANAGE, about=lambda world: world.followed, is_dated=True, late=410
    ),
    "preferences:erase": Page(purpose=Purpose.MANAGE, about=lambda world: world.followed, is_dated=True, late=410),
    "preferences:move": Page(purpose=Purpose.MOVE, about=lambda world: world.change, is_dated=True, late=404),
    "preferences:keep": Page(purpose=Purpose.KEEP, about=lambda world: world.question),
    "preferences:leave_all": Page(purpose=Purpose.END_ALL, about=lambda world: world.question),
}
OPENED: Final = [(name, method) for name, page in PAGES.items() for method in sorted(page.methods)]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(client: Client, clock: time_machine.Traveller, settings: LazySettings) -> World:
    settings.INTEREST_AFTER_DAYS, settings.ASKS_PER_CLIENT = 1, 0
    show()
    followed = follow(ANA)
    follow(ANA, JobSearch(text="baker"), frequency=Frequency.DAILY)
    clock.shift(timedelta(days=1))
    work()
    client.post(f"{path(manage_url(followed))}address/", {"address": "new@example.org"})
    asked = ask(BEN)
    work()
    return World(
        asked=asked,
        followed=followed,
        change=AddressChange.objects.get().pk,
        question=Notification.objects.get(kind=Kind.INTEREST).pk,
    )


def path(url: str) -> str:
    return url.removeprefix("http://testserver")


def address(name: str, world: World) -> str:
    return reverse(name, args=[PAGES[name].token(world)])


def opened(client: Client, method: str, url: str) -> HttpResponse:
    """As on a device that never was here before; a browser's form says where it comes from."""
    answer = client.generic(method, url, headers={"User-Agent": "another device", "Sec-Fetch-Site": "same-origin"})
    assert isinstance(answer, HttpResponse)
    return answer


def routes(
    patterns: list[URLPattern | URLResolver], before: str = "", namespace: str = ""
) -> Iterator[tuple[str, str]]:
    """Route and full name of each page."""
    for each in patterns:
        route = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            inside = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from routes(each.url_patterns, route, inside)
        else:
            yield route, f"{namespace}{each.name}"


def test_every_page_that_a_token_opens_is_in_the_table() -> None:
    found = {name for route, name in routes(get_resolver().url_patterns) if "token" in route and ADMIN not in route}
    assert found == set(PAGES)
    behind = {name for route, name in routes(get_resolver().url_patterns) if route.startswith("subscriptions/")}
    assert {name for name in behind if name not in PAGES} == {"preferences:sign_in", "preferences:sign_in_sent"}
    assert {page.purpose for page in PAGES.values()} == set(Purpose)


@pytest.mark.parametrize(("name", "method"), OPENED)
def test_it_works_on_any_device_without_a_cookie(world: World, name: str, method: str) -> None:
    answer = opened(Client(enforce_csrf_checks=True), method, address(name, world))
    assert answer.status_code in ({200} if method == "GET" else {200, 303, 422})
    assert not answer.cookies


@pytest.mark.parametrize("prefix", ["", "/de"])
@pytest.mark.parametrize("is_good", [True, False])
@pytest.mark.parametrize(("name", "method"), [*OPENED, *((name, "HEAD") for name in PAGES)])
def test_it_passes_its_address_on_to_nobody_and_is_neither_kept_nor_indexed(
    client: Client, world: World, name: str, method: str, *, is_good: bool, prefix: str
) -> None:
    url = address(name, world) if is_good else reverse(name, args=["forged"])
    answer = opened(client, method, f"{prefix}{url}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert {"no-store", "private"} <= {part.strip() for part in answer.headers["Cache-Control"].split(",")}
    assert not answer.cookies
    if answer.content and answer.headers["Content-Type"].startswith("text/html"):
        page = Loaded(answer.content.decode())
        assert page.names["robots"] == "noindex"
        assert page.names["referrer"] == "no-referrer"
        assert page.loaded
        assert not [url for url in page.loaded if urlsplit(url).netloc or urlsplit(url).scheme]
        assert "script" not in page.tags


@pytest.mark.parametrize("name", PAGES)
def test_the_address_of_its_reader_is_not_in_it(world: World, name: str) -> None:
    token = PAGES[name].token(world)
    pieces = [token, *(urlsafe_b64decode(f"{piece}==").decode("latin-1") for piece in token.split("."))]
    assert not any("example" in piece.lower() for piece in pieces)
    assert len(token) < 90
    other = PAGES[name].token(World(*[UUID(int=number) for number in range(4)]))
    assert len(other) == len(token)


@pytest.mark.parametrize("name", PAGES)
def test_a_token_for_anything_else_opens_nothing_and_changes_nothing(client: Client, world: World, name: str) -> None:
    page = PAGES[name]
    good = page.token(world)
    others = [page.token(world, purpose=purpose) for purpose in Purpose if purpose is not page.purpose]
    others += [other.token(world) for other in PAGES.values() if other.purpose is not page.purpose]
    others += [sign(page.purpose, page.about(world)) if page.is_dated else sign_dated(page.purpose, page.about(world))]
    others += [
        f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        f"{'A' if good[0] != 'A' else 'B'}{good[1:]}",
        good[:-4],
    ]
    before = every_row()
    for token in others:
        for method in sorted(page.methods):
            assert opened(client, method, reverse(name, args=[token])).status_code == 404
    assert every_row() == before


@pytest.mark.parametrize(("name", "method"), OPENED)
def test_it_opens_as_long_as_the_key_that_signed_it_is_a_fallback(
    client: Client, world: World, settings: LazySettings, name: str, method: str
) -> None:
    url = address(name, world)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a new key"
    assert opened(client, method, url).status_code == 404
    settings.SECRET_KEY_FALLBACKS = ["an older one", old]
    assert opened(client, method, url).status_code in {200, 303, 422}


@pytest.mark.parametrize(("name", "method"), OPENED)
def test_links_to_confirm_and_to_sign_in_live_seven_days_and_those_to_leave_for_ever(
    client: Client, world: World, clock: time_machine.Traveller, name: str, method: str
) -> None:
    url = address(name, world)
    page = PAGES[name]
    clock.shift(LIFETIME - SECOND)
    assert opened(client, "GET", url).status_code == (200 if "GET" in page.methods else 405)
    clock.shift(2 * SECOND)
    before = every_row()
    answer = opened(client, method, url)
    assert answer.status_code == page.late
    if page.late in {404, 410}:
        assert every_row() == before
    if page.late == 200 and method == "GET":
        clock.shift(timedelta(days=20 * 365))
        assert opened(client, "GET", url).status_code == 200


def test_it_is_valid_html_in_every_language(world: World, tmp_path: Path) -> None:
    in_order = sorted(OPENED, key=lambda each: each[1])  # nothing is done before all is looked at
    for (name, method), language in product(in_order, ("en", "de")):
        answer = opened(Client(), method, f"/{language}{address(name, world)}")
        if answer.headers["Content-Type"].startswith("text/html") and answer.content:
            (tmp_path / f"{language} {name} {method}.html").write_bytes(answer.content)
    assert len([*tmp_path.iterdir()]) > 2 * len(PAGES)
    assert complaints(tmp_path) == []


class Loaded(HTMLParser):
    """What a browser loads with a page, and where it sends forms; and what the page says of itself."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.names: dict[str, str] = {}
        self.tags: set[str] = set()
        self.feed(markup)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "meta" and "name" in own:
            self.names[own["name"]] = own.get("content", "")
        self.loaded += [
            own[name] for name in ("src", "srcset", "poster", "data", "action", "formaction") if name in own
        ]
        if tag == "link" and own.get("rel") not in {"alternate", "canonical"}:
            self.loaded.append(own["href"])
        assert "style" not in own or "url(" not in own["style"]
