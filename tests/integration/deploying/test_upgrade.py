"""An upgrade without a pause: the new program has changed the tables, and web and workers are still those of the release before."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.chaos.processes import ROOT, until
from tests.integration.deploying.fresh import FOREIGN, START_SECONDS, free_port, listens, new_database
from tests.mail_server import MailServer, running
from tests.quality.test_upgrade import unpack_base

pytestmark = [pytest.mark.integration]

POSTING: Final = """
from cms.models import Company, JobIndexPage, JobPage
company = Company.objects.create(name="Bread & Sons", contact_address="hr@bread.example")
page = JobPage(title="Baker", slug="baker", company=company, description="<p>You bake.</p>", employment_types=["FULL_TIME"],
               workplace_type="REMOTE", salary_minimum=3000, salary_maximum=3400, salary_currency="EUR", salary_unit="MONTH",
               apply_url="https://bread.example/apply", live=False)
JobIndexPage.objects.get(slug="jobs").add_child(instance=page)
page.save_revision().publish()
"""
RAISE_PAY: Final = """
from cms.models import JobPage
page = JobPage.objects.get(slug="baker").get_latest_revision_as_object()
page.salary_maximum += 100
page.save_revision().publish()
"""


@dataclass(frozen=True, slots=True)
class Program:
    """One release, with the board's settings."""

    tree: Path
    environment: Mapping[str, str]

    def manage(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.tree,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]

    @contextmanager
    def process(self, *command: str) -> Iterator[None]:
        with subprocess.Popen([sys.executable, *command], cwd=self.tree, env=self._environment()) as process:
            try:
                yield
            finally:
                process.terminate()
                process.wait(60)

    def _environment(self) -> dict[str, str]:
        """Its own packages go before those that are installed, which are the new ones."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return (
            clean | {"PYTHONPATH": os.pathsep.join((str(self.tree / "site"), str(self.tree)))} | dict(self.environment)
        )


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


def test_web_and_worker_of_the_release_before_work_on_the_new_tables(tmp_path: Path, mails: MailServer) -> None:
    old_tree, port = tmp_path / "old", free_port()
    old_tree.mkdir()
    unpack_base(old_tree)
    with new_database() as url:
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DEBUG": "false",
            "DATA_DIR": str(tmp_path),
            "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
            "SETTLING_TIME": "0",
            "BOARD_URL": f"http://localhost:{port}",
        } | ({"DATABASE_URL": url} if url else {})
        old, new = Program(old_tree, environment), Program(ROOT, environment)
        old.manage("migrate", "--verbosity", "0")
        old.manage("shell", "--verbosity", "0", "--command", POSTING)
        new.manage("migrate", "--verbosity", "0")

        with (
            old.process("-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--timeout", "200"),
            old.process("manage.py", "worker"),
        ):
            until(lambda: listens(port), "The old web server listens", seconds=START_SECONDS)
            _follow(port, "ana@example.org", mails)
            old.manage("shell", "--verbosity", "0", "--command", RAISE_PAY)
            until(
                lambda: mails.recipients()["ana@example.org"] == 2,
                "The old worker tells of the change",
                seconds=START_SECONDS,
            )
        assert mails.recipients() == {"ana@example.org": 2, "hr@bread.example": 1}

        # web goes first: what the new one writes down, the old worker sees to
        with (
            new.process("-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--timeout", "200"),
            old.process("manage.py", "worker"),
        ):
            until(lambda: listens(port), "The new web server listens", seconds=START_SECONDS)
            _follow(port, "ben@example.org", mails)
            new.manage("shell", "--verbosity", "0", "--command", RAISE_PAY)
            until(
                lambda: mails.recipients()["ben@example.org"] == 2,
                "The old worker tells of it",
                seconds=START_SECONDS,
            )
        new.manage("worker", "--once")
    assert mails.recipients() == {"ana@example.org": 3, "ben@example.org": 2, "hr@bread.example": 2}


def _follow(port: int, address: str, mails: MailServer) -> None:
    companys = mails.recipients()["hr@bread.example"]
    _post(f"http://localhost:{port}/en/jobs/baker/subscribe/", address=address)
    until(lambda: mails.recipients()[address], "The mail that asks to confirm comes", seconds=START_SECONDS)
    mail = next(mail for mail in mails.taken if mail.recipient == address)
    text = re.sub(rb"=\r?\n", b"", mail.content).replace(b"=3D", b"=").decode()
    (link,) = set(re.findall(r"http://localhost:\d+/\S*confirm/[^\s\"<]+", text))
    _post(link)
    until(
        lambda: mails.recipients()["hr@bread.example"] == companys + 1,
        "The company hears of its follower",
        seconds=START_SECONDS,
    )


def _post(url: str, **form: str) -> None:
    try:
        urlopen(Request(url, urlencode(form).encode()), timeout=240).close()  # noqa: S310 - http, to ourselves
    except HTTPError as error:
        raise AssertionError(f"{url} answered {error.code}: {error.read()[:2_000]!r}") from error
