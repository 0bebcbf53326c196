"""`python -m tests.benchmarks alike`: how long a form takes, by what the board knows of the address (A17).

Each address asks once, in an order drawn by lot. Two groups of addresses are unknown: what these two differ by, the machine's moods make.
"""

import json
import statistics
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from enum import StrEnum
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import product
from random import Random
from time import perf_counter
from typing import Final
from urllib.parse import urlencode

from tests.benchmarks import clients, cpus, databases, machine, sinks, web
from tests.benchmarks.clients import Failed
from tests.benchmarks.databases import Engine
from tests.benchmarks.sinks import MissingProgram

POSTINGS: Final = 100
EACH: Final = 400
"""Addresses in each state."""
WARM: Final = 20
AT_MOST: Final = 1.05
"""Or below one by as much."""


class State(StrEnum):
    """By the first letter of their addresses, which are all of one length: a longer one takes longer to read."""

    UNKNOWN = "u"
    UNKNOWN_TOO = "v"
    PENDING = "p"
    CONFIRMED = "c"
    LEFT = "l"
    SUPPRESSED = "s"


def address_of(state: State, number: int) -> str:
    return f"{state.value}{number:05}@example.org"


def main(options: Namespace) -> int:
    try:
        taken, about = _measure()
    except (Failed, MissingProgram) as reason:
        print(reason, file=sys.stderr)
        return 1
    ratios: dict[str, dict[str, float]] = {}
    for engine, seconds in taken.items():
        medians = {state: statistics.median(each) for state, each in seconds.items()}
        ratios[engine] = {state.name: median / medians[State.UNKNOWN] for state, median in medians.items()}
        for state, median in medians.items():
            ratio = ratios[engine][state.name]
            missed = "" if 1 / AT_MOST <= ratio <= AT_MOST else "  MISSED"
            print(f"{engine:<12}{state.name.lower():<13}{median * 1_000:>8.2f} ms{ratio:>8.3f}{missed}")
    print(f"to reach: at most {AT_MOST:g} times the median of unknown addresses, and not below by as much")
    if options.json is not None:
        options.json.write_text(json.dumps({"machine": about, "ratios": ratios}, indent=2))
    return 0


def _measure() -> tuple[Mapping[str, Mapping[State, list[float]]], dict[str, object]]:
    taken: dict[str, Mapping[State, list[float]]] = {}
    descriptions: dict[str, Mapping[str, str]] = {}
    for database in (databases.sqlite, databases.postgres):
        with database() as engine, _asking(engine) as (port, form):
            taken[engine.name] = _ask(port, form)
            descriptions[engine.name] = engine.description
    return taken, machine.description(descriptions, sends=False)


@contextmanager
def _asking(engine: Engine) -> Iterator[tuple[int, str]]:
    """A board with people in each state; gives its port, and where they ask. What they ask for waits: no worker runs."""
    with ExitStack() as stack:
        static = stack.enter_context(tempfile.TemporaryDirectory(prefix="board-static-"))
        url = engine.new("alike").url
        env = clients.environment(url, STATIC_ROOT=static, ASKS_PER_CLIENT="1000000", MINIMUM_FILL_TIME="0")
        clients.stage("load", POSTINGS, 0, env=env)
        form = str(clients.stage("ask", EACH, env=env)["form"])
        yield stack.enter_context(web.running(env)), form


def _ask(port: int, form: str) -> Mapping[State, list[float]]:
    with cpus.pinned(cpus.CLIENTS):
        for number in range(WARM):
            _once(port, form, f"w{number:05}@example.org")
        taken: dict[State, list[float]] = {state: [] for state in State}
        everybody = list(product(State, range(EACH)))
        Random(1).shuffle(everybody)  # noqa: S311 - the same in every run
        for state, number in everybody:
            taken[state].append(_once(port, form, address_of(state, number)))
        return taken


def _once(port: int, form: str, address: str) -> float:
    """The seconds from the button to the answer. Raises `Failed` if it is not that a mail was sent."""
    headers = dict(header.split(": ") for header in web.HEADERS)
    with closing(HTTPConnection(sinks.HOST, port)) as connection:
        began = perf_counter()
        connection.request(
            "POST",
            form,
            urlencode({"address": address}),
            {**headers, "Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = connection.getresponse()
        answer.read()
        seconds = perf_counter() - began
    if answer.status != HTTPStatus.SEE_OTHER:
        raise Failed(f"{form} answered {answer.status} to {address}")
    return seconds
