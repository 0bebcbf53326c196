"""Empty databases of the board, on SQLite and PostgreSQL. PostgreSQL runs on the servers' processor and with its own settings."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from tests import postgresql
from tests.benchmarks import clients, cpus, processes

SQLITE: Final = "SQLite"
POSTGRESQL: Final = "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Database:
    """`server` is the id of the server's process, 0 if there is none."""

    url: str
    server: int = 0


@dataclass(frozen=True, slots=True)
class Engine:
    name: str
    description: dict[str, str]
    new: Callable[[str], Database]
    """Makes an empty database of the given name; all are copies of one that was migrated once."""


@contextmanager
def sqlite() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="board-benchmark-") as folder:
        template = Path(folder) / "template.sqlite3"
        description = _migrated(f"sqlite:///{template}")

        def new(name: str) -> Database:
            return Database(f"sqlite:///{shutil.copy(template, Path(folder) / f'{name}.sqlite3')}")

        yield Engine(SQLITE, description, new)


@contextmanager
def postgres() -> Iterator[Engine]:
    with ExitStack() as stack:
        with cpus.pinned(cpus.SERVERS):
            template = stack.enter_context(postgresql.server(durable=True))
        server, _, template_name = template.rpartition("/")
        description = _migrated(template)
        with psycopg.connect(f"{server}/template1") as connection:
            pid = processes.parent(connection.info.backend_pid)

        def new(name: str) -> Database:
            with psycopg.connect(f"{server}/template1", autocommit=True) as connection:
                create = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                connection.execute(create.format(psycopg.sql.Identifier(name), psycopg.sql.Identifier(template_name)))
            return Database(f"{server}/{name}", pid)

        yield Engine(POSTGRESQL, description, new)


def _migrated(url: str) -> dict[str, str]:
    env = clients.environment(url)
    clients.stage("migrate", env=env)
    return {name: str(value) for name, value in clients.stage("database", env=env).items()}
