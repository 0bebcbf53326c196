"""Somebody who signs in with a password, and perhaps more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group, User
from django.test import Client

from cms.models import SignInRules
from tests import passkey, totp

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

PASSWORD: Final = "a long one nobody guesses"
LOGIN: Final = "/admin/login/"
CODE: Final = "/admin/login/code/"
SET_UP: Final = "/admin/account/second-factor/"
APP: Final = f"{SET_UP}app/"
CODES: Final = f"{SET_UP}codes/"
PASSKEYS: Final = f"{SET_UP}passkeys/"
BY_PASSKEY: Final = "/admin/login/passkey/"
HOME: Final = "/admin/"
CARL, MALLORY = "192.0.2.7", "198.51.100.9"
"""Where somebody sits, and where somebody else does."""


@dataclass(frozen=True, slots=True)
class Person:
    user: User
    secret: str = ""

    def codes(self) -> list[str]:
        """The recovery codes that are left."""
        stored = Authenticator.objects.get(user=self.user, type=Authenticator.Type.RECOVERY_CODES)
        left: list[str] = RecoveryCodes(stored).get_unused_codes()
        return left


def person(name: str = "carl", *, role: str = "Publishers", email: str = "carl@board.example.org") -> Person:
    user = User.objects.create_user(name, email, PASSWORD)
    user.groups.set(Group.objects.filter(name=role))
    return Person(user)


def with_app(someone: Person) -> Person:
    """They have an app that makes codes, and recovery codes."""
    secret: str = generate_totp_secret()
    TOTP.activate(someone.user, secret)
    RecoveryCodes.activate(someone.user)
    return Person(someone.user, secret)


def needed(*roles: str, superusers: bool = False) -> None:
    """A second factor is, by these."""
    rules = SignInRules.load()
    rules.superusers = superusers
    rules.save()
    rules.groups.set(Group.objects.filter(name__in=roles))


def at(address: str = CARL) -> Client:
    """A browser there."""
    return Client(REMOTE_ADDR=address)


def password(client: Client, name: str = "carl", said: str = PASSWORD, **more: str) -> Answer:
    return client.post(LOGIN, {"username": name, "password": said, **more})


def is_in(client: Client) -> bool:
    """Whether Wagtail's admin is open to them."""
    return client.get(HOME).status_code == 200


def give(client: Client, code: str) -> int:
    return client.post(CODE, {"code": code}).status_code


def half_in(someone: Person, where: str = CARL) -> Client:
    """After the password."""
    client = at(where)
    assert password(client, someone.user.username).headers["Location"] == CODE
    return client


def whole_in(someone: Person) -> Client:
    client = half_in(someone)
    assert give(client, totp.code(someone.secret)) == 302
    return client


def set_up_app(client: Client) -> str:
    """Gives the key that was shown."""
    shown = client.get(APP).content.decode()
    secret = re.search(r'class="signin-key">(\w+)<', shown)
    assert secret is not None
    answer = client.post(APP, {"code": totp.code(secret[1])})
    assert answer.headers["Location"] == f"{SET_UP}codes/", answer.content
    return secret[1]


THERE: Final = {"Host": passkey.HOST}
"""Where passkeys work."""


def challenge(shown: bytes) -> str:
    """What a passkey is asked to sign, on a page or in JSON."""
    found = re.search(r'"challenge": ?"([^"]+)"', shown.decode())
    assert found is not None, shown
    return found[1]


def add_passkey(client: Client, someone: Person) -> passkey.Passkey:
    """By who has just signed in or confirmed."""
    made = passkey.Passkey(user_pk_to_url_str(someone.user))
    asked = challenge(client.get(f"{PASSKEYS}add/", headers=THERE).content)
    added = client.post(f"{PASSKEYS}add/", {"name": "Phone", "credential": made.made(asked)}, headers=THERE)
    assert added.status_code == 302, added.content
    return made


def asked_of_passkeys(client: Client) -> str:
    """Before anybody has said who they are."""
    return challenge(client.get(BY_PASSKEY, headers={"Accept": "application/json", **THERE}).content)


def by_passkey(shown: passkey.Passkey, where: str = CARL) -> Client:
    """Signed in with it alone."""
    client = at(where)
    credential = {"credential": shown.shown(asked_of_passkeys(client))}
    assert client.post(BY_PASSKEY, credential, headers=THERE).headers["Location"] == HOME
    return client
