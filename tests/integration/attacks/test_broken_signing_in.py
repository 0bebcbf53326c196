"""What is sent by hand to the screens for signing in, by strangers first of all, is no error either."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client

from cms.signin.urls import urlpatterns
from tests import passkey
from tests.integration.attacks.attack import Attack
from tests.integration.attacks.broken import BODIES, FORM, QUERIES, VALUES, Body
from tests.integration.signin.people import (
    BY_PASSKEY,
    CODE,
    PASSKEYS,
    THERE,
    Person,
    add_passkey,
    asked_of_passkeys,
    challenge,
    half_in,
    is_in,
    person,
    whole_in,
    with_app,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NAMES: Final = ("username", "password", "remember", "next", "email", "code", "credential", "name", "passwordless")
ODD: Final[tuple[object, ...]] = (
    None,
    True,
    7,
    10**30,
    -1.5,
    "",
    "\x00\ud800",
    "é",
    "AAAA",
    "a" * 5_000,
    [],
    [[]],
    {},
    {"a": {}},
    "o" * 43,
)
NO_JSON: Final = (
    "[" * 100_000,
    "1" * 20_000,
    "NaN",
    "{",
    '"',
    "null",
    "0",
    "false",
    "[]",
    "{}",
    '{"id": "x"}',
    '{"rawId": "x"}',
    "\x00",
)


@pytest.fixture(autouse=True)
def no_limits(settings: LazySettings) -> None:
    settings.SIGN_IN_TRIES_PER_CLIENT = settings.SIGN_IN_TRIES = settings.CODE_TRIES_PER_ACCOUNT = 1_000_000
    settings.AXES_ENABLED = False


@pytest.fixture
def someone() -> Person:
    return with_app(person())


type Coming = Callable[[Person], Client]
AS: Final[dict[str, Coming]] = {"a stranger": lambda _: Client(), "half in": half_in, "signed in": whole_in}


@pytest.mark.parametrize("coming", AS.values(), ids=AS)
def test_nothing_sent_to_a_screen_for_signing_in_is_an_error(someone: Person, coming: Coming) -> None:
    client = coming(someone)
    client.raise_request_exception = False
    attack = Attack(client)
    for address in addresses():
        for query in QUERIES[:4]:
            attack.send("GET", address, query=query)
        for body in (*forms(), *BODIES[:7]):
            attack.send("POST", address, body)
    assert attack.wrong == {}
    assert attack.sent > 200


@pytest.mark.parametrize("address", [BY_PASSKEY, CODE, "/admin/account/confirm/passkey/", f"{PASSKEYS}add/"])
def test_a_credential_that_no_browser_sends_is_a_wrong_one(someone: Person, address: str) -> None:
    owner = whole_in(someone)
    add_passkey(owner, someone)
    client = {BY_PASSKEY: Client(), CODE: half_in(someone)}.get(address, owner)
    client.raise_request_exception = False
    for credential in credentials(client, address):
        answer = client.post(address, {"credential": credential, "name": "Phone"}, headers=THERE)
        assert answer.status_code in (200, 302), credential[:300]
    assert is_in(client) == (client is owner)
    assert [each.wrap().name for each in Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)] == ["Phone"]


def addresses() -> list[str]:
    """What has an address there; one does not sign out, for the others' sake."""
    routes = [str(each.pattern) for each in urlpatterns]
    return sorted({f"/admin/{route.replace('<int:pk>', '1')}" for route in routes} - {"/admin/logout/"})


def forms() -> Iterator[Body]:
    for value in VALUES[::4]:
        yield Body(urlencode([(name, unquote_to_bytes(value)) for name in NAMES]).encode(), FORM)
    for name in NAMES:
        yield Body(urlencode({name: '{"id": "x"}'}).encode(), FORM)


def credentials(client: Client, address: str) -> Iterator[str]:
    """A right one of somebody else with one thing in it missing or odd, thing by thing; and what is none at all."""
    made = passkey.Passkey("1")
    if address == BY_PASSKEY:
        right = made.shown(asked_of_passkeys(client))
    else:
        asked = challenge(client.get(address, headers=THERE).content)
        right = made.made(asked) if address.endswith("add/") else made.shown(asked)
    yield from NO_JSON
    for path in (
        ("id",),
        ("rawId",),
        ("type",),
        ("response",),
        *(("response", key) for key in json.loads(right)["response"]),
    ):
        for odd in (*ODD, "missing"):
            broken = json.loads(right)
            inner = broken["response"] if len(path) == 2 else broken
            if odd == "missing":
                del inner[path[-1]]
            else:
                inner[path[-1]] = odd
            yield json.dumps(broken)
