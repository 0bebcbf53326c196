"""Work that is done behind the visitors' backs, by `manage.py worker`.

Every job looks in the database for what is due, does a bounded part of it and says how much it did; so it may run at any
time, any number of times, in several workers at once. `wake` asks for a job right after the present transaction, through Django's
Tasks API; and should that task be lost, the job runs anyhow when its period is over.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import django
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from adapters.models import JobRun

if TYPE_CHECKING or django.VERSION < (6, 0):
    from django_tasks import task
else:
    from django.tasks import task

logger = logging.getLogger(__name__)

BACKEND: Final = "board"
KEEP_FINISHED: Final = timedelta(days=1)
ROUNDS_PER_WAKE: Final = 50


@dataclass(frozen=True, slots=True)
class Job:
    """`run` does a bounded part of what is due and returns how much it did, 0 when nothing was."""

    name: str
    every: timedelta
    run: Callable[[], int]

    def wake(self) -> None:
        run_job.enqueue(self.name)


_jobs: Final[dict[str, Job]] = {}
_wakers: Final[dict[str, Callable[[], None]]] = {}


def register(name: str, *, every: timedelta, run: Callable[[], int]) -> None:
    """Have the worker run the job at least once in each period. Registering a name again changes nothing."""
    job = _jobs.setdefault(name, Job(name, every, run))
    _wakers.setdefault(name, job.wake)


def jobs() -> Iterable[Job]:
    return tuple(_jobs.values())


def wake(name: str) -> None:
    """Have a worker run the job as soon as the present transaction is committed; asking twice in one is asking once."""
    waker = _wakers[name]
    if not any(waker in hook for hook in connection.run_on_commit):
        transaction.on_commit(waker, robust=True)


@task(backend=BACKEND)
def run_job(name: str) -> int:
    """Run the job until nothing is due."""
    total = 0
    for _ in range(ROUNDS_PER_WAKE):
        done = _jobs[name].run()
        total += done
        if not done:
            break
    return total


def run_due(*, now_anyhow: bool = False) -> tuple[int, list[str]]:
    """Run every job whose period is over (or all of them): how much was done, and the names of the jobs that failed.

    Of several workers one gets to run a job in each period.
    """
    done, failed = 0, []
    for job in jobs():
        if not (_claim(job) or now_anyhow):
            continue
        try:
            done += job.run()
            error = ""
        except Exception as exception:  # one job's failure may not keep the others from running
            logger.exception("Job “%s” failed", job.name)
            error = f"{type(exception).__name__}: {exception}"
            failed.append(job.name)
        JobRun.objects.filter(pk=job.name).exclude(last_error=error).update(last_error=error)
    return done, failed


def _claim(job: Job) -> bool:
    now = timezone.now()
    run_next = {"due_at": now + job.every, "last_started_at": now}
    is_due = JobRun.objects.filter(Q(due_at__lte=now) | Q(due_at__gt=now + job.every), pk=job.name)
    if is_due.exists():
        return is_due.update(**run_next) == 1
    if JobRun.objects.filter(pk=job.name).exists():
        return False
    return JobRun.objects.get_or_create(pk=job.name, defaults=run_next)[1]


def prune_finished() -> int:
    """Forget finished tasks of ours after a day; the ledgers know what came of them."""
    old = DBTaskResult.objects.finished().filter(backend_name=BACKEND, finished_at__lt=timezone.now() - KEEP_FINISHED)
    deleted, _ = old.delete()
    logger.debug("%d finished tasks forgotten", deleted)
    return 0
