"""What happens to accounts is in the site's history and in the log."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from wagtail.models import ModelLogEntry

from cms.signin import links
from cms.signin.log_formats import WORDS
from cms.signin.records import Happened, note
from tests import passkey, totp
from tests.integration.signin.people import (
    BY_PASSKEY,
    CODE,
    MALLORY,
    THERE,
    Person,
    add_passkey,
    asked_of_passkeys,
    at,
    by_passkey,
    challenge,
    give,
    half_in,
    password,
    person,
    whole_in,
    with_app,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def said(lines: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in lines.records if record.name == "board.security"]
    lines.clear()
    return found


def history(chief: Client) -> str:
    return chief.get("/admin/reports/site-history/").content.decode()


@pytest.fixture
def chief() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("chief"))
    return client


def entries() -> list[tuple[str, str]]:
    noted = ModelLogEntry.objects.filter(action__startswith="board.").order_by("pk")
    found = noted.values_list("action", "object_id")  # type: ignore[misc]  # stub gap: no field object_id
    return [(action.removeprefix("board."), number) for action, number in found]


def begin(lines: pytest.LogCaptureFixture, someone: Person) -> str:
    ModelLogEntry.objects.all().delete()
    lines.clear()
    return str(someone.user.pk)


def test_signing_in_failing_being_locked_out_and_signing_out(lines: pytest.LogCaptureFixture) -> None:
    someone = person()
    number = begin(lines, someone)
    for _ in range(5):
        password(at(MALLORY), said="guess")
    client = at()
    password(client)
    client.post("/admin/logout/")
    what = ["sign_in_failed"] * 5 + ["locked_out", "signed_in", "signed_out"]
    assert sorted(entries()) == sorted((each, number) for each in what)
    assert sorted(said(lines)) == sorted(
        f"{each} user={number} by={number if each in ('signed_in', 'signed_out') else '-'}" for each in what
    )


def test_a_name_that_nobody_has_is_noted_without_the_name(lines: pytest.LogCaptureFixture) -> None:
    """It may be a password that was typed into the wrong field."""
    begin(lines, person())
    password(at(), "hunter2hunter2", "x")
    assert entries() == [("sign_in_failed", "0")]
    assert said(lines) == ["sign_in_failed user=- by=-"]
    assert "hunter2" not in str(list(ModelLogEntry.objects.values_list()))


def test_the_log_names_nobody(lines: pytest.LogCaptureFixture) -> None:
    someone = with_app(person())
    for _ in range(6):
        password(at(MALLORY), said="guess")
    client = at()
    password(client)
    client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": totp.code(someone.secret)})
    of_signing_in = [
        record.getMessage() for record in lines.records if record.name.startswith(("board", "axes", "allauth"))
    ]
    assert len(of_signing_in) > 8
    for word in ("carl", MALLORY, "192.0.2.7", "board.example.org", "guess"):
        assert word not in "\n".join(of_signing_in)


def test_wrong_codes_and_second_factors(
    lines: pytest.LogCaptureFixture, chief: Client, django_capture_on_commit_callbacks: object
) -> None:
    someone = with_app(person())
    number = begin(lines, someone)
    client = at()
    password(client)
    client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": totp.code(someone.secret)})
    client.post("/admin/account/second-factor/app/remove/")
    chief.post(f"/admin/users/{with_app(someone).user.pk}/second-factor/reset/")
    assert [what for what, _ in entries()] == [
        "second_factor_failed",
        "signed_in",
        "second_factor_removed",
        "second_factor_reset",
    ]
    by = User.objects.get(username="chief").pk
    assert said(lines)[-1] == f"second_factor_reset user={number} by={by}"
    page = history(chief)
    for words in ("Wrong code", "Second factor removed: an app that makes codes", "Second factor reset", "Signed in"):
        assert words in page


def test_by_what_somebody_came_in(lines: pytest.LogCaptureFixture, chief: Client) -> None:
    someone = with_app(person())
    begin(lines, someone)
    client = half_in(someone)
    give(client, totp.code(someone.secret))
    by_passkey(add_passkey(client, someone))
    give(half_in(someone), someone.codes()[0])
    page = history(chief)
    for words in (
        "Signed in: the password, an app that makes codes",
        "Signed in: a passkey",
        "Signed in: the password, a recovery code",
    ):
        assert words in page


def test_passkeys_that_are_refused(lines: pytest.LogCaptureFixture, chief: Client) -> None:
    someone = with_app(person())
    add_passkey(whole_in(someone), someone)
    number = begin(lines, someone)
    wrong = passkey.Passkey(number)
    stranger, half = at(), half_in(someone)
    stranger.post(BY_PASSKEY, {"credential": wrong.shown(asked_of_passkeys(stranger))}, headers=THERE)
    stranger.post(BY_PASSKEY, {"credential": '{"id": "x"}'}, headers=THERE)
    half.post(CODE, {"credential": wrong.shown(challenge(half.get(CODE, headers=THERE).content))}, headers=THERE)
    assert entries() == [("passkey_failed", "0"), ("passkey_failed", "0"), ("passkey_failed", number)]
    assert said(lines)[-1] == f"passkey_failed user={number} by=-"
    assert "Passkey refused" in history(chief)


def test_who_asks_for_a_new_password(lines: pytest.LogCaptureFixture) -> None:
    number = begin(lines, person())
    for address in ("carl@board.example.org", "nora@board.example.org"):
        at().post("/admin/password_reset/", {"email": address})
    links.send()
    assert entries() == [("password_asked", number), ("password_asked", "0")]
    assert said(lines) == [f"password_asked user={number} by=-", "password_asked user=- by=-"]


def test_roles_passwords_and_accounts(lines: pytest.LogCaptureFixture, chief: Client) -> None:
    someone = person()
    number = begin(lines, someone)
    editors = Group.objects.get(name="Editors")
    form = {
        "username": "carl",
        "first_name": "Carl",
        "last_name": "C",
        "email": "carl@board.example.org",
        "is_active": "on",
        "groups": [editors.pk],
        "password1": "another long one for me",
        "password2": "another long one for me",
    }
    assert chief.post(f"/admin/users/edit/{number}/", form).status_code == 302
    assert chief.post(f"/admin/users/delete/{number}/").status_code == 302
    by = User.objects.get(username="chief").pk
    assert sorted(said(lines)) == sorted(
        [
            f"password_changed user={number} by={by}",
            f"roles_changed user={number} by={by}",
            f"roles_changed user={number} by={by}",
            f"user_removed user={number} by={by}",
        ]
    )
    page = history(chief)
    for words in ("Roles given: Editors", "Roles taken: Publishers", "Password set", "User removed"):
        assert words in page


def test_whoever_makes_accounts_without_the_admin_is_noted_too(lines: pytest.LogCaptureFixture) -> None:
    lines.clear()
    user = User.objects.create_user("dora")
    Group.objects.get(name="Editors").user_set.add(user)
    user.groups.clear()
    user.set_password("something long enough")
    user.save()
    number = user.pk
    assert said(lines) == [
        f"user_made user={number} by=-",
        f"roles_changed user={number} by=-",
        f"roles_changed user={number} by=-",
        f"password_changed user={number} by=-",
    ]


def test_everything_that_can_happen_has_words(chief: Client) -> None:
    for what in Happened:
        note(what, person(what.value).user)
    page = history(chief)
    for words in WORDS.values():
        assert str(words) in page
