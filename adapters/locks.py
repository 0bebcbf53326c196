"""One process at a time: a named lock that is free again as soon as its holder ends, however it ends.

On PostgreSQL it is an advisory lock of the database session, so it needs a connection that stays with one session: not PgBouncer in
transaction mode. On SQLite it is a lock on a file beside the database, which the kernel frees; in memory there is one process only.
"""

import fcntl
import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

_held_here: Final[set[str]] = set()
_guard: Final = threading.Lock()


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Whether this block holds the lock. Nobody waits: who does not get it goes without. A holder cannot take it a second time."""
    with _guard:
        is_free_here = name not in _held_here
        if is_free_here:
            _held_here.add(name)
    if not is_free_here:
        yield False
        return
    try:
        with _among_processes(name) as is_ours:
            yield is_ours
    finally:
        with _guard:
            _held_here.remove(name)


def take_turns(name: str, *, beside_others: bool = False) -> None:
    """Have what is left of this transaction run before or after that of all others that take turns under the name, never at once.

    Those that are `beside_others` do not wait for each other. On SQLite one transaction waits for another anyhow.
    """
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock_shared" if beside_others else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_key(name)])


def _among_processes(name: str) -> AbstractContextManager[bool]:
    if connection.vendor == "postgresql":
        return _session_lock(connection, name)
    database = database_file()
    return _in_memory() if database is None else _file_lock(database, name)


def database_file() -> Path | None:
    """Where SQLite keeps the database, if it does so in a file."""
    name = str(connection.settings_dict["NAME"])
    return None if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name else Path(name)


@contextmanager
def _session_lock(session: BaseDatabaseWrapper, name: str) -> Iterator[bool]:
    key = _key(name)
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            _unlock(session, key)


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


def _unlock(session: BaseDatabaseWrapper, key: int) -> None:
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    except (DatabaseError, InterfaceError) as error:  # the session is broken: its end frees the lock
        logger.debug("The lock ends with its session: %s", error)
        session.close()


@contextmanager
def _file_lock(database: Path, name: str) -> Iterator[bool]:
    folder = database.with_name(f"{database.name}-locks")
    folder.mkdir(exist_ok=True)
    with (folder / name.replace("/", "-")).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _in_memory() -> Iterator[bool]:
    yield True
