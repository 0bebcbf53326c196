"""What is kept of passwords takes as much work to guess as OWASP asks for."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import ScryptPasswordHasher, identify_hasher, make_password
from django.contrib.auth.models import User
from django.test import RequestFactory

from config.settings.signin import PASSWORD_HASHERS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PASSWORD = "four words of nothing"
APPROVED = {1: 2**17, 2: 2**16, 3: 2**15}
"""The least work by how many times it is done, with blocks of 8 (OWASP ASVS 5.0, appendix C)."""


@pytest.fixture(autouse=True)
def as_in_production(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


def costs(encoded: str) -> tuple[int, int, int]:
    told = identify_hasher(encoded).decode(encoded)
    return told["work_factor"], told["block_size"], told["parallelism"]


def test_a_password_is_kept_by_as_much_work_as_owasp_asks_for() -> None:
    encoded = make_password(PASSWORD)
    assert encoded.startswith("scrypt$")
    work, block, times = costs(encoded)
    assert block == 8
    assert work >= APPROVED[min(times, 3)]


def test_what_was_kept_by_less_work_is_kept_anew_when_its_owner_signs_in() -> None:
    hasher = ScryptPasswordHasher()
    user = User.objects.create(username="ana", password=hasher.encode(PASSWORD, hasher.salt()))
    request = RequestFactory().post("/admin/login/")
    assert authenticate(request, username="ana", password="something else") is None
    assert authenticate(request, username="ana", password=PASSWORD) == user
    user.refresh_from_db()
    assert costs(user.password) == costs(make_password(PASSWORD))
    assert authenticate(request, username="ana", password=PASSWORD) == user
