"""An editor's screens, as the benchmarks ask for them. To be imported when Django is set up."""

import statistics
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Final

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms import load
from cms.models import JobPage

TIMES: Final = 15


def make_board(postings: int, followers: int) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    load.generate(postings=postings, followers=followers)


def screens() -> Mapping[str, Callable[[Client], object]]:
    """The panel is that of the posting that most people follow."""
    popular = JobPage.objects.live().order_by("path")[0]
    panel = reverse("cms_editor:panel", args=[popular.pk])
    return {
        "listing": lambda client: client.get(reverse("jobs:index")),
        "dashboard": lambda client: client.get(reverse("wagtailadmin_home")),
        "panel": lambda client: client.post(panel, {}),
    }


def figures() -> dict[str, float]:
    """The median of the seconds, and the number of queries, of each screen."""
    client = Client(SERVER_NAME="board.example.org", headers={"x-forwarded-proto": "https"})
    client.force_login(User.objects.get_or_create(username="editor", is_superuser=True, is_staff=True)[0])
    found: dict[str, float] = {}
    for name, show in screens().items():
        show(client)  # the first time fills the caches
        with CaptureQueriesContext(connection) as queries:
            answer = show(client)
        if not isinstance(answer, HttpResponse) or answer.status_code != 200:
            raise AssertionError(f"{name}: {answer}")
        found[f"{name}_queries"] = len(queries)
        found[f"{name}_seconds"] = statistics.median(_timed(show, client) for _ in range(TIMES))
    return found


def _timed(show: Callable[[Client], object], client: Client) -> float:
    began = perf_counter()
    show(client)
    return perf_counter() - began
