"""Work that is done behind the visitors' backs, by `manage.py worker`.

Every job looks in the database for what is due, does a bounded part of it and says how much it did; so it may run at any
time, any number of times, in several workers at once. `wake` asks for a job right after the present transaction, through Django's
Tasks API; and should that task be lost, the job runs anyhow when its period is over.

A worker that finds more than a little to do asks for one colleague and goes on; the colleague does likewise. So a long backlog is soon
worked on by all workers, whatever engine brings them their tasks, and none stays with it for so long that other jobs have to wait.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import django
from django.db import connection, transaction
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult, get_date_max

from adapters import clock, listening
from adapters.locks import only_one
from adapters.models import JobRun
from adapters.observing import figures, ids

if TYPE_CHECKING or django.VERSION < (6, 0):
    from django_tasks import TaskResultStatus, task
else:
    from django.tasks import TaskResultStatus, task

logger = logging.getLogger(__name__)

BACKEND: Final = "board"
KEEP_FINISHED: Final = timedelta(days=1)
SHIFT_SECONDS: Final = 2.0
"""How long a worker stays with one job; what it has begun by then it finishes."""
MORE_THAN_A_LITTLE: Final = 2
"""The portion with which a worker knows that it could do with help."""
AGAIN: Final = timedelta(seconds=5)
"""When to ask again for a job that another worker still runs."""


@dataclass(frozen=True, slots=True)
class Job:
    """`run` does a bounded part of what is due and returns how much it did, 0 when nothing was."""

    name: str
    every: timedelta
    run: Callable[[], int]


@dataclass(slots=True)
class _Stop:
    """No `threading.Event`, which has a lock: one signal may interrupt the handler of another, and would wait for it for ever."""

    is_asked_for: bool = False


@dataclass(frozen=True, slots=True)
class _InHand:
    """`since` is on the monotonic clock."""

    job: str = ""
    since: float = 0.0


@dataclass(slots=True)
class _Hands:
    """Read by the thread that gives signs of life."""

    hold: _InHand = _InHand()


_jobs: Final[dict[str, Job]] = {}
_not_enqueued: Final[set[str]] = set()
"""Jobs for which this process could not get a task into the queue. If it is a worker, it runs them on its rounds."""
_stop: Final = _Stop()
_present: Final = threading.local()
_hands: Final = _Hands()


def register(name: str, *, every: timedelta, run: Callable[[], int]) -> None:
    """Have the worker run the job at least once in each period. Registering a name again changes nothing."""
    _jobs.setdefault(name, Job(name, every, run))


def jobs() -> Iterable[Job]:
    return tuple(_jobs.values())


def stop() -> None:
    """Have this process finish what it has in hand and begin nothing more."""
    _stop.is_asked_for = True


def is_stopping() -> bool:
    """Whether this process was asked to end: a job then returns as soon as it can do so in good order."""
    return _stop.is_asked_for


def busy_with() -> tuple[str, float]:
    """The job that this process has in hand, and for how many seconds; empty if it has none."""
    in_hand = _hands.hold
    return (in_hand.job, time.monotonic() - in_hand.since) if in_hand.job else ("", 0.0)


def wake(name: str, at: datetime | None = None) -> None:
    """Have a worker run the job as soon as the present transaction is committed, or at a later instant.

    Asking twice in one transaction, for the same instant, is asking once. If the engine behind the tasks is out of order, or cannot
    wait for an instant, the job runs when its period is over; whoever asks does not notice.
    """
    waker = _Wake(name, at)
    if not any(waker in hook for hook in connection.run_on_commit):
        transaction.on_commit(waker, robust=True)


def wake_all() -> None:
    """For a worker whose database was away: tasks may have been lost, those among them that had begun."""
    all(_enqueue(job.name) for job in jobs())  # if one cannot, the others cannot either


@dataclass(frozen=True, slots=True)
class _Wake:
    name: str
    at: datetime | None

    def __call__(self) -> None:
        if self.at is None or self.at <= clock.now():
            _enqueue(self.name)
        elif run_job.get_backend().supports_defer:
            _enqueue(self.name, self.at.replace(microsecond=0) + timedelta(seconds=1))


def _enqueue(name: str, at: datetime | None = None) -> bool:
    """Have a task in the queue, and say whether there is one. One that waits already will do: it will see all that is committed now."""
    try:
        job_task = run_job if at is None else run_job.using(run_after=at)
        if not queue_is_ours():
            job_task.enqueue(name)
        elif not _is_waiting(name, at):
            job_task.enqueue(name)
            listening.ring()
    except Exception as error:  # noqa: BLE001 - an engine may fail in any way; what is due is in the database
        message = "No task for “%s” could be put into the queue; it runs when its period is over. %s: %s"
        logger.warning(message, name, type(error).__name__, error)
        _not_enqueued.add(name)
        return False
    return True


def queue_is_ours() -> bool:
    """Whether tasks wait in the board's database for `manage.py worker`. Other engines bring them to workers of their own."""
    return isinstance(run_job.get_backend(), DatabaseBackend)


def _is_waiting(name: str, at: datetime | None) -> bool:
    waiting = DBTaskResult.objects.filter(backend_name=BACKEND, status=TaskResultStatus.READY)
    return waiting.filter(run_after=at or get_date_max(), args_kwargs={"args": [name], "kwargs": {}}).exists()


@task(backend=BACKEND)
def run_job(name: str) -> int:
    return _Shift(_jobs[name]).work()


@dataclass(slots=True)
class _Shift:
    """A worker's time with one job. While it lasts, it calls one colleague at most."""

    job: Job
    has_called: bool = False

    def work(self) -> int:
        """Run the job, portion after portion, until nothing is due or time is up; what is left then is the colleague's."""
        began = time.monotonic()
        _present.shift, _hands.hold = self, _InHand(self.job.name, began)
        outcome = "failed"
        try:
            with ids.bound(job=self.job.name):
                total = self._portions(until=began + SHIFT_SECONDS)
            outcome = "done"
            return total
        finally:
            _present.shift, _hands.hold = None, _InHand()
            figures.JOBS.labels(self.job.name, outcome).inc()
            figures.JOB_SECONDS.labels(self.job.name).inc(time.monotonic() - began)

    def _portions(self, *, until: float) -> int:
        total = portions = 0
        while not is_stopping() and time.monotonic() < until:
            done = self.job.run()
            if not done:
                return total
            total += done
            portions += 1
            if portions == MORE_THAN_A_LITTLE:
                self.call_colleague()
        self.call_colleague()
        return total

    def call_colleague(self) -> None:
        self.has_called = self.has_called or _enqueue(self.job.name)


def call_colleague(*, if_true: Callable[[], bool]) -> None:
    """For a job whose portions take long: have one more worker join in, before dealing with a portion, if there is more to do.

    That is asked only as long as nobody was called.
    """
    shift: _Shift | None = getattr(_present, "shift", None)
    if shift is not None and not shift.has_called and if_true():
        shift.call_colleague()


@dataclass(slots=True)
class Rounds:
    """A worker's rounds through the periodic jobs. It remembers when each is due, and asks the database only then."""

    _due_at: dict[str, datetime] = field(default_factory=dict)

    def next_at(self) -> datetime:
        now = clock.now()
        due_at = {job.name: self._due_at.get(job.name, now) for job in jobs()}
        return now if due_at.keys() & _not_enqueued else min(due_at.values(), default=now + AGAIN)

    def run_due(self, *, now_anyhow: bool = False) -> tuple[int, list[str]]:
        """Run every job whose period is over (or all of them): how much was done, and the names of the jobs that failed.

        In each period one worker runs the job, when no other still does. However many periods have passed, it runs once.
        """
        total, failed = 0, []
        for job in jobs():
            anyhow = now_anyhow or job.name in _not_enqueued
            if not is_stopping() and (anyhow or _is_due(job, self._due_at.get(job.name))):
                _not_enqueued.discard(job.name)
                done, error = self._run_if_due(job, now_anyhow=anyhow)
                total += done
                if error:
                    failed.append(job.name)
        return total, failed

    def _run_if_due(self, job: Job, *, now_anyhow: bool) -> tuple[int, str]:
        """How much was done, and what went wrong."""
        with only_one(f"job {job.name}") as is_ours:
            now = clock.now()
            self._due_at[job.name] = now + AGAIN
            if not is_ours:
                return 0, ""
            begins, self._due_at[job.name] = _begin(job, now, now_anyhow=now_anyhow)
            if not begins:
                return 0, ""
            done, error = 0, ""
            try:
                done = _Shift(job).work()
            except Exception as exception:  # one job's failure may not keep the others from running
                logger.exception("Job “%s” failed", job.name)
                error = f"{type(exception).__name__}: {exception}"
            seconds = (clock.now() - now).total_seconds()
            JobRun.objects.filter(pk=job.name).update(last_error=error, last_seconds=seconds)
            return done, error


def _begin(job: Job, now: datetime, *, now_anyhow: bool) -> tuple[bool, datetime]:
    """Whether the job is due, or is to run anyhow: then it is noted that it begins. And when it is due next."""
    next_at = now + job.every
    run = JobRun.objects.filter(pk=job.name)
    due = run if now_anyhow else run.exclude(due_at__gt=now, due_at__lte=now + 2 * job.every)
    if due.update(due_at=next_at, last_started_at=now):
        return True, next_at
    row, is_new = JobRun.objects.get_or_create(pk=job.name, defaults={"due_at": next_at, "last_started_at": now})
    return is_new, row.due_at


def _is_due(job: Job, due_at: datetime | None) -> bool:
    """A due time ahead by more than two periods comes from a clock that has since been set back."""
    now = clock.now()
    return due_at is None or not now < due_at <= now + 2 * job.every


def run_due(*, now_anyhow: bool = False) -> tuple[int, list[str]]:
    return Rounds().run_due(now_anyhow=now_anyhow)


def prune_finished() -> int:
    """Forget tasks of ours a day after a worker began them, also those it did not live to finish; the ledgers know what came of them."""
    begun = DBTaskResult.objects.filter(backend_name=BACKEND).exclude(status=TaskResultStatus.READY)
    deleted, _ = begun.filter(started_at__lt=clock.now() - KEEP_FINISHED).delete()
    logger.debug("%d finished tasks forgotten", deleted)
    return 0
