"""Databases of a chaos run's own, with all tables, which the test looks into and the processes work on."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import connections
from django.db.utils import load_backend

from config.settings.databases import database

ROOT: Final = Path(__file__).parents[2]
SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"


def of_the_suite() -> str:
    """The kind of database on which the other tests run."""
    return POSTGRESQL if connections["default"].vendor == POSTGRESQL else SQLITE


@contextmanager
def in_file(file: Path) -> Iterator[str]:
    """An SQLite database. Gives its URL."""
    here = connections["default"]
    url = f"sqlite:///{file}"
    if here.vendor == SQLITE:
        here.ensure_connection()
        with closing(sqlite3.connect(file)) as copy:
            here.connection.backup(copy)
    else:
        _migrate(url)
    with looked_into(url):
        yield url


@contextmanager
def on_server(server: str) -> Iterator[str]:
    """A database on the PostgreSQL server of this URL. Gives its own URL."""
    name = f"chaos_{uuid4().hex[:8]}"
    here = connections["default"]
    own = here.vendor == POSTGRESQL and os.environ.get("TEST_DATABASE_URL") == server
    if own:
        here.close()  # nobody may use what is copied
    template = f'TEMPLATE "{here.settings_dict["NAME"]}"' if own else ""
    _command(server, f'CREATE DATABASE "{name}" {template}')
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    try:
        if not own:
            _migrate(url)
        with looked_into(url):
            yield url
    finally:
        _command(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def looked_into(url: str) -> Iterator[None]:
    """Django's models are read from this database for as long as the block lasts."""
    here = connections["default"]
    settings = connections.configure_settings({"default": database(url)})["default"]
    connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = here


def _migrate(url: str) -> None:
    """In a process of its own: Wagtail's tables are not the same on every kind of database, and it decides when it is imported."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "TEST_DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)


def _command(server: str, sql: str) -> None:
    with looked_into(server), connections["default"].cursor() as cursor:
        cursor.execute(sql)
