"""The board on six hosts: two web servers, two workers, PostgreSQL and a mail server, and one more for those who visit it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Final

from django.conf import settings

from tests import clock, postgresql
from tests.browser.demo import FOLLOW_THE_CLOCK
from tests.chaos import databases
from tests.chaos.processes import Spool, until
from tests.chaos.servers import Server, server_of
from tests.load.content import CSRF_COOKIE, SESSION_COOKIE
from tests.load.forms import Fields, fields_of, filled_in
from tests.machines.network import Host, hosts

ROOT: Final = Path(__file__).parents[2]
WEB: Final = ("web-1", "web-2")
WORKERS: Final = ("worker-1", "worker-2")
DATABASE: Final = "database"
MAIL: Final = "mail"
VISITORS: Final = "visitors"
PORT: Final = 8000
LEASE_SECONDS: Final = 6
ANSWER_SECONDS: Final = 30.0
START_SECONDS: Final = 180.0
"""On a machine that is busy with all other tests as well."""
NAME: Final = "board.example.org"


class NoAnswer(Exception):
    """The host is dead, or has died meanwhile."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str = field(repr=False)


@dataclass
class Board:
    folder: Path
    hosts: Mapping[str, Host]
    server: Server
    spool: Spool
    ahead: Mapping[str, timedelta]
    environment: dict[str, str]
    content: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def start(self, name: str) -> None:
        if name in WORKERS:
            self._run(name, "manage.py", "worker")
        else:
            address = f"{self.hosts[name].address}:{PORT}"
            self._run(name, "-m", "gunicorn", "config.wsgi", "--workers", "2", "--bind", address)

    def until_it_works(self, name: str) -> None:
        if name in WORKERS:
            until(lambda: name in (self.folder / "ticks").read_text(), f"{name} works", seconds=START_SECONDS)
        else:
            until(lambda: self._is_answering(name), f"{name} answers", seconds=START_SECONDS)

    def ask(self, name: str, path: str, body: str | None = None) -> Answer:
        """As a visitor of this web host; with a body a `POST`, by the editor who is signed in. Raises `NoAnswer`."""
        headers = {"Host": NAME, "X-Forwarded-Proto": "https"}
        if body is not None or path.startswith("/admin/"):
            headers["Cookie"] = f"{SESSION_COOKIE}={self.content['session']}; {CSRF_COOKIE}={self.csrf}"
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{NAME}{path}"}
        try:
            connection = self.hosts[VISITORS].connect(self.hosts[name].address, PORT, seconds=ANSWER_SECONDS)
            try:
                connection.request("GET" if body is None else "POST", path, body, headers)
                answer = connection.getresponse()
                for cookie in answer.headers.get_all("Set-Cookie") or []:
                    self.csrf = cookie.partition(f"{CSRF_COOKIE}=")[2].partition(";")[0] or self.csrf
                return Answer(answer.status, answer.read().decode())
            finally:
                connection.close()
        except (OSError, HTTPException) as error:
            raise NoAnswer(name) from error

    def opened(self, name: str) -> Fields:
        """The editor's form with the posting."""
        answer = self.ask(name, self.content["edit"])
        assert answer.status == 200, answer
        return fields_of(answer.text, action=self.content["edit"])

    def publish(self, name: str, pay: int, form: Fields | None = None) -> None:
        """The editor raises the pay. Raises `NoAnswer`."""
        values = {"salary_minimum": str(pay), "salary_maximum": str(pay), "action-publish": "without-note"}
        fields = self.opened(name) if form is None else form
        answer = self.ask(name, self.content["edit"], filled_in(fields, values))
        assert answer.status == 302, answer

    def shows(self, name: str, pay: int) -> bool:
        """Wherever somebody may read it: on its page, in the list, a search, a feed and the API."""
        found = {
            path: any(said in self._page(name, path) for said in (f"{pay:,}", f"{pay}.0")) for path in self._reading()
        }
        assert len(set(found.values())) == 1, f"{name}, {pay}: {found}"
        return all(found.values())

    def _reading(self) -> tuple[str, ...]:
        return self.content["page"], "/jobs/", "/jobs/?q=baker", "/feeds/jobs.atom", "/api/postings"

    def _page(self, name: str, path: str) -> str:
        answer = self.ask(name, path)
        assert answer.status == 200, answer
        return answer.text

    def times_told(self, address: str) -> int:
        return sum(1 for _, recipient in self.spool.taken if recipient == address)

    def ticks(self) -> list[tuple[float, str]]:
        """When the counting job has run, by the monotonic clock, and where."""
        lines = (self.folder / "ticks").read_text().splitlines()
        return [(float(when), host) for when, host in (line.split() for line in lines)]

    def log(self, name: str) -> str:
        file = self.folder / f"{name}.log"
        return file.read_text()[-6_000:] if file.exists() else "(no log)"

    def _is_answering(self, name: str) -> bool:
        try:
            return self.ask(name, "/").status < 500
        except NoAnswer:
            return False

    def _run(self, name: str, *arguments: str) -> None:
        own = self.folder / name
        own.mkdir(exist_ok=True)
        clock.set_ahead(own, self.ahead.get(name, timedelta()))
        (own / "sitecustomize.py").write_text(FOLLOW_THE_CLOCK)
        path = os.pathsep.join((str(own), self.environment["PYTHONPATH"]))
        environment = self.environment | {"PYTHONPATH": path, "DEMO_CLOCK": str(own), "HOST": name}
        self.hosts[name].start(sys.executable, *arguments, env=environment, log=self.folder / f"{name}.log")


@contextmanager
def board(folder: Path, *, followers: int, ahead: Mapping[str, timedelta], delay: float) -> Iterator[Board]:
    """The clocks of these hosts are so far ahead of the database's. The mail server takes so many seconds for each answer.

    Django's models are read from its database for as long as the block lasts. Raises `NotAllowed`.
    """
    with ExitStack() as stack:
        made = stack.enter_context(hosts(*WEB, *WORKERS, DATABASE, MAIL, VISITORS))
        with made[DATABASE].inside():
            url = stack.enter_context(postgresql.server(address=made[DATABASE].address))
        mail_port = _start_mail(made[MAIL], folder, delay)
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join((str(ROOT / "site"), str(ROOT))),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "tests.machines.settings",
            "SECRET_KEY": settings.SECRET_KEY,  # so that the test can sign
            "ALLOWED_HOSTS": NAME,
            "MAIL_FROM": "jobs@board.example.org",
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "EMAIL_URL": f"smtp://{made[MAIL].address}:{mail_port}",
            "EMAIL_TIMEOUT": "5",
            "MAIL_LEASE": str(LEASE_SECONDS),
            "MAIL_BATCH": str(followers // len(WORKERS)),
            "SETTLING_TIME": "0",
            "MINIMUM_FILL_TIME": "0",
            "LOG_LEVEL": "WARNING",
            "TICKS": str(folder / "ticks"),
        }
        _call(environment, "manage.py", "migrate", "--verbosity=0")
        content: dict[str, str] = json.loads(_call(environment, "-m", "tests.machines.content", str(followers)))
        environment["DATABASE_URL"] = f"postgres://board@{made[DATABASE].address}/postgres"
        stack.enter_context(databases.looked_into(url))
        spool = Spool(folder / "spool")
        spool.file.touch()
        (folder / "ticks").touch()
        yield Board(folder, made, server_of(url), spool, ahead, environment, content)


def _start_mail(host: Host, folder: Path, delay: float) -> int:
    command = (sys.executable, "-m", "tests.mail_server", "--host", host.address, "--spool", str(folder / "spool"))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    log = folder / "mail.log"
    process = host.start(*command, "--delay", str(delay), env=environment, log=log, output=subprocess.PIPE)
    assert process.stdout is not None
    return int(process.stdout.readline())


def _call(environment: Mapping[str, str], *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
