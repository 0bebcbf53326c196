"""What each of our sessions with PostgreSQL begins with.

A host may go without a word: its power fails, or somebody pulls its cable. PostgreSQL would keep its session for hours, with all locks that
it has: postings that nobody else can publish, jobs that no other worker can run. So it asks after a silent host (TCP keepalive), and ends
the session of one that does not answer. The other direction is set where the connection is (`config/settings/databases.py`).
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from adapters import clock

SIGNS_OF_LIFE: Final = {
    "tcp_keepalives_idle": "10",  # seconds
    "tcp_keepalives_interval": "3",  # seconds
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",  # milliseconds, for what was sent and is not acknowledged
}
"""PostgreSQL knows within half a minute: what it has sent is given up at the repetition that comes next after 20 seconds. A socket on the
same machine has nothing of the kind, and ignores it."""
BEGINNING: Final = f"SELECT {', '.join('set_config(%s, %s, false)' for _ in SIGNS_OF_LIFE)}"
PARAMETERS: Final = [part for setting in SIGNS_OF_LIFE.items() for part in setting]


def begin(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Receives Django's `connection_created`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(BEGINNING, PARAMETERS)
        clock.compare(connection)
