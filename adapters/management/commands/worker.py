"""`manage.py worker`: does what is due in the background."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Final, override

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from adapters import background

IDLE_SECONDS: Final = 0.5


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
            _run_tasks()
            done, failed_now = background.run_due(now_anyhow=True)
            failed.update(failed_now)
            if not done:
                break
        if failed:
            raise CommandError(f"Failed: {', '.join(sorted(failed))}. The log above says why.")

    def _for_ever(self) -> None:
        stop = threading.Event()

        def finish(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGINT, finish)
        signal.signal(signal.SIGTERM, finish)
        self.stdout.write("The worker is running. Ctrl-C ends it.")
        while not stop.is_set():
            close_old_connections()
            _run_tasks()
            background.run_due()
            stop.wait(IDLE_SECONDS)
        self.stdout.write("The worker has finished.")


def _run_tasks() -> None:
    Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name=background.BACKEND,
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    ).run()
