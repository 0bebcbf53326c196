"""Guessing passwords, and what passwords must be."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import timezone

from adapters.models import Allowance
from cms.models import PasswordAsked
from cms.signin import links, tidying
from config.settings import signin
from tests.integration.signin.people import CARL, MALLORY, at, is_in, password, person

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

RESET = "/admin/password_reset/"


def test_who_mistypes_a_few_times_still_gets_in() -> None:
    person()
    client = at()
    for _ in range(4):
        assert password(client, said="mistyped").status_code == 200
    assert password(client).headers["Location"] == "/admin/"
    assert is_in(client)


def test_who_guesses_has_to_wait_and_is_told_for_how_long() -> None:
    person()
    client = at(MALLORY)
    answers = [password(client, said=f"guess {number}") for number in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) in range(14 * 60, 15 * 60 + 1)
    assert "Please wait for 15 minutes" in answers[-1].content.decode()
    assert password(client).status_code == 429, "the right one is not even looked at"
    assert not is_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert password(client).status_code == 302


def test_trying_on_while_one_has_to_wait_does_not_make_it_longer() -> None:
    person()
    client, start = at(MALLORY), timezone.now()
    for number in range(6):
        with time_machine.travel(start + timedelta(minutes=number)):
            password(client, said="guess")
    with time_machine.travel(start + timedelta(minutes=20)):
        assert password(client).status_code == 302


def test_guessing_shuts_nobody_out_elsewhere() -> None:
    person()
    for number in range(8):
        password(at(MALLORY), said=f"guess {number}")
    assert password(at(CARL)).status_code == 302


def test_nobody_learns_whether_there_is_such_an_account() -> None:
    person()
    known = [password(at(MALLORY), "carl", "guess") for _ in range(6)]
    unknown = [password(at(MALLORY), "nora", "guess") for _ in range(6)]
    assert [answer.status_code for answer in known] == [answer.status_code for answer in unknown]
    answers = (known[0], known[-1], unknown[0], unknown[-1])
    said = [re.sub(r"\b\w{64}\b", "a token", answer.content.decode().replace("nora", "carl")) for answer in answers]
    assert said[:2] == said[2:]


@pytest.mark.parametrize("where", ["2001:db8::1", "2001:db8::ffff"])
def test_a_network_of_ipv6_is_one_client(where: str) -> None:
    person()
    for number in range(5):
        password(at("2001:db8::7"), said=f"guess {number}")
    assert password(at(where)).status_code == 429


def test_a_client_may_fail_so_often_whatever_the_accounts(settings: LazySettings) -> None:
    settings.SIGN_IN_TRIES_PER_CLIENT = 7
    person()
    client = at(MALLORY)
    assert [password(client, f"user{number}", "guess").status_code for number in range(8)] == [200] * 7 + [429]
    assert password(client).status_code == 429
    assert password(at(CARL)).status_code == 302


def test_signing_in_uses_nothing_up(settings: LazySettings) -> None:
    settings.SIGN_IN_TRIES_PER_CLIENT = 2
    person()
    assert [password(at()).status_code for _ in range(5)] == [302] * 5


def test_the_client_is_the_one_before_trusted_proxies(settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    person()
    for number in range(6):
        at("10.0.0.1").post(
            "/admin/login/", {"username": "carl", "password": f"{number}"}, headers={"X-Forwarded-For": MALLORY}
        )
    right = {"username": "carl", "password": "a long one nobody guesses"}
    assert at("10.0.0.1").post("/admin/login/", right, headers={"X-Forwarded-For": MALLORY}).status_code == 429
    assert at("10.0.0.1").post("/admin/login/", right, headers={"X-Forwarded-For": CARL}).status_code == 302


def test_no_address_and_no_name_is_kept_of_who_guesses() -> None:
    person()
    password(at(MALLORY), said="guess")
    kept = str(AccessAttempt.objects.values_list()[0])
    assert MALLORY not in kept
    assert "carl" not in kept
    assert "guess" not in kept
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        tidying.forget()
    assert not AccessAttempt.objects.exists()


def test_a_password_is_long_not_well_known_and_not_the_name() -> None:
    user = User(username="bartholomew", email="bartholomew@board.example.org")
    validate_password("correct horse battery", user)
    validate_password("271828182845", user)
    for bad in ("short one", "1q2w3e4r5t6y", "bartholomew1"):
        with pytest.raises(ValidationError):
            validate_password(bad, user)


def test_passwords_are_stored_by_scrypt_and_older_ones_are_stored_anew_when_they_are_used() -> None:
    with override_settings(PASSWORD_HASHERS=signin.PASSWORD_HASHERS[1:]):
        user = person().user
    assert user.password.startswith("pbkdf2_sha256$")
    with override_settings(PASSWORD_HASHERS=signin.PASSWORD_HASHERS):
        assert get_hasher().algorithm == "scrypt"
        assert password(at()).status_code == 302
    user.refresh_from_db()
    assert user.password.startswith("scrypt$")


def test_a_link_to_set_the_password_anew_is_sent_to_who_has_an_account_by_a_worker() -> None:
    person()
    for address in ("carl@board.example.org", "nora@board.example.org"):
        assert at().post(RESET, {"email": address}).headers["Location"] == "/admin/password_reset/done/"
    assert mail.outbox == []
    assert links.send() == 2
    assert [message.to for message in mail.outbox] == [["carl@board.example.org"]]
    assert "http://testserver/admin/password_reset/confirm/" in mail.outbox[0].body
    assert not PasswordAsked.objects.exists()
    assert links.send() == 0


def test_links_to_set_a_password_anew_are_sent_so_often_only() -> None:
    person()
    same = [at(f"192.0.2.{number}").post(RESET, {"email": "carl@board.example.org"}) for number in range(4)]
    assert [answer.status_code for answer in same] == [302, 302, 302, 429]
    assert "Retry-After" in same[-1].headers
    others = [at(MALLORY).post(RESET, {"email": f"someone{number}@board.example.org"}) for number in range(11)]
    assert [answer.status_code for answer in others] == [302] * 10 + [429]
    assert "192.0.2" not in str(list(Allowance.objects.values_list()))


def test_a_link_from_a_mail_works_once_and_does_not_sign_in() -> None:
    someone = person()
    at().post(RESET, {"email": "carl@board.example.org"})
    links.send()
    link = next(word for word in str(mail.outbox[0].body).split() if word.startswith("http"))
    client = at()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = "another long one for me"
    assert client.post(form, {"new_password1": new, "new_password2": new}).status_code == 302
    assert not is_in(client)
    assert password(at(), someone.user.username, new).status_code == 302
    assert "confirm/" in client.get(link).request["PATH_INFO"]
    assert b'name="new_password1"' not in at().get(link, follow=True).content
