"""Nobody learns from a form who follows what (A17): it answers the same, asks the database the same, and takes as much work."""

from __future__ import annotations

import gc
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from string import ascii_lowercase
from types import FrameType
from typing import Final

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks

from adapters import board, following
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import PostingId
from jobs_domain.subscription import CONFIRMATION_LIFETIME
from jobs_domain.topics import JobSearch, PostingTopic
from notifications import suppression
from notifications.models import Suppression
from notifications.preferences.links import manage_url
from tests.integration.cms.factories import make_job
from tests.integration.notifications.world import ask, follow, work
from tests.unit.examples import NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FORMS: Final = ("/jobs/baker/subscribe/", "/searches/follow/?q=baker", "/subscriptions/manage/", "another address")
STATES: Final = (
    "unknown",
    "asked",
    "pending",
    "lapsed",
    "confirmed",
    "left",
    "suppressed",
    "follows-and-suppressed",
)
NO_MATTER: Final = frozenset({"Content-Length", "X-Request-ID"})
"""The one may be left out, the other is drawn by lot."""


@pytest.fixture
def people(settings: LazySettings, clock: time_machine.Traveller) -> Mapping[str, EmailAddress]:
    """Somebody in each state, towards the posting and the search."""
    # one a second, so that all instants which are kept are of as many digits
    settings.ASKS_PER_CLIENT, settings.ASKS_PER_ADDRESS = 3_600, 86_400
    job = make_job()
    somebody = {
        state: EmailAddress(f"{letter}@example.org") for state, letter in zip(STATES, ascii_lowercase, strict=False)
    }
    for topic in (PostingTopic(PostingId(job.posting_id)), JobSearch(text="baker")):
        clock.move_to(NOW - CONFIRMATION_LIFETIME - timedelta(hours=1))
        ask(somebody["lapsed"], topic)
        clock.move_to(NOW)
        ask(somebody["pending"], topic)
        follow(somebody["confirmed"], topic)
        follow(somebody["follows-and-suppressed"], topic)
        board.end_subscription(subscription_id=follow(somebody["left"], topic))
    work()
    for state in ("suppressed", "follows-and-suppressed"):
        suppression.suppress(somebody[state].key, Suppression.Reason.BY_HAND, "", NOW)
    for path in FORMS[:3]:
        Client().post(path, {"address": somebody["asked"].value})
    return somebody


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest, people: Mapping[str, EmailAddress]) -> str:
    if request.param != "another address":
        return str(request.param)
    somebody_else = ask(EmailAddress("cleo@example.org"), JobSearch(text="baker"))
    return f"{manage_url(somebody_else).removeprefix('http://testserver')}address/"


@contextmanager
def asked_of_the_database() -> Iterator[list[str]]:
    """Each statement, without what it is about, and without the names of savepoints."""
    statements: list[str] = []

    def note[T](
        execute: Callable[[str, T, bool, dict[str, object]], object],
        sql: str,
        params: T,
        many: bool,
        context: dict[str, object],
    ) -> object:
        statements.append(re.sub(r'(SAVEPOINT) "\w+"', r"\1", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


@contextmanager
def calls() -> Iterator[Counter[str]]:
    """How often each function is called in this thread, by what the block does: collecting garbage would call those of others."""
    counted: Counter[str] = Counter()

    def note(frame: FrameType, event: str, function: object) -> None:
        if event == "call":
            counted[frame.f_code.co_qualname] += 1
        elif event == "c_call":
            counted[getattr(function, "__qualname__", repr(function))] += 1

    gc.disable()
    sys.setprofile(note)
    try:
        yield counted
    finally:
        sys.setprofile(None)
        gc.enable()


def test_each_state_is_answered_alike(client: Client, form: str, people: Mapping[str, EmailAddress]) -> None:
    answers = set()
    for address in people.values():
        answer = client.post(form, {"address": address.value})
        content = answer.content.replace(address.value.encode(), b"somebody")
        length = len(content) if "Content-Length" in answer.headers else None
        headers = tuple((name, value) for name, value in answer.headers.items() if name not in NO_MATTER)
        answers.add((answer.status_code, headers, length, content))
    assert len(answers) == 1


def test_each_state_asks_the_database_for_the_same(
    client: Client,
    form: str,
    people: Mapping[str, EmailAddress],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """In the same words and the same order, with what is done after the commit."""
    client.post(form, {"address": "first@example.org"})  # fills the caches
    asked: dict[tuple[str, ...], list[str]] = {}
    for state, address in people.items():
        DBTaskResult.objects.all().delete()
        with asked_of_the_database() as statements, django_capture_on_commit_callbacks(execute=True):
            client.post(form, {"address": address.value})
        asked.setdefault(tuple(statements), []).append(state)
    assert list(asked.values()) == [list(STATES)]


def test_each_state_takes_as_much_work(
    client: Client,
    form: str,
    people: Mapping[str, EmailAddress],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """By the functions that are called, Python's and C's: a clock tells more about the machine than about the board."""
    called: dict[str, Counter[str]] = {}
    for state in ("asked", *STATES):  # the first time fills the caches
        DBTaskResult.objects.all().delete()
        with calls() as called[state], django_capture_on_commit_callbacks(execute=True):
            client.post(form, {"address": people[state].value})
    assert called["unknown"]["BaseHandler.get_response"] == 1
    for state, counted in called.items():
        assert counted == called["unknown"], state


def test_what_comes_of_it_is_seen_to_later_and_as_the_state_is(
    client: Client, people: Mapping[str, EmailAddress]
) -> None:
    work()
    for address in people.values():
        client.post(FORMS[0], {"address": address.value})
    written_to = {address for message in work() for address in message.to}
    assert written_to == {people[state].value for state in ("unknown", "lapsed", "left")}
    assert following.see_to() == 0
