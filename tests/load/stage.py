"""The board as operators run it, on one machine: gunicorn, a worker, PostgreSQL, and a mail server in C that takes everything."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import psycopg

from tests import postgresql
from tests.benchmarks import sinks

ROOT: Final = Path(__file__).parents[2]
WEB: Final = "web"
WORKER: Final = "worker"
DATABASE: Final = "database"
MAIL: Final = "mail server"
PEOPLE: Final = "locust"
STOP_SECONDS: Final = 60
NICE: Final = 5
"""As in docs/deploy/board-worker@.service."""
UNDONE: Final = """
SELECT (SELECT count(*) FROM adapters_followrequest)
     + (SELECT count(*) FROM adapters_outboxevent WHERE next_attempt_at IS NOT NULL)
     + (SELECT count(*) FROM notifications_notification WHERE fanned_out_at IS NULL)
     + (SELECT count(*) FROM notifications_delivery WHERE finished_at IS NULL)
"""
"""Who waits to be seen to, events to be heard of, news to be told, mails to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    postings: int
    followers: int
    editors: int
    webs: int
    workers: int


@dataclass(frozen=True, slots=True)
class Stage:
    """`processes` are the topmost of each kind."""

    address: str
    content: Path
    """The file that says what is where, as `tests/load/content.py` does."""
    processes: Mapping[str, int]
    database: psycopg.Connection
    environment: Mapping[str, str]

    def backlog(self) -> int:
        return self.ask(UNDONE)

    def run(self, *arguments: str) -> None:
        """A command of the board's. Raises `CalledProcessError`."""
        _run(self.environment, *arguments)

    def ask(self, question: str) -> int:
        row = self.database.execute(question.encode()).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def running(size: Size) -> Iterator[Stage]:
    """As long as the block. Raises `MissingProgram` without `smtp-sink`."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="board-load-")))
        url = stack.enter_context(postgresql.server(durable=True))
        sink = stack.enter_context(sinks.fast())
        port = sinks.free_port()
        env = _environment(folder, url, sink.port)
        _run(env, "manage.py", "migrate", "--verbosity=0")
        numbers = [str(number) for number in (size.postings, size.followers, size.editors)]
        content = folder / "content.json"
        content.write_text(_run(env, "-m", "tests.load.content", *numbers))
        web = ["-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi", "--timeout", "60"]
        web += ["--workers", str(size.webs), "--bind", f"{sinks.HOST}:{port}"]
        master = stack.enter_context(_started(env, folder, WEB, *web))
        sinks.wait_for(port, master)
        workers = [
            stack.enter_context(_started(env, folder, f"{WORKER}-{number}", "manage.py", "worker", nice=NICE))
            for number in range(size.workers)
        ]
        home = Path(unquote(urlsplit(url).netloc.rpartition("@")[2]))
        postmaster = int((home / "data" / "postmaster.pid").read_text().split()[0])
        processes = {WEB: master.pid, DATABASE: postmaster, MAIL: sink.pid}
        processes |= {f"{WORKER} {number + 1}": worker.pid for number, worker in enumerate(workers)}
        database = stack.enter_context(psycopg.connect(url, autocommit=True))
        yield Stage(f"http://{sinks.HOST}:{port}", content, processes, database, env)


def _environment(folder: Path, url: str, mail_port: int) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join((str(ROOT / "site"), str(ROOT))),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "tests.load.settings",
        "SECRET_KEY": "k" * 50,
        "ALLOWED_HOSTS": "board.example.org",
        "MAIL_FROM": "jobs@board.example.org",
        "MAIL_UNMARKED": "8",
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "EMAIL_URL": f"smtp://{sinks.HOST}:{mail_port}",
        "TRUSTED_PROXIES": "127.0.0.0/8",
        "SETTLING_TIME": "5",
        # a soak of an hour sees it
        "DIGEST_HOUR": str((datetime.now(UTC) + timedelta(hours=1)).hour),
        "LOG_LEVEL": "WARNING",
    }


def _run(env: Mapping[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


@contextmanager
def _started(
    env: Mapping[str, str], folder: Path, name: str, *arguments: str, nice: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    log, command = folder / f"{name}.log", ["nice", "-n", str(nice), sys.executable, *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
        for line in log.read_text(errors="replace").splitlines():
            if "ERROR" in line or "WARNING" in line or "Error" in line:
                print(f"{name}: {line}", file=sys.stderr)
