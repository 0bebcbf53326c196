"""Where the board keeps its data: SQLite for one machine, PostgreSQL for any number."""

import dj_database_url
from dj_database_url import DBConfig


def database(url: str) -> DBConfig:
    """Django's settings for a database URL.

    SQLite runs with a write-ahead log, so that readers and the writer do not wait for each other, and begins transactions as
    writers: the default mode answers "database is locked" as soon as two requests read and then write.
    """
    config = dj_database_url.parse(url, conn_max_age=60)
    if config.get("ENGINE") == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
    return config
