"""Every row by the same yardstick: the sink counts, and the clients' time is what the kernel says."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import processes
from tests.benchmarks.clients import Client, Failed
from tests.benchmarks.sinks import Sink

GLANCE_SECONDS: Final = 0.005
WARM_UP: Final = 0.1
"""The part of the messages before the clock starts: processes have to start and connections to open."""
SLOWEST: Final = 50
"""Messages a second below which a row is given up."""
PATIENCE: Final = 60
LAST_MESSAGES: Final = 2
"""Seconds in which the sink counts what came from clients that have finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Seconds for so many messages: of wall time and of processor time."""

    messages: int
    wall: float
    client: float
    sink: float
    database: float = 0.0

    @property
    def rate(self) -> float:
        return self.messages / self.wall


@dataclass(frozen=True, slots=True)
class Usage:
    messages: int
    at: float
    client: float
    sink: float
    database: float


def watch(sink: Sink, clients: Sequence[Client], *, first: int, messages: int, database: int = 0) -> Run:
    """Measures from when the sink has a tenth of the messages until it has all. `first` is what it had before them.

    `database` is the process of the database's server, if there is one. Raises `Failed`.
    """
    return _between(
        _usage_at(sink, clients, first, messages, int(messages * WARM_UP), database),
        _usage_at(sink, clients, first, messages, messages, database),
    )


def wait_until(sink: Sink, clients: Sequence[Client], *, first: int, messages: int, of: int | None = None) -> int:
    """Until the sink has so many messages more than `first`; gives how many it has. Raises `Failed`."""
    deadline = time.monotonic() + PATIENCE + messages / SLOWEST
    while (taken := sink.messages() - first) < messages:
        if time.monotonic() > deadline:
            said = "\n".join(client.last_words() for client in clients)
            raise Failed(f"Only {taken:,} of {of or messages:,} messages came in time.\n{said}")
        if sum(client.has_finished() for client in clients) == len(clients):
            deadline = min(deadline, time.monotonic() + LAST_MESSAGES)
        time.sleep(GLANCE_SECONDS)
    return taken


def _usage_at(sink: Sink, clients: Sequence[Client], first: int, messages: int, goal: int, database: int) -> Usage:
    taken = wait_until(sink, clients, first=first, messages=goal, of=messages)
    return Usage(
        messages=taken,
        at=time.perf_counter(),
        client=sum(processes.cpu_seconds(client.pid) for client in clients),
        sink=processes.cpu_seconds(sink.pid),
        database=processes.cpu_seconds(database) if database else 0.0,
    )


def _between(began: Usage, ended: Usage) -> Run:
    return Run(
        messages=ended.messages - began.messages,
        wall=ended.at - began.at,
        client=ended.client - began.client,
        sink=ended.sink - began.sink,
        database=ended.database - began.database,
    )


def median_rate(runs: Sequence[Run]) -> float:
    return statistics.median(run.rate for run in runs)


def micros(runs: Sequence[Run], part: str) -> float:
    """The median of the microseconds for each message: `wall`, `client`, `sink` or `database`."""
    return statistics.median(float(getattr(run, part)) / run.messages for run in runs) * 1e6
