"""What is said to somebody who signs in is no more than text either: their name, their passkey's, what they type."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings

from tests.integration.attacks.hostile_board import HOSTILE_NAME
from tests.integration.attacks.judge import Documents, complaints
from tests.integration.attacks.payloads import MARK, PAYLOADS, handfuls
from tests.integration.signin.people import (
    APP,
    CODE,
    CODES,
    LOGIN,
    PASSKEYS,
    SET_UP,
    THERE,
    add_passkey,
    at,
    half_in,
    password,
    person,
    whole_in,
    with_app,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ACCOUNT: Final = "/admin/account/"


@pytest.fixture(autouse=True)
def hostile_settings(settings: LazySettings) -> None:
    settings.WAGTAIL_SITE_NAME = settings.BOARD_NAME = HOSTILE_NAME
    settings.SIGN_IN_TRIES_PER_CLIENT = settings.SIGN_IN_TRIES = settings.CODE_TRIES_PER_ACCOUNT = 1_000_000
    settings.AXES_ENABLED = False


def test_names_of_people_and_passkeys_are_text() -> None:
    someone = with_app(person())
    someone.user.first_name = someone.user.last_name = HOSTILE_NAME
    someone.user.save()
    client, documents = whole_in(someone), Documents()
    add_passkey(client, someone)
    added = Authenticator.objects.get(user=someone.user, type=Authenticator.Type.WEBAUTHN)
    passkey = f"{PASSKEYS}{added.pk}/"
    assert client.post(passkey, {"name": HOSTILE_NAME}, headers=THERE).status_code == 302
    for address in (
        SET_UP,
        passkey,
        f"{passkey}remove/",
        f"{APP}remove/",
        CODES,
        ACCOUNT,
        f"{ACCOUNT}confirm/passkey/",
    ):
        answer = client.get(address, headers=THERE, follow=True)
        assert answer.status_code == 200, address
        documents.add(address, answer.text)
    assert MARK in documents.html[SET_UP]
    assert complaints(documents) == {}


def test_what_somebody_types_who_is_not_signed_in_is_text() -> None:
    someone, documents = with_app(person()), Documents()
    for payloads in handfuls(PAYLOADS):
        text = " ".join(payloads)
        shown = at().get(f"{LOGIN}?next={quote(text)}")
        documents.add(f"asked for the password, then {text}", shown.text)
        refused = password(at(), name=text, said=text, next=text)
        documents.add(f"a wrong password: {text}", refused.text)
        wrong = half_in(someone).post(CODE, {"code": text, "next": text})
        assert shown.status_code == refused.status_code == wrong.status_code == 200
        documents.add(f"a wrong code: {text}", wrong.text)
    assert any(MARK in html for html in documents.html.values())
    assert complaints(documents) == {}
