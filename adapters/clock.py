"""What time it is for the board: one time for all its hosts, whatever their own clocks say.

Hosts tell each other by instants in the database when a lease is over, when a job is due again, what happened before what. So they go by
the clock of the database, if it is one that several hosts share. Each process compares its own with it whenever it connects, and a
worker, whose connection lasts, once a minute besides.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, override

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from jobs_domain.ports import Clock

logger = logging.getLogger(__name__)

TOLERATED: Final = timedelta(milliseconds=100)
"""Clocks that are kept by NTP differ by less, and are left alone."""
COMPARED_EVERY: Final = 60.0


@dataclass(slots=True)
class _OfTheDatabase:
    """`ahead` of this machine's clock. `compared_at` is on the monotonic clock, in seconds."""

    ahead: timedelta = timedelta()
    compared_at: float = float("-inf")


_database: Final = _OfTheDatabase()


def now() -> datetime:
    """The present instant, aware, in UTC, by the clock of the database."""
    return timezone.now() + _database.ahead


def compare(connection: BaseDatabaseWrapper) -> None:
    """See by how much this machine's clock is wrong. What the question takes is the uncertainty, and is left out of it."""
    if connection.vendor != "postgresql" or not settings.ONE_CLOCK:
        return
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
        after = timezone.now()
    _note(theirs, before, after)


def compare_now_and_then(connection: BaseDatabaseWrapper) -> None:
    """For a process whose connection lasts: its clock may be set meanwhile, or the database's."""
    if monotonic() > _database.compared_at + COMPARED_EVERY:
        compare(connection)


def _note(theirs: datetime, before: datetime, after: datetime) -> None:
    ahead = max(theirs - after, timedelta()) + min(theirs - before, timedelta())
    if abs(ahead) <= TOLERATED:
        ahead = timedelta()
    if ahead and abs(ahead - _database.ahead) > TOLERATED:
        message = "This machine's clock is %.1f s %s the database's, by which the board goes; mend it (NTP)."
        logger.warning(message, abs(ahead).total_seconds(), "behind" if ahead > timedelta() else "ahead of")
    _database.ahead, _database.compared_at = ahead, monotonic()


class SystemClock(Clock):
    @override
    def now(self) -> datetime:
        return now()
