"""Signs of life of workers. With each a worker hands in what it has counted: it answers no requests that Prometheus could ask it by.

What a worker had counted when it ended is added to a row that stands for all those that are gone, so that counts only go up. One
that is killed takes the last seconds of its counts along. Ages are reckoned by the clock of the database, which all hosts share.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Final, Self
from uuid import UUID, uuid4

from django.db import Error, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from prometheus_client import Metric

from adapters.models import WorkerBeat
from adapters.observing import figures

logger = logging.getLogger(__name__)

EVERY: Final = timedelta(seconds=10)
ALIVE: Final = timedelta(seconds=45)
"""A worker that was not heard of for so long is lost: it was killed, or cannot reach the database."""
MISSED: Final = timedelta(hours=1)
"""So long it is told that one is lost; then it is forgotten."""
THOSE_WHO_ARE_GONE: Final = UUID(int=0)

type Key = tuple[str, tuple[tuple[str, str], ...]]
"""The name of a sample, and its labels."""
type Counts = dict[Key, float]
type Stored = list[tuple[str, dict[str, str], float]]


class Heart:
    """Beats in a thread of its own for as long as the block lasts, so that a worker with a long job is known to be alive.

    `busy_with` says which job that is, and for how many seconds; the beat tells.
    """

    def __init__(self, busy_with: Callable[[], tuple[str, float]]) -> None:
        self.id = uuid4()
        self._busy_with = busy_with
        self._handed_in: Counts = {}
        self._is_known = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        is_over = False
        while not is_over:
            self._try_to_beat(ended_at=None)
            is_over = self._over.wait(EVERY.total_seconds())
        self._try_to_beat(ended_at=Now())

    def _try_to_beat(self, *, ended_at: Now | None) -> None:
        try:
            self.beat(ended_at=ended_at)
        except Error as reason:  # the worker itself says that the database is away
            logger.debug("No sign of life could be given: %s", reason)
        finally:
            connection.close()

    def beat(self, *, ended_at: Now | None = None) -> None:
        """Raises `django.db.Error`."""
        job, seconds = self._busy_with()
        counted = counts()
        told: dict[str, object] = {"beat_at": Now(), "ended_at": ended_at, "job": job, "job_seconds": seconds}
        if counted != self._handed_in:
            told["figures"] = stored(counted)
        if not (self._is_known and WorkerBeat.objects.filter(pk=self.id).update(**told)):
            # it is the first, or the row was added to those that are gone, with all that was handed in
            told["figures"] = stored(_without(counted, self._handed_in))
            self.id = uuid4()
            WorkerBeat.objects.create(pk=self.id, host=socket.gethostname()[:255], pid=os.getpid(), **told)
        self._handed_in, self._is_known = counted, True


def counts() -> Counts:
    """What this process has counted so far."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for metric in figures.REGISTRY.collect()
        for sample in metric.samples
        if sample.value
    }


def stored(counted: Mapping[Key, float]) -> Stored:
    return [(name, dict(labels), value) for (name, labels), value in counted.items()]


def total(rows: Iterable[Stored]) -> Counts:
    summed: Counts = {}
    for row in rows:
        for name, labels, value in row:
            key = (name, tuple(sorted(labels.items())))
            summed[key] = summed.get(key, 0) + value
    return summed


def counted_by_workers() -> Iterator[Metric]:
    """What all workers have counted, those that are gone included."""
    summed = total(WorkerBeat.objects.values_list("figures", flat=True))
    for metric in figures.REGISTRY.collect():
        of_all = Metric(metric.name, metric.documentation, metric.type)
        for (name, labels), value in summed.items():
            if _belongs(name, metric):
                of_all.add_sample(name, dict(labels), value)
        if of_all.samples:
            yield of_all


def _belongs(sample: str, metric: Metric) -> bool:
    return sample.removeprefix(metric.name) in {"_total", "_bucket", "_sum", "_count"}


def of_workers() -> tuple[list[WorkerBeat], list[WorkerBeat]]:
    """Those that are alive, and those that are lost."""
    there = WorkerBeat.objects.filter(ended_at=None).exclude(pk=THOSE_WHO_ARE_GONE).defer("figures")
    heard = Q(beat_at__gte=Now() - ALIVE)
    return list(there.filter(heard)), list(there.exclude(heard))


def prune() -> int:
    """Add what those counted that are gone to what is known of them all. Returns 0: it is never urgent to do more."""
    long_gone = Q(ended_at__isnull=False) | Q(beat_at__lt=Now() - MISSED)
    with transaction.atomic():
        gone = list(WorkerBeat.objects.select_for_update().exclude(pk=THOSE_WHO_ARE_GONE).filter(long_gone))
        if gone:
            all_gone, _ = WorkerBeat.objects.select_for_update().get_or_create(pk=THOSE_WHO_ARE_GONE)
            all_gone.figures = stored(total([all_gone.figures, *(row.figures for row in gone)]))
            all_gone.save(update_fields=["figures"])
            WorkerBeat.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return 0


def _without(counted: Counts, handed_in: Counts) -> Counts:
    return {key: value - handed_in.get(key, 0) for key, value in counted.items() if value != handed_in.get(key, 0)}
