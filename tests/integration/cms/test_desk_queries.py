"""How often an editor's screens ask the database, on the pages that the benchmark asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms import load
from tests.benchmarks.desk import screens
from tests.integration.notifications import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ADMINISTRATORS: Final = {"listing": 9, "dashboard": 10, "panel": 9}
OTHERS: Final = {"listing": 11, "dashboard": 12, "panel": 11}
"""Wagtail asks for their rights: of their groups, to pages and to collections."""


@pytest.mark.parametrize(
    ("person", "most"),
    [(people.administrator, ADMINISTRATORS), (people.publisher, OTHERS), (people.editor, OTHERS)],
    ids=["administrator", "publisher", "editor"],
)
def test_as_few_as_documented(person: Callable[[], Client], most: Mapping[str, int]) -> None:
    load.generate(postings=60, followers=60)
    client = person()
    asked = {name: _asked(show, client) for name, show in screens().items()}
    assert {name: number for name, number in asked.items() if number > most[name]} == {}


def _asked(show: Callable[[Client], object], client: Client) -> int:
    """Once the caches are filled."""
    show(client)
    with CaptureQueriesContext(connection) as queries:
        show(client)
    return len(queries)
