"""How an idle worker hears that something was committed, without asking the database.

PostgreSQL tells it: `ring` sends a notification, and the worker listens on a connection of its own, which has to reach the server
directly (PgBouncer in transaction mode loses notifications). SQLite cannot tell, but every commit changes a file, and looking at a
file's time is no query.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final, Protocol, override

import psycopg
from django.db import OperationalError, connection

from adapters import sessions
from adapters.locks import database_file

CHANNEL: Final = "board_tasks"
GLANCE_SECONDS: Final = 0.1


class Bell(Protocol):
    patience: ClassVar[float]
    """For how many seconds its silence is believed."""

    def wait(self, seconds: float) -> bool:
        """Wait until something has been committed since the last call ended, but not longer than that. Whether something was.

        It may be wrong either way, now and then; whoever waits looks for himself.
        """
        ...


def ring() -> None:
    """Wake the workers that listen. Where they watch a file instead, the commit itself has woken them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def bell() -> AbstractContextManager[Bell]:
    if connection.vendor == "postgresql":
        return _listening()
    database = database_file()
    return nullcontext(NoBell() if database is None else FileBell(database))


@contextmanager
def _listening() -> Iterator[Bell]:
    try:
        with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as ears:
            ears.execute(sessions.BEGINNING, sessions.PARAMETERS)
            ears.execute(f"LISTEN {CHANNEL}")
            yield NotificationBell(ears)
    except psycopg.OperationalError as error:
        raise OperationalError(*error.args) from error


@dataclass(frozen=True, slots=True)
class NotificationBell(Bell):
    """PostgreSQL's LISTEN."""

    patience: ClassVar = 10.0
    ears: psycopg.Connection

    @override
    def wait(self, seconds: float) -> bool:
        rung = sum(1 for _ in self.ears.notifies(timeout=seconds, stop_after=1))
        if rung:  # what has come together is heard together
            rung += sum(1 for _ in self.ears.notifies(timeout=0))
        return rung > 0


@dataclass(slots=True)
class FileBell(Bell):
    """Looks now and then whether SQLite's database or its write-ahead log has changed."""

    patience: ClassVar = 5.0
    database: Path
    _seen: object = field(init=False, default=None)

    @override
    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while (now := self._look()) == self._seen and time.monotonic() < end:
            time.sleep(GLANCE_SECONDS)
        has_changed = now != self._seen
        self._seen = now
        return has_changed

    def _look(self) -> object:
        return [_state(path) for path in (self.database, self.database.with_name(f"{self.database.name}-wal"))]


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


class NoBell(Bell):
    """For a database in memory, which nobody else can change: it only lets time pass."""

    patience: ClassVar = 5.0

    @override
    def wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        return False
