"""`manage.py worker`: does what is due in the background."""

import gc
import logging
import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Final, override

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.models import Count, Min, Q
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, get_date_max

from adapters import background, clock, links, listening
from adapters.listening import Bell
from adapters.observing.beats import Heart
from adapters.observing.logs import log_what_nobody_catches

logger = logging.getLogger(__name__)

BETWEEN_LOOKS: Final = 0.2
"""How long it leaves the database alone after it has looked in vain, whatever it hears."""
AWAY_SECONDS: Final = 1.0


class Command(BaseCommand):
    help = "Bring events to their listeners, send mails, publish what is scheduled, close what has expired. Run one or several."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do everything that is due now, then exit.")

    @override
    def handle(self, *, once: bool, **_: object) -> None:
        if once:
            self._once()
        else:
            self._for_ever()

    def _once(self) -> None:
        failed: set[str] = set()
        while True:
            _run_tasks(at_most=None)
            done, failed_now = background.run_due(now_anyhow=True)
            failed.update(failed_now)
            if not done:
                break
        if failed:
            raise CommandError(f"Failed: {', '.join(sorted(failed))}. The log above says why.")

    def _for_ever(self) -> None:
        signal.signal(signal.SIGINT, _finish)
        signal.signal(signal.SIGTERM, _finish)
        log_what_nobody_catches()
        links.without_token("subscriptions:end")  # the first address of all loads every view of the board
        gc.freeze()  # all that was imported stays: looking through it again and again takes time from the mails
        self.stdout.write("The worker is running. Ctrl-C ends it.")
        with Heart(background.busy_with):
            self._work()
        self.stdout.write("The worker has finished.")

    def _work(self) -> None:
        rounds = background.Rounds()
        was_away = False
        while not background.is_stopping():
            try:
                with listening.bell() as bell:
                    if was_away:
                        background.wake_all()
                    was_away = False
                    _serve(rounds, bell)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The database is not there for us; trying again. %s", error)
                was_away = True
                connections.close_all()
                time.sleep(AWAY_SECONDS)


def _finish(_number: int, _frame: FrameType | None) -> None:
    background.stop()


def _serve(rounds: background.Rounds, bell: Bell) -> None:
    while not background.is_stopping():
        looked_at = time.monotonic()
        wait = _seconds_to_next_task()
        if wait <= 0:
            _run_tasks(at_most=1)
        rounds.run_due()
        clock.compare_now_and_then(connection)
        if wait > 0:
            wait = min(wait, bell.patience, (rounds.next_at() - clock.now()).total_seconds())
            _listen(bell, until=looked_at + wait)
            time.sleep(max(0, looked_at + BETWEEN_LOOKS - time.monotonic()))


def _listen(bell: Bell, *, until: float) -> None:
    while not background.is_stopping() and (left := until - time.monotonic()) > 0:
        if bell.wait(min(left, 1)):
            break


def _seconds_to_next_task() -> float:
    """0 if a task waits for a worker now; infinity if none is in sight, or if tasks are not ours to run."""
    if not background.queue_is_ours():
        return float("inf")
    waiting = DBTaskResult.objects.filter(backend_name=background.BACKEND, status="READY")
    at_once = Count("pk", filter=Q(run_after=get_date_max()))
    found = waiting.aggregate(at_once=at_once, next_at=Min("run_after"))
    if found["at_once"]:
        return 0
    return (found["next_at"] - clock.now()).total_seconds() if found["next_at"] else float("inf")


def _run_tasks(*, at_most: int | None) -> None:
    if background.queue_is_ours():
        Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name=background.BACKEND,
            startup_delay=False,
            max_tasks=at_most,
            worker_id=get_random_string(32),
        ).run()
