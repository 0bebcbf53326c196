"""What has ended because something was done about a second factor does not come back, whatever is done next."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import SessionStamp
from tests import totp
from tests.integration.signin.people import (
    APP,
    CODES,
    HOME,
    PASSKEYS,
    PASSWORD,
    SET_UP,
    THERE,
    Person,
    add_passkey,
    at,
    by_passkey,
    challenge,
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


def reset(someone: Person) -> None:
    chief = Client()
    chief.force_login(User.objects.create_superuser("chief"))
    assert chief.post(f"/admin/users/{someone.user.pk}/second-factor/reset/").status_code == 302


def test_after_a_reset_nobody_is_in_again_when_the_owner_sets_up_a_new_one() -> None:
    someone = with_app(person())
    thief = whole_in(someone)
    reset(someone)
    assert not is_in(thief)
    owner = at()
    password(owner)
    set_up_app(owner)
    assert is_in(owner)
    assert not is_in(thief)


def test_who_came_in_before_there_was_one_is_not_in_again_after_its_reset() -> None:
    someone = person()
    thief, owner = at(), at()
    password(thief)
    password(owner)
    set_up_app(owner)
    assert not is_in(thief)
    reset(someone)
    assert not is_in(thief)
    assert not is_in(owner)


def test_a_reset_signs_out_everywhere_even_who_has_none() -> None:
    someone = person()
    client = at()
    password(client)
    reset(someone)
    assert not is_in(client)


def test_by_an_operators_command_as_well() -> None:
    someone = with_app(person())
    thief = whole_in(someone)
    call_command("reset_second_factor", "carl")
    with_app(someone)
    assert not is_in(thief)


def test_removing_one_of_two_signs_out_all_other_browsers() -> None:
    someone = with_app(person())
    phone = whole_in(someone)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        here = whole_in(someone)
        passkey = add_passkey(here, someone)
        assert not is_in(phone)
        elsewhere = by_passkey(passkey)
        assert is_in(elsewhere)
        assert here.post(f"{APP}remove/").headers["Location"] == SET_UP
        assert not is_in(elsewhere)
        assert is_in(here)
        assert is_in(by_passkey(passkey))


def test_new_recovery_codes_sign_out_who_came_in_by_an_old_one() -> None:
    someone = with_app(person())
    thief = half_in(someone)
    assert give(thief, someone.codes()[0]) == 302
    owner = whole_in(someone)
    assert is_in(thief)
    assert owner.post(f"{CODES}new/").status_code == 302
    assert not is_in(thief)
    assert is_in(owner)


def test_what_an_ended_session_has_shown_counts_for_nothing_when_one_signs_in_again() -> None:
    """A passkey that is gone, and the password alone."""
    someone = with_app(person())
    owner = whole_in(someone)
    thief = by_passkey(add_passkey(owner, someone))
    assert is_in(thief)
    added = Authenticator.objects.get(user=someone.user, type=Authenticator.Type.WEBAUTHN)
    owner.post(f"{PASSKEYS}{added.pk}/remove/")
    password(thief)
    assert not is_in(thief)


def test_after_a_reset_the_owner_signs_in_with_the_password_in_the_browser_of_before() -> None:
    someone = with_app(person())
    owner = whole_in(someone)
    reset(someone)
    assert password(owner).headers["Location"] == HOME
    assert is_in(owner)


def test_confirming_and_setting_up_give_a_new_key() -> None:
    person()
    client = at()
    password(client)
    keys = [client.session.session_key]
    set_up_app(client)
    keys.append(client.session.session_key)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        confirm = client.get(APP + "remove/").headers["Location"]
        assert client.post(confirm, {"password": PASSWORD}).status_code == 302
        keys.append(client.session.session_key)
        assert is_in(client)
    assert len(set(keys)) == 3


def test_by_a_code_or_a_passkey_too() -> None:
    someone = with_app(person())
    client = whole_in(someone)
    passkey = add_passkey(client, someone)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        before = client.session.session_key
        assert client.post("/admin/account/confirm/code/", {"code": totp.code(someone.secret)}).status_code == 302
        between = client.session.session_key
        asked = challenge(client.get("/admin/account/confirm/passkey/", headers=THERE).content)
        shown = {"credential": passkey.shown(asked)}
        assert client.post("/admin/account/confirm/passkey/", shown, headers=THERE).status_code == 302
        assert is_in(client)
        assert len({before, between, client.session.session_key}) == 3


def test_it_costs_no_query() -> None:
    someone = with_app(person())
    client = whole_in(someone)
    with CaptureQueriesContext(connection) as asked:
        client.get(SET_UP)
    of_stamps = [query["sql"] for query in asked if SessionStamp._meta.db_table in query["sql"]]
    assert len(of_stamps) == 1
    assert "auth_user" in of_stamps[0], "with the account"


def test_an_account_that_is_removed_leaves_nothing() -> None:
    someone = with_app(person())
    assert SessionStamp.objects.count() == 1
    someone.user.delete()
    assert not SessionStamp.objects.exists()
