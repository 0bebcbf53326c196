"""What a mail provider's webhooks get that is none of its messages is no error either, whoever sends it."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

import pytest
from django.conf import LazySettings
from django.urls import include, path

from config.urls import urlpatterns as of_the_board
from config.webhooks import urlpatterns as webhooks
from tests.integration.attacks.attack import Attack
from tests.integration.attacks.broken import BODIES, METHODS, QUERIES, Body

pytestmark = [
    pytest.mark.integration,
    pytest.mark.django_db,
    # Anymail says so of providers whose support is to end
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning"),
]

JSON: Final = "application/json"
PAYLOADS: Final = (
    b"",
    b"[]",
    b"{}",
    b"[{}]",
    b"null",
    b'"x"',
    b'{"event": 7}',
    b'[{"event": {}, "timestamp": "x"}]',
    b"[" * 5_000,
)
SECRET: Final = "board:a-long-random-word"

urlpatterns = [path("anymail/", include("config.webhooks")), *of_the_board]


@pytest.fixture(autouse=True)
def configured(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = __name__
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


@pytest.mark.parametrize("secret", ["", "board:wrong", SECRET])
def test_nothing_sent_to_a_webhook_is_an_error(secret: str) -> None:
    attack = Attack()
    headers = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    for number, each in enumerate(webhooks):
        address = f"/anymail/{each.pattern}"
        for method in METHODS[number % 4 :: 4]:
            attack.send(method, address, headers=headers)
        for body in BODIES[number % 4 :: 4]:
            attack.send("POST", address, body, query=QUERIES[number], headers=headers)
        for payload in PAYLOADS:
            attack.send("POST", address, Body(payload, JSON), headers=headers)
    assert attack.wrong == {}
