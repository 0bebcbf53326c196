"""Every screen of ours below Wagtail's admin, as everybody who may come there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from wagtail import hooks
from wagtail.admin.models import EditingSession
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.models import BaseLogEntry, PageSubscription
from wagtail.users.models import UserProfile

from notifications.models import AddressLookup
from tests.integration.cms.admin_world import ADMIN, World
from tests.integration.cms.screens import (
    BULK,
    EVERYBODY,
    LED_ON,
    LOG_IN,
    NO_SUCH_METHOD,
    NO_TOKEN,
    NOT_FOUND,
    OK,
    REFUSED,
    SCREENS,
    Screen,
)
from tests.integration.notifications import people

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

OUR_PACKAGES: Final = ("cms", "notifications", "adapters", "config")

ROLES: Final[Mapping[str, Callable[[], Client]]] = {
    "anonymous": Client,
    "editor": people.editor,
    "publisher": people.publisher,
    "trusted": people.trusted,
    "administrator": people.administrator,
}
BEFORE_ANYTHING_ELSE: Final = frozenset({"login/", "login/passkey/", "password_reset/"})
"""They are for people who are not signed in; see `tests/integration/signin`."""
WAGTAILS_OWN_NOTES: Final = frozenset({Session, EditingSession, PageSubscription, UserProfile})
"""Of who is looking at what: written when somebody only looks."""

type Rows = Mapping[str, list[tuple[object, ...]]]


@pytest.fixture
def world(settings: LazySettings) -> World:
    settings.SETTLING_TIME = 300
    return World()


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_what_they_may_see_and_changes_nothing_by_it(world: World, role: str) -> None:
    client = ROLES[role]()
    before = stored()
    wanted = {screen.address: expected(role, screen.seen_by, screen.shown) for screen in SCREENS}
    assert {screen.address: outcome(client.get(world.url(screen))) for screen in SCREENS} == wanted
    # Wagtail's bulk actions answer no HEAD
    wanted |= {screen.address: NO_SUCH_METHOD for screen in SCREENS if wanted[screen.address] == OK and is_bulk(screen)}
    assert {screen.address: outcome(client.head(world.url(screen))) for screen in SCREENS} == wanted
    assert stored() == before


@pytest.mark.parametrize("role", ROLES)
def test_what_somebody_may_not_do_is_refused_and_changes_nothing(world: World, role: str) -> None:
    client = ROLES[role]()
    tried = [screen for screen in SCREENS if role not in screen.done_by or not screen.changes]
    forms = {screen.address: world.form(screen) for screen in tried}
    before = stored()
    outcomes = {screen.address: outcome(client.post(world.url(screen), forms[screen.address])) for screen in tried}
    assert outcomes == {screen.address: expected(role, screen.done_by, screen.answer) for screen in tried}
    assert stored() == before


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_what_somebody_may_do_is_done(world: World, role: str) -> None:
    client = ROLES[role]()
    tried = [screen for screen in SCREENS if role in screen.done_by and screen.changes]
    assert {screen.address: done(client, world, screen) for screen in tried} == {
        screen.address: (screen.answer, True, True) for screen in tried
    }


def test_nothing_is_done_without_the_token_of_a_form(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("somebody"))
    forms = {screen.address: world.form(screen) for screen in SCREENS}
    before = stored()
    for screen in SCREENS:
        assert outcome(client.post(world.url(screen), forms[screen.address])) == NO_TOKEN, screen.address
    assert stored() == before


def test_what_is_not_there_is_not_found() -> None:
    client = people.administrator()
    addresses = [filled for route in ours() if (filled := with_unknown_keys(route)) != f"/{route}"]
    assert len(addresses) > 20
    for address in addresses:
        assert outcome(client.get(address)) in (NOT_FOUND, NO_SUCH_METHOD), address
        assert outcome(client.post(address)) in (NOT_FOUND, NO_SUCH_METHOD), address


def test_no_screen_is_forgotten(world: World) -> None:
    walked = {resolve(world.url(screen).partition("?")[0]).route for screen in SCREENS}
    assert ours() - walked - {f"admin/{address}" for address in BEFORE_ANYTHING_ELSE} == set()
    assert bulk_actions() - {world.url(screen).partition("?")[0] for screen in SCREENS} == set()


def ours() -> Set[str]:
    """The routes below the admin that lead to a view of ours, and Wagtail's for our models and in our lists."""
    routes = [route for route in _routes(get_resolver()) if f"/{route[0]}".startswith(ADMIN)]
    spaces = {space for _, space, module in routes if space and _is_ours(module)}
    of_models = tuple(f"_{package}_" for package in OUR_PACKAGES)
    return {
        route
        for route, space, module in routes
        if _is_ours(module) or space in spaces or any(part in space for part in of_models)
    }


def bulk_actions() -> Set[str]:
    return {
        reverse("wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, action.action_type])
        for action in hooks.get_hooks("register_bulk_action")
        if isinstance(action, type) and issubclass(action, BulkAction) and _is_ours(action.__module__)
        for model in action.models
    }


def _routes(above: URLResolver, path: str = "", space: str = "") -> Iterator[tuple[str, str, str]]:
    """Each route with its namespace and the module of its view."""
    for each in above.url_patterns:
        if isinstance(each, URLResolver):
            yield from _routes(each, path + str(each.pattern), each.namespace or space)
        else:
            yield path + str(each.pattern), space, _module(each)


def _module(pattern: URLPattern) -> str:
    view = pattern.callback
    module: str = getattr(view, "view_class", view).__module__
    return module


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in OUR_PACKAGES


def with_unknown_keys(route: str) -> str:
    return "/" + re.sub(r"<uuid:\w+>", str(uuid4()), re.sub(r"<(?:int|str):\w+>", "987654321", route))


def expected(role: str, allowed: Set[str], answer: str) -> str:
    if role == "anonymous":
        return LOG_IN
    return answer if role in allowed else REFUSED


def is_bulk(screen: Screen) -> bool:
    return screen.address.startswith(BULK)


def done(client: Client, world: World, screen: Screen) -> tuple[str, bool, bool]:
    """How it was answered, whether it changed anything, and whether it is noted who did. All is as before afterwards."""
    form = world.form(screen)
    with transaction.atomic():
        before, noted_before = stored(), noted()
        answer = outcome(client.post(world.url(screen), form))
        changed, is_noted = stored() != before, noted() > noted_before
        transaction.set_rollback(True)
    return answer, changed, is_noted


def noted() -> int:
    """How much is in the logs of what was done by whom."""
    logs: list[type[Model]] = [
        AddressLookup,
        *(model for model in apps.get_models() if issubclass(model, BaseLogEntry)),
    ]
    return sum(model._base_manager.exclude(user=None).count() for model in logs)


def outcome(answer: Answer) -> str:
    if answer.status_code != HTTPStatus.FOUND:
        return str(answer.status_code)
    match answer.headers["Location"].partition("?")[0]:
        case "/admin/login/":
            return LOG_IN
        case "/admin/":
            said = [str(message) for message in get_messages(answer.wsgi_request)]
            return REFUSED if any("do not have permission" in words for words in said) else "home without a word"
        case _:
            return LED_ON


def stored() -> Rows:
    """All that is in the database."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model not in WAGTAILS_OWN_NOTES and not model._meta.proxy and model._meta.managed
    }
