"""Who is made to sign in with something they have, and what is closed to them until then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from tests import totp
from tests.integration.signin.people import (
    CODE,
    HOME,
    LOGIN,
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


def every_address_below(prefix: str) -> Iterator[str]:
    """With made-up values in place of parameters."""
    for route in _routes(get_resolver()):
        if route.startswith(prefix):
            plain = re.sub(r"<(?:int:)\w+>|<(?:uuid:)\w+>|<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)|\\[a-zA-Z.+/-]", "1", route)
            yield "/" + re.sub(r"[\^$?*\\()]", "", plain)


def _routes(above: URLResolver, path: str = "") -> Iterator[str]:
    for each in above.url_patterns:
        if isinstance(each, URLPattern):
            yield path + str(each.pattern)
        else:
            yield from _routes(each, path + str(each.pattern))


def test_until_then_nothing_of_the_admin_is_to_be_had() -> None:
    """Every address below the admin, as a page, by a script, and as a form: a screen to sign in or set up, or nothing."""
    person()
    needed("Publishers")
    client = at()
    password(client)
    open_to_all = {
        "/admin/jsi18n/",
        "/admin/sprite/",
        LOGIN,
        CODE,
        "/admin/login/passkey/",
        "/admin/logout/",
    }
    tried = [
        address
        for address in every_address_below("admin/")
        if address not in open_to_all and not address.startswith(("/admin/account/", "/admin/password_reset/"))
    ]
    assert len(tried) > 250
    led = {}
    for address in tried:
        page = client.get(address)
        led[address] = page.headers.get("Location", str(page.status_code)).partition("?")[0]
    assert {where for where in led.values() if where not in (LOGIN, "404")} == set()
    assert sum(where == LOGIN for where in led.values()) >= 240
    for address in ("/admin/", "/admin/jobs/", "/admin/pages/", "/admin/api/main/pages/"):
        assert client.get(address, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
        assert client.post(address).headers["Location"].startswith(LOGIN)
    # Wagtail's own screen of the account changes the password and the address
    assert client.get("/admin/account/").headers["Location"].startswith(LOGIN)


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
