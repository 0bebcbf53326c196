"""Who is on the board at once, for locust: editors who sign in and publish, visitors who read, follow, confirm and leave.

Each comes as often as `tests/load/visits.py` says, from an address of its own, as a proxy tells the board (`X-Forwarded-For`).
"""

import itertools
import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, override

from locust import FastHttpUser, constant_throughput, task

from tests.load.content import CSRF_COOKIE, PASSWORD, SESSION_COOKIE
from tests.load.forms import NoSuchForm, fields_of, filled_in
from tests.load.visits import Kind, Pace

NAME: Final = "board.example.org"
FORM: Final = "application/x-www-form-urlencoded"
CONTENT: Final[dict[str, list[str]]] = json.loads(Path(os.environ["LOAD_CONTENT"]).read_text())
PACE: Final = Pace.from_json(os.environ["LOAD_PACE"])
FILLING_IN: Final = 3.0
"""Seconds; longer than `MINIMUM_FILL_TIME`."""
OK: Final = 200
FOUND: Final = 302
SEE_OTHER: Final = 303

_editors: Final = itertools.cycle(CONTENT["session"])
_edited: Final = itertools.cycle(CONTENT["edit"])
_pay: Final = itertools.count(random.randrange(10_000, 1_000_000))
_confirmations: Final = itertools.cycle(CONTENT["confirm"])
_leavers: Final = itertools.cycle(CONTENT["leave"])
_accounts: Final = itertools.cycle(CONTENT["account"])
_newcomers: Final = itertools.count()
_run: Final = f"{random.randrange(16**8):08x}"


def not_all_at_once(each: float) -> None:
    """Who comes so often a second begins at some instant of the time between: everybody at once every second is no crowd."""
    time.sleep(random.uniform(0, 1 / each))


class Person(FastHttpUser):
    abstract = True
    insecure = True

    def headers_of(self, **more: str) -> dict[str, str]:
        client = ".".join(str(random.randrange(1, 255)) for _ in range(4))
        return {"Host": NAME, "X-Forwarded-Proto": "https", "X-Forwarded-For": client} | more

    def read(self, path: str, kind: Kind, **headers: str) -> str:
        with self.client.get(
            path, headers=self.headers_of(**headers), name=kind.value, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != OK:
                answer.failure(f"{answer.status_code} for {path}")
            return answer.text or ""

    def form_at(self, path: str, kind: Kind, action: str, **headers: str) -> list[tuple[str, str]]:
        """Its fields as they are when it is opened; a page without it is an error, and gives none."""
        with self.client.get(
            path, headers=self.headers_of(**headers), name=kind.value, allow_redirects=False, catch_response=True
        ) as answer:
            try:
                return fields_of(answer.text or "", action=action)
            except NoSuchForm:
                answer.failure(f"{answer.status_code} and no form for {path}")
                return []

    def send(self, path: str, body: str, kind: Kind, expected: int, **headers: str) -> None:
        sent = self.headers_of(**{"Content-Type": FORM, "Referer": f"https://{NAME}{path}"} | headers)
        with self.client.post(
            path, data=body, headers=sent, name=kind.value, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != expected:
                answer.failure(f"{answer.status_code} for {path}")
            else:
                answer.success()


def every(kind: Kind) -> Callable[[Person], float]:
    """How long each waits who does that; nobody is there who never does."""
    wait: Callable[[Person], float] = constant_throughput(PACE.each(kind) if PACE.people(kind) else 1)
    return wait


class Editor(Person):
    """Opens a posting, raises its pay, publishes."""

    fixed_count = weight = PACE.people(Kind.PUBLISH)
    wait_time = every(Kind.PUBLISH)

    @override
    def on_start(self) -> None:
        self.session = next(_editors)
        not_all_at_once(PACE.each(Kind.PUBLISH))

    @task
    def publish(self) -> None:
        path, pay = next(_edited), str(next(_pay))
        signed_in = f"{SESSION_COOKIE}={self.session}"
        form = self.form_at(path, Kind.OPEN, path, Cookie=signed_in)
        token = dict(form).get("csrfmiddlewaretoken", "")
        values = {"salary_minimum": pay, "salary_maximum": pay, "action-publish": "without-note"}
        # what Django compares the form's token with: a cookie with the same secret
        cookie = f"{signed_in}; {CSRF_COOKIE}={token}"
        self.send(path, filled_in(form, values), Kind.PUBLISH, FOUND, Cookie=cookie)


class Follower(Person):
    """Asks to follow a posting. The form's stamp is that of a page that was read before."""

    fixed_count = weight = PACE.people(Kind.FOLLOW)
    wait_time = every(Kind.FOLLOW)

    @override
    def on_start(self) -> None:
        path = f"{random.choice(CONTENT['page'])}subscribe/"
        self.form = self.form_at(path, Kind.PREPARE, path)
        time.sleep(FILLING_IN)  # as people do
        not_all_at_once(PACE.each(Kind.FOLLOW))

    @task
    def follow(self) -> None:
        address = f"newcomer-{_run}-{next(_newcomers)}@example.org"
        path = f"{random.choice(CONTENT['page'])}subscribe/"
        self.send(path, filled_in(self.form, {"address": address}), Kind.FOLLOW, SEE_OTHER)


class Confirmer(Person):
    """Presses the button of the page that the mail led to."""

    fixed_count = weight = PACE.people(Kind.CONFIRM)
    wait_time = every(Kind.CONFIRM)

    @task
    def confirm(self) -> None:
        self.send(next(_confirmations), "", Kind.CONFIRM, OK)


class Leaver(Person):
    """Has the mail program do it (RFC 8058)."""

    fixed_count = weight = PACE.people(Kind.LEAVE)
    wait_time = every(Kind.LEAVE)

    @task
    def leave(self) -> None:
        self.send(next(_leavers), "List-Unsubscribe=One-Click", Kind.LEAVE, OK)


class Colleague(Person):
    """Signs in by password."""

    fixed_count = weight = PACE.people(Kind.SIGN_IN)
    wait_time = every(Kind.SIGN_IN)

    @task
    def sign_in(self) -> None:
        path = CONTENT["sign_in"][0]
        form = self.form_at(path, Kind.SIGN_IN, path)
        cookie = f"{CSRF_COOKIE}={dict(form).get('csrfmiddlewaretoken', '')}"
        self.send(
            path,
            filled_in(form, {"username": next(_accounts), "password": PASSWORD}),
            Kind.SIGN_IN,
            FOUND,
            Cookie=cookie,
        )


class Reader(Person):
    """Mostly postings and lists, now and then a search, a feed or the API."""

    fixed_count = weight = PACE.people(Kind.READ)
    wait_time = every(Kind.READ)

    @override
    def on_start(self) -> None:
        not_all_at_once(PACE.each(Kind.READ))

    @task(10)
    def a_posting(self) -> None:
        self.read(random.choice(CONTENT["page"]), Kind.READ)

    @task(5)
    def the_list(self) -> None:
        self.read("/jobs/", Kind.READ)

    @task(2)
    def a_search(self) -> None:
        word = random.choice(("nurse", "baker", "cook", "welder", "ghent", "lyon"))
        self.read(f"/jobs/?q={word}", Kind.SEARCH)

    @task(1)
    def a_feed(self) -> None:
        self.read("/feeds/jobs.atom", Kind.READ)
