"""Who is made to sign in with something they have, and what is closed to them until then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.urls.resolvers import RegexPattern
from django.utils import timezone
from django.utils.regex_helper import normalize
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from tests import totp
from tests.integration.signin.people import (
    APP,
    BY_PASSKEY,
    CODES,
    HOME,
    LOGIN,
    PASSKEYS,
    SET_UP,
    Person,
    at,
    give,
    half_in,
    is_in,
    needed,
    password,
    person,
    set_up_app,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

CONFIRM: Final = "/admin/account/confirm/"
LEAD_ON: Final = frozenset(
    {
        CONFIRM,
        f"{CONFIRM}code/",
        f"{CONFIRM}passkey/",
        SET_UP,
        APP,
        f"{APP}remove/",
        CODES,
        f"{CODES}new/",
        PASSKEYS,
        f"{PASSKEYS}add/",
        f"{PASSKEYS}1/",
        f"{PASSKEYS}1/remove/",
    }
)
OPEN_TO_ALL: Final = frozenset(
    {
        BY_PASSKEY,
        "/admin/jsi18n/",
        "/admin/password_reset/",
        "/admin/password_reset/complete/",
        "/admin/password_reset/confirm/1/1/",
        "/admin/password_reset/done/",
        "/admin/sprite/",
    }
)
SIGN_IN_AND_OUT: Final = frozenset({LOGIN, "/admin/logout/"})
NO_SUCH_ADDRESS: Final = "/admin//"
"""Stands for all those that lead to no screen."""


def test_who_needs_a_second_factor_sets_it_up_before_anything_else() -> None:
    someone = person()
    needed("Publishers")
    client = at()
    password(client)
    assert client.get(HOME).headers["Location"] == f"{LOGIN}?next=/admin/"
    led_to = client.get(HOME, follow=True)
    assert led_to.request["PATH_INFO"] == SET_UP
    assert "Your role needs a second factor" in led_to.content.decode()
    secret = set_up_app(client)
    codes = client.get(f"{SET_UP}codes/").content.decode()
    assert all(code in codes for code in Person(someone.user).codes())
    assert is_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert give(half_in(someone), totp.code(secret)) == 302


@pytest.mark.parametrize("roles", [("Editors",), ()])
def test_other_roles_need_none(roles: tuple[str, ...]) -> None:
    person()
    needed(*roles)
    client = at()
    password(client)
    assert is_in(client)


def test_administrators_may_need_one() -> None:
    someone = person()
    User.objects.filter(pk=someone.user.pk).update(is_superuser=True)
    client = at()
    password(client)
    assert is_in(client)
    needed(superusers=True)
    assert not is_in(client), "from the next request on"


def every_address_below(prefix: str) -> set[str]:
    """With made-up values in place of parameters."""
    return {f"/{path}" for path in _paths(get_resolver()) if path.startswith(prefix)}


def _paths(above: URLResolver, path: str = "") -> Iterator[str]:
    for each in above.url_patterns:
        here = path + _filled(each)
        if isinstance(each, URLPattern):
            yield here
        else:
            yield from _paths(each, here)


def _filled(each: URLPattern | URLResolver) -> str:
    if isinstance(each.pattern, RegexPattern):
        ((shape, parameters), *_) = normalize(str(each.pattern))
        return str(shape % dict.fromkeys(parameters, "1"))
    an_id = "0191d5b2-0000-7000-8000-000000000001"
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: an_id if found[1] == "uuid" else "1", str(each.pattern))


def answers(client: Client, address: str) -> tuple[str, str, str]:
    """Where it leads or else its status: as a page, by a script, and as a form."""
    page, form = client.get(address), client.post(address)
    script = client.get(address, headers={"X-Requested-With": "XMLHttpRequest"})
    as_page, by_script, as_form = (
        each.headers.get("Location", str(each.status_code)).partition("?")[0] for each in (page, script, form)
    )
    return as_page, by_script, as_form


def test_until_then_nothing_of_the_admin_is_to_be_had() -> None:
    """Every address below the admin, as a page, by a script, and as a form: a screen to sign in or set up, or nothing."""
    person()
    needed("Publishers")
    client, stranger = at(), at()
    password(client)
    addresses = every_address_below("admin/")
    assert addresses > LEAD_ON | OPEN_TO_ALL | SIGN_IN_AND_OUT
    tried = addresses - LEAD_ON - OPEN_TO_ALL - SIGN_IN_AND_OUT
    assert len(tried) > 250
    unknown = resolve(NO_SUCH_ADDRESS).route
    assert {address for address in tried if resolve(address).route == unknown} == {NO_SUCH_ADDRESS}
    nothing = {(LOGIN, "403", LOGIN), (LOGIN, LOGIN, LOGIN)}
    found = {address: answers(client, address) for address in sorted(tried)}
    assert {address: answer for address, answer in found.items() if answer not in nothing} == {}
    for address in OPEN_TO_ALL:
        assert answers(client, address) == answers(stranger, address), address
    for address in LEAD_ON:
        assert client.get(address, follow=True).request["PATH_INFO"] in LEAD_ON, address
    assert client.get(SET_UP).status_code == 200, "still as far as the password"


def test_until_then_no_private_file_is_to_be_had() -> None:
    someone = person()
    private = Collection.objects.get(depth=1).add_child(name="Contracts")
    restriction = CollectionViewRestriction.objects.create(collection=private, restriction_type="groups")
    restriction.groups.set(Group.objects.filter(name="Publishers"))
    document = Document.objects.create(title="Contract", file=ContentFile(b"x", "contract.txt"), collection=private)
    client = at()
    password(client)
    assert b"".join(client.get(document.url)) == b"x"
    needed("Publishers")
    assert client.get(document.url).status_code == 302
    document.file.delete()
    assert someone.user.is_active


def test_who_may_not_enter_the_admin_gets_no_further_for_having_signed_in() -> None:
    person(role="")
    client = at()
    password(client)
    assert not is_in(client)


def test_the_rules_are_a_screen_of_wagtails_settings() -> None:
    chief = Client()
    chief.force_login(User.objects.create_superuser("chief"))
    address = chief.get(reverse("wagtailsettings:edit", args=["cms", "signinrules"])).headers["Location"]
    publishers = Group.objects.get(name="Publishers")
    assert chief.post(address, {"groups": [publishers.pk]}).status_code == 302
    person()
    client = at()
    password(client)
    assert client.get(HOME, follow=True).request["PATH_INFO"] == SET_UP
    assert urlsplit(address).path == address
