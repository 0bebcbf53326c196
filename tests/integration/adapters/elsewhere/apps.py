"""The jobs, and a count of the queries. All they know is in the folder that `ELSEWHERE` names."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, override

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

TELL: Final = "tell"
TOIL: Final = "toil"
HOUR: Final = timedelta(hours=1)


class ElsewhereConfig(AppConfig):
    name = "tests.integration.adapters.elsewhere"
    label = "elsewhere"

    @override
    def ready(self) -> None:
        from adapters import background

        folder = Path(os.environ["ELSEWHERE"])
        background.register(TELL, every=HOUR, run=lambda: tell(folder))
        background.register(TOIL, every=HOUR, run=lambda: toil(folder))
        connection_created.connect(lambda connection, **_: count_queries(folder, connection), weak=False)


def tell(folder: Path) -> int:
    write(folder / "told")
    return 0


def toil(folder: Path) -> int:
    """Work at one of the files named `todo-…`, as long as there is no file named `go on`, and then a moment more."""
    for todo in sorted(folder.glob("todo-*")):
        taken = todo.with_name(todo.name.replace("todo", "taken"))
        try:
            todo.rename(taken)
        except FileNotFoundError:  # another process was faster
            continue
        write(folder / "begun")
        while not (folder / "go on").exists():
            time.sleep(0.01)
        time.sleep(0.02)
        write(folder / "finished")
        return 1
    return 0


def write(file: Path) -> None:
    """A line with the instant and the process."""
    with file.open("a") as lines:
        lines.write(f"{time.time()} {os.getpid()}\n")


def count_queries(folder: Path, connection: BaseDatabaseWrapper) -> None:
    def counted(execute: Callable[..., object], sql: str, *rest: object) -> object:
        write(folder / "queries")
        return execute(sql, *rest)

    connection.execute_wrappers.append(counted)
