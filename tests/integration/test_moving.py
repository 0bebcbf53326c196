"""The commands of docs/operating.md that move a board from SQLite to PostgreSQL: all of it arrives, and what waited is sent from there."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.mail_server import MailServer, running

pytestmark = [pytest.mark.integration, pytest.mark.needs_postgresql]

ROOT: Final = Path(__file__).parents[2]
DOCUMENT: Final = ROOT / "docs" / "operating.md"
SHOWN_URL: Final = "postgres://user:password@host/name"
UV: Final = 'uv() { test "$1 $2 $3" = "run --no-dev manage.py"; shift 3; "$PYTHON" "$MANAGE" "$@"; }\n'
"""What is documented is run with the tests' own Python, from the test's own folder."""
FOREIGN: Final = ("DATABASE_URL", "TEST_DATABASE_URL", "MAIL_", "EMAIL_", "TASKS_", "DJANGO_", "BOARD_")
NOT_MOVED: Final = (
    "adapters_touched",
    "auth_permission",
    "cms_searchedtext_",  # what SQLite derives from the table of that name
    "django_content_type",
    "django_migrations",
    "django_tasks_database_",
    "sqlite_",
    "wagtailsearch_",
)
RAISE_PAY: Final = """
from adapters.models import PostingRecord
from cms.models import JobPage
posting = PostingRecord.objects.filter(state="OPEN").order_by("title").first()
page = JobPage.objects.get(posting_id=posting.posting_id).get_latest_revision_as_object()
page.salary_maximum = page.salary_minimum = (page.salary_maximum or 0) + 1000
page.save_revision().publish()
"""
"""Of the posting that all people of the demo follow; from its latest revision, as an editor does it."""
PEOPLE: Final = 8


@dataclass
class Board:
    folder: Path
    mail_port: int
    database: str = ""
    """A URL; SQLite in the folder without one."""

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        database = {"DATABASE_URL": self.database} if self.database else {}
        return (
            clean
            | database
            | {
                "DJANGO_SETTINGS_MODULE": "config.settings.dev",
                "DATA_DIR": str(self.folder),
                "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
                "SETTLING_TIME": "0",
                "PYTHON": sys.executable,
                "MANAGE": str(ROOT / "manage.py"),
            }
        )

    def manage(self, *arguments: str) -> str:
        return self._run(sys.executable, str(ROOT / "manage.py"), *arguments)

    def type(self, script: str, *, answer: str) -> str:
        return self._run("sh", "-euc", script, said=answer)

    def waiting(self) -> int:
        return sum(lane["waiting"] for lane in json.loads(self.manage("deliveries", "--json"))["lanes"])

    def _run(self, *command: str, said: str = "") -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, input=said, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-5_000:]
        return done.stdout


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


@pytest.fixture
def old(tmp_path: Path, mail_server: MailServer) -> Board:
    """The demo's content and people; some of the news of a change is sent, then the mail server takes nothing more."""
    board = Board(tmp_path, mail_server.port)
    board.manage("migrate", "--verbosity", "0")
    board.manage("demo_content")
    board.manage("worker", "--once")
    board.manage("shell", "--verbosity", "0", "--command", RAISE_PAY)
    mail_server.rule("MAIL", "421 4.3.2 Later", spare=PEOPLE // 2)
    board.manage("worker", "--once")
    mail_server.rules.clear()
    return board


@pytest.fixture
def new(old: Board) -> Iterator[Board]:
    """The same board with an empty database."""
    server = os.environ["TEST_DATABASE_URL"]
    name = sql.Identifier(f"moving_{uuid4().hex[:8]}")
    url = urlsplit(server)._replace(path=f"/{name.as_string().strip('"')}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield Board(old.folder, old.mail_port, url)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_the_documented_commands_move_a_board_to_postgresql(old: Board, new: Board, mail_server: MailServer) -> None:
    waiting, sent_before = old.waiting(), len(mail_server.taken)
    assert waiting
    assert sent_before
    rows_before = _rows_on_sqlite(old.folder / "board.sqlite3")

    commands = _documented()
    assert SHOWN_URL in commands
    said = old.type(UV + commands.replace(SHOWN_URL, new.database), answer="yes\n")

    assert said.count("All is known.") == 2, said
    counts = re.findall(r"^(?:TRANSACTIONAL|IMMEDIATE|DIGEST).*$", said, re.MULTILINE)
    assert counts[: len(counts) // 2] == counts[len(counts) // 2 :]
    assert any(f" {waiting} " in line for line in counts), said
    assert _rows_on_postgresql(new.database) == rows_before
    assert _content(new) == _content(old)
    assert len(mail_server.taken) == sent_before
    assert not (old.folder / "board.jsonl").exists()

    new.manage("deliveries", "--retry-failed")
    new.manage("worker", "--once")
    assert len(mail_server.taken) == sent_before + waiting
    new.manage("shell", "--verbosity", "0", "--command", RAISE_PAY)
    new.manage("worker", "--once")
    assert len(mail_server.taken) == sent_before + waiting + PEOPLE
    assert max(Counter(mail.message_id for mail in mail_server.taken).values()) == 1
    assert new.waiting() == 0


def _documented() -> str:
    section = DOCUMENT.read_text().partition("\n## Moving to PostgreSQL\n")[2].partition("\n## ")[0]
    return "".join(re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE))


def _rows_on_sqlite(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - our own names
            for table in tables
            if not table.startswith(NOT_MOVED)
        }


def _rows_on_postgresql(url: str) -> dict[str, int]:
    count = sql.SQL("SELECT count(*) FROM {}")
    with psycopg.connect(url) as connection:
        tables = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {
            table: rows
            for table in tables
            if not table.startswith(NOT_MOVED)
            for (rows,) in connection.execute(count.format(sql.Identifier(table)))
        }


def _content(board: Board) -> dict[tuple[str, str], object]:
    """Every field of every row, to the millisecond."""
    (dump,) = re.findall(r"manage.py (dumpdata (?:[^\\\n]|\\\n)*)", _documented())
    arguments = re.sub(r"--output \S+", "", dump.replace("\\\n", " ")).split()
    # a fraction that is cut to nothing is written as .000, and none as nothing
    rows = (json.loads(line.replace('.000Z"', 'Z"')) for line in board.manage(*arguments).splitlines())
    return {(row["model"], str(row["pk"])): row["fields"] for row in rows}
