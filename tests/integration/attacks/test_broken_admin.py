"""What somebody who is signed in sends by hand to our screens below Wagtail's admin is no error either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from django.conf import LazySettings
from django.db import transaction

from tests.integration.attacks.attack import Attack
from tests.integration.attacks.broken import BODIES, FORM, QUERIES, VALUES, Body
from tests.integration.cms.admin_world import World
from tests.integration.cms.screens import SCREENS, Screen
from tests.integration.notifications import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NAMED: Final = re.compile(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)"')
ONE_BY_ONE: Final = ("", "a%00b", "%ff%fe", "99999999999999999999999", "%7B%22a%22:%5B%5D%7D")
"""For where one thing that is wrong hides the next."""


@pytest.fixture
def world(settings: LazySettings) -> World:
    settings.SETTLING_TIME = 300
    return World()


@pytest.fixture
def attack() -> Attack:
    administrator = people.administrator()
    administrator.raise_request_exception = False
    return Attack(administrator)


def names_on(attack: Attack, url: str) -> list[str]:
    """Of all that can be filled in there, and what leads on and back."""
    answer = attack.client.get(url)
    found = NAMED.findall("" if answer.streaming else answer.content.decode())
    return sorted({*found, "p", "ordering", "export", "q", "next", "id"} - {"csrfmiddlewaretoken"})


def test_no_query_is_an_error(world: World, attack: Attack) -> None:
    for screen in SCREENS:
        url = world.url(screen)
        names = names_on(attack, url)
        for value in VALUES:
            attack.send("GET", url, query="&".join(f"{name}={value}" for name in names))
            for name in names if value in ONE_BY_ONE else ():
                attack.send("GET", url, query=f"{name}={value}")
        for query in QUERIES[len(VALUES) :]:
            attack.send("GET", url, query=query)
    assert attack.wrong == {}


def test_no_form_is_an_error(world: World, attack: Attack) -> None:
    for screen in SCREENS:
        url = world.url(screen)
        for body in (*forms(world, screen), *BODIES):
            with transaction.atomic():
                attack.send("POST", url, body)
                transaction.set_rollback(True)
    assert attack.wrong == {}


def forms(world: World, screen: Screen) -> Iterator[Body]:
    """The right one with one thing in it that is not, thing by thing; and with all of them wrong."""
    right = world.form(screen)
    for value in VALUES:
        raw = unquote_to_bytes(value)
        for name in right if value in ONE_BY_ONE else ():
            yield Body(
                urlencode(
                    [(key, raw if key == name else each) for key in right for each in right.getlist(key)]
                ).encode(),
                FORM,
            )
        yield Body(urlencode([(key, raw) for key in right]).encode(), FORM)
