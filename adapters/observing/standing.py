"""How the adapters stand, as the database has it: checks for `/readyz`, and metrics. Each asks what an index answers."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Final

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

from adapters import background, clock
from adapters.models import Handling, JobRun, OutboxEvent
from adapters.observing import beats
from adapters.observing.health import FINE, Finding, State

OUTBOX_PATIENCE: Final = timedelta(minutes=5)
PACKAGE: Final = "followable-jobs"

type Samples = Iterable[tuple[tuple[str, ...], float]]
"""Values of labels, and how much."""


def database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return FINE


def migrations() -> Finding:
    """Whether all are applied that this program knows; there may be more, of a newer one (`docs/observing.md`)."""
    applied = MigrationRecorder(connection).applied_migrations().keys()
    if _Needed.migrations and _Needed.migrations <= applied:
        return FINE
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        first = f"{plan[0][0].app_label}.{plan[0][0].name}"
        return Finding(State.FAILED, f"{len(plan)} are missing, first of all {first}.", "Run: manage.py migrate")
    _Needed.migrations = frozenset(executor.loader.disk_migrations or ()) & applied
    return FINE


class _Needed:
    """Found out once, which takes a while."""

    migrations: frozenset[tuple[str, str]] = frozenset()


def outbox() -> Finding:
    late = _age(_due_since())
    if late > OUTBOX_PATIENCE.total_seconds():
        return Finding(
            State.WARNING,
            f"An event has been due for {late:.0f} s.",
            "See whether a worker runs, what it is busy with, and its log.",
        )
    given_up = Handling.objects.filter(state=Handling.State.DEAD).count()
    if given_up:
        return Finding(
            State.WARNING,
            f"Listeners gave up {given_up} times.",
            "manage.py events --failed says why; mend it, then: manage.py events --retry",
        )
    return FINE


def workers() -> Finding:
    alive, lost = beats.of_workers()
    if not alive:
        return Finding(State.WARNING, "No worker gives a sign of life.", "Start one: manage.py worker")
    if lost:
        where = ", ".join(sorted({f"{worker.host} ({worker.pid})" for worker in lost}))
        return Finding(
            State.WARNING,
            f"{len(lost)} ended without a word: {where}.",
            "See whether the machine killed it for want of memory, or lost the database; this is forgotten after an hour.",
        )
    return FINE


def jobs() -> Finding:
    failing = sorted(JobRun.objects.exclude(last_error="").values_list("name", flat=True))
    if failing:
        return Finding(
            State.WARNING,
            f"Failed the last time: {', '.join(failing)}.",
            "The log of the worker, or of the backup, says why; it is tried again when its period is over.",
        )
    return FINE


def metrics() -> Iterator[Metric]:
    build = InfoMetricFamily("board_build", "Which program this is.")
    build.add_metric([], _build())
    yield build
    waiting = (
        OutboxEvent.objects.filter(next_attempt_at__isnull=False).values_list("name").annotate(Count("pk")).order_by()
    )
    by_name = (((str(name),), number) for name, number in waiting)
    yield gauge("board_outbox_waiting", "Events that some listener waits for.", "event", by_name)
    yield one("board_outbox_age_seconds", "For how long the oldest due event has been due.", _age(_due_since()))
    unwell = Handling.objects.exclude(state=Handling.State.DONE).values_list("handler", "state")
    counted = unwell.annotate(Count("pk")).order_by()
    failed = (((str(handler), str(state).lower()), number) for handler, state, number in counted)
    yield gauge("board_handlings_unfinished", "Events that a listener failed on.", "handler state", failed)
    yield from _of_workers()
    yield from _of_jobs()


def _of_workers() -> Iterator[Metric]:
    alive, lost = beats.of_workers()
    numbers = ((("alive",), len(alive)), (("lost",), len(lost)))
    yield gauge("board_workers", "Workers by whether they give signs of life.", "state", numbers)
    busy = max((worker.job_seconds for worker in alive), default=0)
    yield one("board_worker_busy_seconds", "For how long a worker has been busy with one job, at most.", busy)


def _of_jobs() -> Iterator[Metric]:
    runs = list(JobRun.objects.all())
    started = (((run.name,), run.last_started_at.timestamp()) for run in runs if run.last_started_at)
    yield gauge("board_job_last_run_timestamp_seconds", "When a periodic job last began.", "job", started)
    took = (((run.name,), run.last_seconds) for run in runs if run.last_seconds is not None)
    yield gauge("board_job_last_seconds", "How long that took.", "job", took)
    failing = (((run.name,), float(bool(run.last_error))) for run in runs)
    yield gauge("board_job_failing", "Whether it failed then.", "job", failing)
    every = (((job.name,), job.every.total_seconds()) for job in background.jobs())
    yield gauge("board_job_period_seconds", "How often it is run at least.", "job", every)


def gauge(name: str, what: str, labels: str, samples: Samples) -> Metric:
    """`labels` are separated by spaces."""
    family = GaugeMetricFamily(name, what, labels=labels.split())
    for of, value in samples:
        family.add_metric(of, value)
    return family


def one(name: str, what: str, value: float) -> Metric:
    """Without labels."""
    return gauge(name, what, "", [((), value)])


def _due_since() -> datetime | None:
    due: datetime | None = OutboxEvent.objects.filter(next_attempt_at__lte=clock.now()).aggregate(
        at=Min("next_attempt_at")
    )["at"]
    return due


def _age(since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (clock.now() - since).total_seconds())


@cache
def _build() -> dict[str, str]:
    return {
        "version": version(PACKAGE),
        "python": platform.python_version(),
        "django": django.get_version(),
        "wagtail": version("wagtail"),
    }
