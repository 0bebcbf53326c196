"""Who changes the address, the password and the rights of an account: its owner by the password, and who may do as much as it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from tests.integration.signin.people import CARL, PASSWORD, Person, at, is_in, password, person

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ACCOUNT = "/admin/account/"
NEW = "another long one for me"
OTHER = "mallory@elsewhere.example"


def account(*, email: str = "carl@board.example.org", **more: str) -> dict[str, str]:
    """The form as it is shown."""
    return {
        "name_email-first_name": "Carl",
        "name_email-last_name": "C",
        "name_email-email": email,
        "locale-preferred_language": "",
        "locale-current_time_zone": "UTC",
        "theme-theme": "system",
        "theme-density": "default",
        "theme-contrast": "system",
        "theme-keyboard_shortcuts": "on",
        **more,
    }


def email(someone: Person) -> str:
    someone.user.refresh_from_db()
    return someone.user.email


def signed_in() -> tuple[Person, Client]:
    someone, client = person(), at()
    password(client)
    return someone, client


@pytest.mark.parametrize("said", ["", "guess"])
def test_an_address_is_changed_by_the_password_only(said: str) -> None:
    someone, client = signed_in()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        refused = client.post(ACCOUNT, account(email=OTHER, **{"name_email-known_password": said}))
        assert refused.status_code == 200
        assert "This is not your password" in refused.content.decode()
        assert email(someone) == "carl@board.example.org"
        given = {"name_email-known_password": PASSWORD}
        assert client.post(ACCOUNT, account(email=OTHER, **given)).status_code == 302
    assert email(someone) == OTHER


def test_all_else_is_changed_without_it() -> None:
    someone, client = signed_in()
    assert client.post(ACCOUNT, account(**{"name_email-last_name": "Carlson"})).status_code == 302
    someone.user.refresh_from_db()
    assert someone.user.last_name == "Carlson"


def test_a_new_password_takes_no_name() -> None:
    someone, client = signed_in()
    names = {"name_email-first_name": "", "name_email-last_name": ""}
    passwords = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    form = account(**names, **{f"password-{name}": value for name, value in passwords.items()})
    assert client.post(ACCOUNT, form).status_code == 302
    someone.user.refresh_from_db()
    assert someone.user.check_password(NEW)


def test_the_clocks_that_one_may_choose_are_those_of_places() -> None:
    _, client = signed_in()
    shown = client.get(ACCOUNT).content.decode()
    assert 'value="Europe/Berlin"' in shown
    assert 'value="Factory"' not in shown
    assert 'value="localtime"' not in shown


@pytest.mark.parametrize("field", ["address", "password"])
def test_it_is_no_way_to_guess_the_password(field: str) -> None:
    someone, client = signed_in()
    ModelLogEntry.objects.all().delete()

    def guess(said: str) -> int:
        if field == "address":
            form = account(email=OTHER, **{"name_email-known_password": said})
        else:
            new = {f"password-new_password{number}": NEW for number in (1, 2)}
            form = account(**{"password-old_password": said, **new})
        return client.post(ACCOUNT, form).status_code

    assert [guess(f"guess {number}") for number in range(6)] == [200] * 4 + [429] * 2
    assert guess(PASSWORD) == 429
    assert email(someone) == "carl@board.example.org"
    assert ModelLogEntry.objects.filter(action="board.sign_in_failed").count() >= 5
    assert password(at(CARL), said=NEW).status_code != 302


def helper() -> Client:
    """May change accounts, and is no administrator."""
    rights = Group.objects.create(name="Helpers")
    names = ("access_admin", "add_user", "change_user", "delete_user")
    rights.permissions.set(Permission.objects.filter(codename__in=names))
    someone = person("helper", role="")
    someone.user.groups.add(rights)
    client = Client()
    client.force_login(someone.user)
    return client


def form(name: str, **more: str) -> dict[str, str]:
    return {
        "username": name,
        "first_name": "A",
        "last_name": "B",
        "email": OTHER,
        "is_active": "on",
        "password1": NEW,
        "password2": NEW,
        **more,
    }


def test_who_may_change_accounts_takes_over_no_administrator() -> None:
    chief = User.objects.create_superuser("chief", "chief@board.example.org", PASSWORD)
    client = helper()
    client.get(f"/admin/users/edit/{chief.pk}/")
    client.post(f"/admin/users/edit/{chief.pk}/", form("chief"))
    client.post(f"/admin/users/delete/{chief.pk}/")
    for action in ("delete", "set_active_state", "assign_role"):
        address = f"/admin/bulk/auth/user/{action}/?id={chief.pk}"
        client.post(address, {"mark_as_active": "False", "role": Group.objects.values_list("pk", flat=True)[0]})
    after = User.objects.get(pk=chief.pk)
    assert (after.email, after.is_active, after.password) == (chief.email, True, chief.password)
    assert not after.groups.exists()


def test_nor_becomes_or_makes_one() -> None:
    someone = person()
    client = helper()
    client.post(f"/admin/users/edit/{someone.user.pk}/", form("carl", is_superuser="on"))
    client.post("/admin/users/new/", form("dora", is_superuser="on"))
    assert not User.objects.filter(is_superuser=True).exists()
    assert client.post(f"/admin/users/edit/{someone.user.pk}/", form("carl")).status_code == 302
    assert email(someone) == OTHER
    own = User.objects.get(username="helper")
    publishers = Group.objects.get(name="Publishers")
    client.post(f"/admin/bulk/auth/user/assign_role/?id={own.pk}", {"role": publishers.pk})
    assert publishers not in own.groups.all()


def test_administrators_go_on_and_their_own_account_is_under_account() -> None:
    chief, other = User.objects.create_superuser("chief"), person()
    client = Client()
    client.force_login(chief)
    assert client.get(f"/admin/users/edit/{chief.pk}/").headers["Location"] == ACCOUNT
    assert client.post(f"/admin/users/edit/{chief.pk}/", form("chief")).headers["Location"] == ACCOUNT
    assert client.post(f"/admin/users/edit/{other.user.pk}/", form("carl", is_superuser="on")).status_code == 302
    other.user.refresh_from_db()
    assert other.user.is_superuser
    assert is_in(client)
