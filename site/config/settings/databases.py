"""Where the board keeps its data: SQLite for one machine, PostgreSQL for any number."""

from typing import Final

import dj_database_url
from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured

SCHEMES: Final = frozenset({"sqlite", "postgres", "postgresql"})
ONE_CLOCK = True
"""Whether all hosts go by the clock of a database that they share (`adapters/clock.py`). Tests that set the clock do not."""
SIGNS_OF_LIFE: Final = {
    "connect_timeout": 10,  # seconds
    "keepalives_idle": 10,  # seconds
    "keepalives_interval": 3,  # seconds
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
"""How soon we know that PostgreSQL's host is gone; the URL may say it otherwise. For the other way see `adapters/sessions.py`."""


def database(url: str) -> DBConfig:
    """Django's settings for a database URL. Raises `ImproperlyConfigured` for one of another kind.

    SQLite runs with a write-ahead log, so that readers and the writer do not wait for each other, and begins transactions as
    writers: the default mode answers "database is locked" as soon as two requests read and then write.
    """
    scheme = url.partition(":")[0]
    if scheme not in SCHEMES:
        raise ImproperlyConfigured(
            f"DATABASE_URL: the board does not work with {scheme}. "
            "Write it like sqlite:////srv/board/data/board.sqlite3 or postgres://user:password@host/name."
        )
    config = dj_database_url.parse(url, conn_max_age=60)
    if config.get("ENGINE") == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = SIGNS_OF_LIFE | config.get("OPTIONS", {})
    return config
