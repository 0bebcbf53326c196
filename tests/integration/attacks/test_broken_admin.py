"""What somebody who is signed in sends by hand to our screens below Wagtail's admin is no error either."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Final
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.http import QueryDict

from tests.integration.attacks.attack import Attack
from tests.integration.attacks.broken import BODIES, FORM, QUERIES, VALUES, Body
from tests.integration.cms.admin_world import World
from tests.integration.cms.screens import SCREENS
from tests.integration.notifications import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NAMED: Final = re.compile(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)"')
OF_MANY: Final = re.compile(r"-(?:[0-9]+|__prefix__)-|_FORMS$")
"""In a form that is sent, and only there: one of the fields for one of many."""
EVERYWHERE: Final = frozenset({"p", "ordering", "export", "q", "next", "id"})
"""What is read in many places, though no form has it."""
HUGE: Final = "9" * 23
ONE_BY_ONE: Final = (HUGE, "a%00b", "", "%7B%22a%22:%5B%5D%7D", "%ff%fe")
"""For where one thing that is wrong hides the next."""
FEW: Final = 3
MOST_SECONDS: Final = 10.0
"""Wagtail's editor takes 0.6 s, as it is; on a machine that is busy, more than 2."""
WAGTAILS_FORMS: Final = ("pages/", "snippets/", "jobs/choose_parent/")
"""Its editor of rich text and its choosers show what was sent once more, and fail on what they cannot read."""


@pytest.fixture
def world(settings: LazySettings) -> World:
    settings.SETTLING_TIME = 300
    return World()


@pytest.fixture
def attack() -> Attack:
    administrator = people.administrator()
    administrator.raise_request_exception = False
    return Attack(administrator, MOST_SECONDS)


def names_on(attack: Attack, url: str) -> Set[str]:
    """Of all that can be filled in there."""
    answer = attack.client.get(url)
    return set(NAMED.findall("" if answer.streaming else answer.content.decode())) - {"csrfmiddlewaretoken"}


def send(attack: Attack, method: str, url: str, body: Body | None = None, *, query: str = "") -> None:
    """All is as before afterwards, even where the database has refused something."""
    with transaction.atomic():
        attack.send(method, url, body, query=query)
        transaction.set_rollback(True)


def some[T](everything: Sequence[T], number: int) -> Sequence[T]:
    """A few for each screen, so that all of them together get all."""
    return [everything[(number * FEW + more) % len(everything)] for more in range(FEW)]


def test_no_query_is_an_error(world: World, attack: Attack) -> None:
    for number, screen in enumerate(SCREENS):
        url = world.url(screen)
        names = names_on(attack, url)
        for value in some(VALUES, number):
            send(attack, "GET", url, query="&".join(f"{name}={value}" for name in names | EVERYWHERE))
        for name in names:
            if not OF_MANY.search(name):
                send(attack, "GET", url, query=f"{name}={HUGE}")
        send(attack, "GET", url, query=QUERIES[len(VALUES) + number % (len(QUERIES) - len(VALUES))])
    assert attack.wrong == {}


def test_no_form_is_an_error(world: World, attack: Attack) -> None:
    ours = [screen for screen in SCREENS if not screen.address.startswith(WAGTAILS_FORMS)]
    for number, screen in enumerate(ours):
        url, right = world.url(screen), world.form(screen)
        for value in some(VALUES, number):
            send(attack, "POST", url, form(right, {name: unquote_to_bytes(value) for name in right}))
        wrong = unquote_to_bytes(ONE_BY_ONE[number % len(ONE_BY_ONE)])
        for name in right:
            send(attack, "POST", url, form(right, {name: wrong}))
        for body in some(BODIES, number):
            send(attack, "POST", url, body)
    assert attack.wrong == {}


def form(right: QueryDict, wrong: Mapping[str, bytes]) -> Body:
    """As it should be, but for some of it."""
    fields = [(name, wrong.get(name, value)) for name, values in right.lists() for value in values]
    return Body(urlencode(fields).encode(), FORM)
