"""Whatever is sent to whichever address, the board answers, soon, and never with an error of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from django.conf import LazySettings
from django.test import Client

from cms.models import JobPage
from jobs_domain.identifiers import SubscriptionId
from tests.integration.attacks import addresses, broken
from tests.integration.attacks.attack import Attack
from tests.integration.attacks.broken import BODIES, FORM, HEADERS, METHODS, QUERIES, SEGMENTS, Body
from tests.integration.cms.factories import make_category, make_closed_job, make_follower, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

READS_QUERIES: Final = ("/jobs/", "/searches/", "/feeds/jobs", "/api/")
TAKES_FORMS: Final = ("/jobs/baker/subscribe", "/searches/", "/subscriptions/manage", "/subscriptions/end")


@pytest.fixture(autouse=True)
def no_limits(settings: LazySettings) -> None:
    settings.ASKS_PER_CLIENT = settings.ASKS_PER_ADDRESS = 0


@pytest.fixture(autouse=True)
def somebody_to_tell(settings: LazySettings) -> None:
    settings.SECURITY_CONTACT = "security@board.example.org"


@pytest.fixture
def job() -> JobPage:
    make_closed_job("Cook", slug="cook")
    make_job("Miller", slug="miller").unpublish()
    return make_job(categories=(make_category("Baking"),))


@pytest.fixture
def follower(job: JobPage) -> SubscriptionId:
    return make_follower(job)


@pytest.fixture
def paths(job: JobPage, follower: SubscriptionId) -> list[str]:
    return [path for paths in addresses.examples(job, follower).values() for path in paths]


def test_every_route_has_an_example_that_is_answered(job: JobPage, follower: SubscriptionId) -> None:
    """Fails on a route that was added without one."""
    client = Client()
    examples = addresses.examples(job, follower)
    assert len(examples) > 30
    answered = {route: [client.get(path).status_code for path in paths] for route, paths in examples.items()}
    assert {route for route, statuses in answered.items() if not set(statuses) - {404}} <= {
        "documents/^(\\d+)/(.*)$",
        "documents/authenticate_with_password/<int:restriction_id>/",
        "media/images/<path:path>",
        "api/",
        "inbox/<str:key>/",
        "inbox/<str:key>/html/",
        "subscriptions/keep/<str:token>/",
        "subscriptions/leave-all/<str:token>/",
        "subscriptions/move/<str:token>/",
    }


def some[T](everything: Sequence[T], path: str, number: int, *, all_for: Sequence[str]) -> Sequence[T]:
    """All for addresses that read it; a part for each of the others, so that all of them together get all."""
    return everything if path.startswith(tuple(all_for)) else everything[number % 5 :: 5]


def test_no_query_is_an_error(paths: list[str]) -> None:
    attack = Attack()
    for number, path in enumerate(paths):
        for query in some(QUERIES, path, number, all_for=READS_QUERIES):
            attack.send("GET", path, query=query)
    assert attack.wrong == {}


def test_no_method_is_an_error(paths: list[str]) -> None:
    attack = Attack()
    for path in paths:
        for method in METHODS:
            attack.send(method, path)
    assert attack.wrong == {}


def test_no_body_is_an_error(paths: list[str]) -> None:
    attack = Attack()
    for number, path in enumerate(paths):
        for body in some(BODIES, path, number, all_for=TAKES_FORMS):
            attack.send("POST", path, body)
        attack.send("PUT", path, BODIES[1])
        attack.send("GET", path, BODIES[1])
    assert attack.wrong == {}


def test_no_header_is_an_error(paths: list[str]) -> None:
    attack = Attack()
    for path in paths:
        for headers in HEADERS:
            attack.send("GET", path, headers=headers)
        attack.send("POST", path, Body(b"address=ana@example.org", FORM), headers=HEADERS[8])
    assert attack.wrong == {}


OF_THE_DEMO: Final = "media/"
"""Elsewhere the web server serves pictures; Django's view for trying things out fails on a name that is too long for a file."""


def test_no_path_is_an_error(paths: list[str]) -> None:
    attack = Attack()
    for route, is_plain in addresses.routes():
        if is_plain and "<" in route and not route.startswith(OF_THE_DEMO):
            for segment in SEGMENTS:
                attack.send("GET", addresses.with_broken_segment(route, segment))
    for path in paths:
        for near in broken.paths_around(path):
            attack.send("GET", near)
            attack.send("POST", near, BODIES[1])
    assert attack.wrong == {}


def test_an_error_of_the_board_is_seen() -> None:
    attack = Attack()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cms.finding.address.read", None)
        attack.send("GET", "/searches/follow/", query="q=1")
    assert "TypeError" in "".join(attack.wrong.values())
