"""One question to the database, put without what Django and psycopg do around each: it is asked for every page that is given again.

On PostgreSQL it goes by libpq (https://www.psycopg.org/psycopg3/docs/api/pq.html), on SQLite by the connection of Python's own module. That
takes half of the time or less; otherwise to ask whether a page is still good would cost as much as to give it.
"""

from collections.abc import Sequence
from typing import Final
from weakref import WeakSet

from django.db import connection
from psycopg import Connection
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

NAME: Final = b"sum_of_marks"
SUM: Final = b"SELECT sum(mark) FROM adapters_touched WHERE subject = ANY($1)"

_prepared: Final[WeakSet[Connection[object]]] = WeakSet()
"""Connections that know the question by its name, so that it need not be read and planned each time."""


class Lost(Exception):
    """The connection could not answer. It is closed; the next question opens another."""


def sum_of_marks(subjects: Sequence[str]) -> int:
    """Of all rows about the subjects. Raises `Lost`."""
    connection.ensure_connection()
    try:
        return _by_libpq(connection.connection, subjects) if _is_postgresql() else _by_sqlite(subjects)
    except Exception as reason:
        if not connection.in_atomic_block:
            connection.close()
        raise Lost(str(reason)) from reason


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _by_libpq(session: Connection[object], subjects: Sequence[str]) -> int:
    if session not in _prepared:
        _checked(session.pgconn.prepare(NAME, SUM), ExecStatus.COMMAND_OK)
        _prepared.add(session)
    result = _checked(session.pgconn.exec_prepared(NAME, [_array(subjects)]), ExecStatus.TUPLES_OK)
    return int(result.get_value(0, 0) or 0)


def _checked(result: PGresult, expected: ExecStatus) -> PGresult:
    if result.status != expected:
        raise ValueError(result.get_error_message())
    return result


def _array(values: Sequence[str]) -> bytes:
    """As PostgreSQL reads it (§8.15.2 of its manual)."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return ("{" + ",".join(f'"{value}"' for value in quoted) + "}").encode()


def _by_sqlite(subjects: Sequence[str]) -> int:
    marks = ",".join("?" * len(subjects))
    sql = f"SELECT sum(mark) FROM adapters_touched WHERE subject IN ({marks})"  # noqa: S608 - no value is in it
    (found,) = connection.connection.execute(sql, subjects).fetchone()
    return int(found or 0)
