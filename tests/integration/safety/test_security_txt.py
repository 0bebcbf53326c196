"""Who finds a hole learns whom to tell."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ADDRESS = "/.well-known/security.txt"


def test_nobody_is_named_if_the_operator_names_nobody() -> None:
    assert Client().get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("security@example.org", "mailto:security@example.org"),
        ("https://example.org/holes", "https://example.org/holes"),
    ],
)
def test_it_has_what_the_standard_asks_for(settings: LazySettings, contact: str, shown: str) -> None:
    settings.SECURITY_CONTACT = contact
    answer = Client().get(ADDRESS)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == shown
    assert fields["Canonical"] == f"http://testserver{ADDRESS}"
    assert fields["Preferred-Languages"] == "en, de"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=366)


def test_a_contact_that_is_none_is_refused_at_the_start() -> None:
    environment = os.environ | {"SECURITY_CONTACT": "nobody", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, "-c", "import config.settings.safety"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "SECURITY_CONTACT is neither" in result.stderr
