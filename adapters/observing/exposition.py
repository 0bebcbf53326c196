"""The metrics as Prometheus reads them (https://prometheus.io/docs/instrumenting/exposition_formats/).

Those of the board as a whole are the same whichever web host is asked: what stands in the database, and what workers have counted. Those
of one host are what its web processes have counted. They are apart so that nothing is added up twice.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Final

from django.db import connection, transaction
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from adapters.observing import beats, figures

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
KEPT_SECONDS: Final = 10.0
"""Several Prometheus servers, or one with a short interval, cost the database no more than one does."""
LONGEST_STATEMENT: Final = "5s"

type Look = Callable[[], Iterable[Metric]]


@dataclass(frozen=True, slots=True)
class _Told:
    until: float
    text: bytes


_looks: Final[dict[str, Look]] = {}
_guard: Final = threading.Lock()
_told: Final[list[_Told]] = []
"""What was told last."""


def register(name: str, look: Look) -> None:
    """`look` reads metrics from the database, in questions that are quick however much there is. A name counts once."""
    _looks.setdefault(name, look)


def of_the_board() -> bytes:
    """At most `KEPT_SECONDS` old. Raises `DatabaseError`."""
    with _guard:
        if not _told or _told[-1].until < monotonic():
            text = generate_latest(_registry_of(_Board()))
            _told[:] = [_Told(monotonic() + KEPT_SECONDS, text)]
        return _told[-1].text


def of_this_host() -> bytes:
    """Of all processes of the server, if it is set up for that (`config/gunicorn.py`), else of this one."""
    figures.answered.flush()
    figures.given_again.flush()
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(figures.REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus-client does not annotate it
    return generate_latest(registry)


def forget() -> None:
    """Have the next one look again."""
    with _guard:
        _told.clear()


class _Board:
    def collect(self) -> Iterator[Metric]:
        began = monotonic()
        with _bounded():
            yield from beats.counted_by_workers()
            for look in _looks.values():
                yield from look()
        took = GaugeMetricFamily("board_scrape_seconds", "How long it took to look all this up.")
        took.add_metric([], monotonic() - began)
        yield took


def _registry_of(board: _Board) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(board)
    return registry


@contextmanager
def _bounded() -> Iterator[None]:
    """The database gives up a question that takes too long, where it can."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST_STATEMENT}'")
        yield
