"""Signing in with something one has, once and not too often."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from tests import totp
from tests.integration.signin.people import (
    APP,
    CODE,
    HOME,
    LOGIN,
    MALLORY,
    SET_UP,
    add_passkey,
    at,
    by_passkey,
    give,
    half_in,
    is_in,
    password,
    person,
    set_up_app,
    whole_in,
    with_app,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

RESET = "/admin/users/{}/second-factor/reset/"


def test_the_password_alone_does_not_do_where_there_is_a_second_factor() -> None:
    client = half_in(with_app(person()))
    assert not is_in(client)
    assert client.get(SET_UP).headers["Location"].startswith(LOGIN)
    assert client.get(CODE).status_code == 200


def test_a_code_of_the_app_lets_one_in_to_where_one_wanted() -> None:
    someone = with_app(person())
    client = at()
    password(client, next="/admin/jobs/")
    assert client.post(CODE, {"code": totp.code(someone.secret)}).headers["Location"] == "/admin/jobs/"
    assert is_in(client)


def test_nobody_is_led_away_from_the_board() -> None:
    someone = with_app(person())
    client = at()
    password(client, next="https://elsewhere.example/")
    assert client.post(CODE, {"code": totp.code(someone.secret)}).headers["Location"] == HOME


def test_a_code_is_good_once() -> None:
    someone = with_app(person())
    code = totp.code(someone.secret)
    assert give(half_in(someone), code) == 302
    assert give(half_in(someone, MALLORY), code) == 200, "the form once more"


def test_a_code_is_good_once_in_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django-allauth remembers used ones in a cache, which each process may have of its own."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP._mark_code_used", lambda _self, _code: True)
    someone = with_app(person())
    code = totp.code(someone.secret)
    assert give(half_in(someone), code) == 302
    assert give(half_in(someone, MALLORY), code) == 200


def test_a_recovery_code_is_good_once() -> None:
    someone = with_app(person())
    code = someone.codes()[0]
    assert give(half_in(someone), code) == 302
    assert give(half_in(someone), code) == 200
    assert len(someone.codes()) == 9


def test_who_guesses_codes_has_to_wait_and_the_owner_does_not() -> None:
    someone = with_app(person())
    client = half_in(someone, MALLORY)
    assert [give(client, "000000") for _ in range(6)] == [200] * 5 + [429]
    assert give(half_in(someone, MALLORY), totp.code(someone.secret)) == 429, "nor does beginning anew help"
    assert give(half_in(someone), totp.code(someone.secret)) == 302


def test_codes_of_an_account_may_be_mistyped_so_often_in_a_day_from_anywhere(settings: LazySettings) -> None:
    settings.CODE_TRIES_PER_ACCOUNT = 3
    someone = with_app(person())
    assert [give(half_in(someone, f"192.0.2.{number}"), "000000") for number in range(4)] == [200, 200, 200, 429]


def test_keys_are_stored_encrypted_and_can_be_read_after_a_change_of_the_secret_key(settings: LazySettings) -> None:
    someone = with_app(person())
    assert someone.secret not in str(Authenticator.objects.values_list("data"))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert give(half_in(someone), totp.code(someone.secret)) == 302


def test_when_the_secret_key_is_lost_every_code_is_a_wrong_one_and_the_log_says_why(
    settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a leak: another key, and none of before."""
    someone = with_app(person())
    recovery = someone.codes()[0]
    passkey = add_passkey(whole_in(someone), someone)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []
    client = half_in(someone)
    assert give(client, totp.code(someone.secret)) == 200
    assert give(client, recovery) == 200
    assert "cannot be read by SECRET_KEY" in caplog.text
    client = by_passkey(passkey)
    assert is_in(client)
    assert client.get(f"{SET_UP}codes/").status_code == 200
    assert client.post(f"{SET_UP}codes/new/").status_code == 302
    assert give(half_in(someone), someone.codes()[0]) == 302


def test_recovery_codes_are_shown_once() -> None:
    person()
    client = at()
    password(client)
    set_up_app(client)
    shown = client.get(f"{SET_UP}codes/").content.decode()
    again = client.get(f"{SET_UP}codes/").content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", shown)
    assert len(codes) == 10
    assert not any(code in again for code in codes)


def test_a_second_factor_can_be_removed_and_then_other_browsers_are_signed_out() -> None:
    someone = with_app(person())
    here = whole_in(someone)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        there = whole_in(someone)
        assert here.post(f"{APP}remove/").headers["Location"] == SET_UP
        assert is_in(here)
        assert not is_in(there)
    assert not Authenticator.objects.exists(), "recovery codes are gone, too"


def test_a_second_factor_that_is_added_signs_other_browsers_out() -> None:
    person()
    here, there = at(), at(MALLORY)
    password(here)
    password(there)
    set_up_app(here)
    assert is_in(here)
    assert not is_in(there)


def test_later_one_is_asked_for_the_password_once_more_before_anything_is_changed() -> None:
    someone = with_app(person())
    client = whole_in(someone)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        asked = client.post(f"{APP}remove/")
        assert asked.headers["Location"].partition("?")[0] == "/admin/account/confirm/"
        confirm = asked.headers["Location"]
        guesses = [
            client.post(confirm, {"password": f"guess {number}", "next": f"{APP}remove/"}) for number in range(5)
        ]
        assert guesses[-1].status_code == 429, "it is no way to guess it"
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        client.get(asked.headers["Location"])
        done = client.post(confirm, {"password": "a long one nobody guesses", "next": f"{APP}remove/"})
        assert done.status_code == 302
        client.post(f"{APP}remove/")
    assert not Authenticator.objects.exists()


def test_an_administrator_resets_the_second_factor_of_somebody_who_has_lost_it() -> None:
    someone = with_app(person())
    client = whole_in(someone)
    User.objects.create_superuser("chief")
    chief = Client()
    chief.force_login(User.objects.get(username="chief"))
    assert RESET.format(someone.user.pk) in chief.get("/admin/users/").content.decode()
    assert "carl" in chief.get(RESET.format(someone.user.pk)).content.decode()
    assert chief.post(RESET.format(someone.user.pk)).status_code == 302
    assert not is_in(client), "whoever was signed in with it is out"
    assert password(at()).headers["Location"] == HOME


def test_only_administrators_reset_that_of_administrators() -> None:
    chief = User.objects.create_superuser("chief")
    helper = person("helper", role="")
    rights = Group.objects.create(name="Helpers")
    rights.permissions.set(_permissions("wagtailadmin.access_admin", "auth.change_user"))
    helper.user.groups.add(rights)
    client = Client()
    client.force_login(helper.user)
    assert client.get(RESET.format(person("dora").user.pk)).status_code == 200
    assert client.get(RESET.format(chief.pk)).status_code == 302


def test_an_operator_resets_it_when_nobody_else_can(capsys: pytest.CaptureFixture[str]) -> None:
    with_app(person())
    call_command("reset_second_factor", "carl")
    assert password(at()).headers["Location"] == HOME
    call_command("reset_second_factor", "carl")
    assert "carl has no second factor." in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nora")


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_logout", "account_change_password", "account_reset_password"],
)
def test_nothing_else_of_the_library_has_an_address(name: str) -> None:
    assert name not in {key for key in get_resolver().reverse_dict if isinstance(key, str)}


def test_a_closed_account_gets_nowhere_by_a_code_either() -> None:
    someone = with_app(person())
    client = half_in(someone)
    User.objects.filter(pk=someone.user.pk).update(is_active=False)
    give(client, totp.code(someone.secret))
    assert not is_in(client)


def _permissions(*names: str) -> list[int]:
    return [
        Permission.objects.get(content_type__app_label=app, codename=codename).pk
        for app, codename in (name.split(".") for name in names)
    ]
