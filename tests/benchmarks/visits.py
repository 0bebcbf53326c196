"""A visitor's pages, as the benchmarks ask for them. To be imported when Django is set up."""

import statistics
from collections.abc import Mapping
from time import perf_counter
from typing import Final

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import JobIndexPage, JobPage

TIMES: Final = 15


def addresses() -> dict[str, str]:
    board = JobIndexPage.objects.order_by("path")[0]
    job = JobPage.objects.open(at=timezone.now()).order_by("path")[0]
    return {"job": job.get_url() or "", "list": board.get_url() or "", "feed": "/feeds/jobs.atom"}


def made_anew() -> Mapping[str, str]:
    """A broad search and a filter, both with the counts of all other filters."""
    board = addresses()["list"]
    return {
        "list": board,
        "filter": f"{board}?category=health&workplace=remote&salary=30000&currency=EUR",
        "search": f"{board}?q=nurse&category=health",
        "last_page": f"{board}?page=1000000",
    }


def figures() -> dict[str, float]:
    """The median of the seconds, and the number of queries, of each page when nothing is kept for it."""
    client = Client(SERVER_NAME="board.example.org", headers={"x-forwarded-proto": "https"})
    found: dict[str, float] = {}
    for name, address in made_anew().items():
        _show(client, address)  # the first time reads the board into memory
        with CaptureQueriesContext(connection) as queries:
            _show(client, address)
        found[f"{name}_queries"] = len(queries)
        found[f"{name}_seconds"] = statistics.median(_show(client, address) for _ in range(TIMES))
    return found


def _show(client: Client, address: str) -> float:
    caches["pages"].clear()
    began = perf_counter()
    answer = client.get(address)
    seconds = perf_counter() - began
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status_code}")
    return seconds
