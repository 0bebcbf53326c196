"""PostgreSQL's own programs: `pg_dump` writes one state as SQL, `psql` reads it in one transaction.

They have to be of the server's version, or later (`pg_dump` says so if not), and are looked for in `PATH`.
"""

import gzip
import os
import shutil
import subprocess
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, override

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from config.backups import NO_BOARD, CannotBackUp, Database
from notifications import hold

_CHECK_BOARD: Final = """
RESET search_path;
DO $$
BEGIN
    IF NOT ({question}) THEN RAISE EXCEPTION '{no_board}'; END IF;
EXCEPTION
    WHEN undefined_table THEN RAISE EXCEPTION '{no_board}';
END $$;
"""
"""At the end of the transaction: an empty copy is sound SQL, too."""


class PostgreSQL(Database):
    file = "board.sql.gz"

    @override
    def copy_to(self, file: Path) -> None:
        """Without owners and rights: whoever restores it owns it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            (schema,) = cursor.fetchone() or ("public",)
        command, environment = _command("pg_dump", "--no-owner", "--no-privileges", "--no-password")
        with (
            gzip.open(file, "wb") as copy,
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as dump,
        ):
            assert dump.stdout is not None  # noqa: S101 - it was asked for
            shutil.copyfileobj(dump.stdout, copy)
            _check(dump)
            copy.writelines(f"{statement};\n".encode() for statement in hold.statements(schema))

    @override
    def is_empty(self) -> bool:
        return not connection.introspection.table_names()

    @override
    def fill_from(self, file: Path) -> None:
        connection.close()
        options = ("--single-transaction", "--set=ON_ERROR_STOP=1", "--no-psqlrc", "--quiet", "--no-password")
        command, environment = _command("psql", *options, "--output=/dev/null", "--file=-")
        with (
            gzip.open(file, "rb") as copy,
            subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as into,
        ):
            assert into.stdin is not None  # noqa: S101 - it was asked for
            try:
                with suppress(BrokenPipeError):  # it has ended, and says why
                    _pass_on(copy, into.stdin)
            except (EOFError, OSError, zlib.error) as error:
                into.kill()  # at the end of its input it would commit what it has
                raise CannotBackUp(f"The copy is damaged: {error}") from error
            _check(into)


def _pass_on(copy: gzip.GzipFile, into: IO[bytes]) -> None:
    shutil.copyfileobj(copy, into)
    into.write(_CHECK_BOARD.format(question=hold.question(), no_board=NO_BOARD).encode())
    into.close()


def _command(program: str, *options: str) -> tuple[list[str], Mapping[str, str]]:
    """How it reaches the board's database, without a password that others could read in the list of processes."""
    found = shutil.which(program)
    if found is None:
        raise CannotBackUp(f"There is no {program} here. It comes with PostgreSQL's client programs.")
    (_, *arguments), environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, list(options))
    return [found, *arguments], os.environ | (environment or {})


def _check(process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None  # noqa: S101 - it was asked for
    said = process.stderr.read().decode(errors="replace").strip()
    if process.wait():
        raise CannotBackUp(said or f"It ended with {process.returncode}.")
