"""SQLite's online backup: one state, however many processes write meanwhile (https://www.sqlite.org/backup.html)."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, override

from django.db import connection

from config.backups import NO_BOARD, CannotBackUp, Database
from notifications import hold

PRIVATE: Final = 0o600


class SQLite(Database):
    file = "board.sqlite3"

    @override
    def copy_to(self, file: Path) -> None:
        """In one step, for a copy by steps begins anew whenever another process has written."""
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            for statement in hold.statements():
                copy.execute(statement)
            copy.commit()
            _check(copy)

    @override
    def is_empty(self) -> bool:
        return not connection.introspection.table_names()

    @override
    def fill_from(self, file: Path) -> None:
        """A connection of its own to the new file: one that Django has open already may hold what it has seen of the empty one.

        The new file, which may have been made by looking whether it is there, is for this user alone.
        """
        connection.close()
        into = Path(connection.settings_dict["NAME"])
        into.touch(mode=PRIVATE)
        into.chmod(PRIVATE)
        try:
            with closing(sqlite3.connect(file)) as copy, closing(sqlite3.connect(into)) as new:
                _check(copy)
                _check_board(copy)
                copy.backup(new)
        except sqlite3.Error as error:
            raise CannotBackUp(f"The copy cannot be read, or not be written to {into}: {error}") from error


def _check(copy: sqlite3.Connection) -> None:
    try:
        (found,) = copy.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise CannotBackUp(f"The copy is damaged: {error}") from error
    if found != "ok":
        raise CannotBackUp(f"The copy is damaged: {found}")


def _check_board(copy: sqlite3.Connection) -> None:
    """An empty file is a sound database, too."""
    try:
        (is_held,) = copy.execute(hold.question()).fetchone()
    except sqlite3.OperationalError as error:
        raise CannotBackUp(NO_BOARD) from error
    if not is_held:
        raise CannotBackUp(NO_BOARD)
