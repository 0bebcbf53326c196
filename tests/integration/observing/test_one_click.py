"""One click, followed through the log lines of all processes to the mail server's answer, as an operator would with `grep`."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from random import Random
from typing import Final

import pytest
from django.conf import LazySettings
from django.test import Client

from adapters.models import OutboxEvent, WorkerBeat
from tests.chaos import databases, ledger
from tests.chaos.processes import ROOT, WEB, WORKER, Family, Spool, family, until
from tests.chaos.zygote import LOG
from tests.integration.cms import keyboard
from tests.integration.cms.factories import make_job, make_publisher

pytestmark = pytest.mark.integration

CLICK: Final = "click-of-an-editor-0001"
SETTINGS: Final = {
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "DEBUG",
    "TRUSTED_PROXIES": "127.0.0.1/32",
    "MAIL_BATCH": "2",
    "METRICS_TOKEN": "token",
}
REFUSED: Final = "550 5.1.1 <follower-1@example.org>: no such user, ask postmaster@example.org"


@pytest.fixture
def database_of(
    request: pytest.FixtureRequest, tmp_path: Path, transactional_db: None
) -> Callable[[], AbstractContextManager[str]]:
    if databases.of_the_suite() == databases.SQLITE:
        return lambda: databases.in_file(tmp_path / "board.sqlite3")
    server: str = request.getfixturevalue("postgresql_url")
    return lambda: databases.on_server(server)


def test_one_click_is_followed_to_the_mail_servers_answers_and_names_nobody(
    tmp_path: Path, database_of: Callable[[], AbstractContextManager[str]]
) -> None:
    spool = tmp_path / "spool"
    with database_of() as url, mail_server(spool) as mail_port:
        ledger.begin(3, Random(7))  # noqa: S311
        environment = SETTINGS | {"TEST_DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}"}
        with family(tmp_path, environment) as parent:
            parent.start(WEB)
            parent.start(WORKER)
            answer = click(parent)
            assert answer == CLICK
            until(lambda: Spool(spool).look() == 2, "Two followers are told")
            until(lambda: len(of("batch sent", tmp_path)) == 2, "Both batches are concluded")
            until(lambda: WorkerBeat.objects.filter(ended_at=None).exists(), "The worker gives a sign of life")
            (worker,) = [child for child in parent.alive() if child.role == WORKER]
            parent.stop(worker)
            until(lambda: worker not in parent.alive(), "The worker ends")
        assert WorkerBeat.objects.get(pid=worker.pid).ended_at is not None
    lines = [line for line in all_lines(tmp_path) if line.get("request_id") == CLICK]
    assert [line["event"] for line in lines if line["logger"] == "board.requests"] == ["request"]
    (published,) = [line for line in lines if line["event"] == "event published"]
    (written,) = [line for line in lines if line["event"] == "notification written"]
    assert written["event_id"] == published["event_id"]
    (made,) = [line for line in lines if line["event"] == "deliveries made"]
    assert (made["notification_id"], made["deliveries"]) == (written["notification_id"], 3)
    batches = [line for line in lines if line["event"] == "batch sent"]
    assert {line["notification_id"] for line in batches} == {written["notification_id"]}
    assert sum(count(line["sent"]) for line in batches) == 2
    sent = [line for line in lines if line["event"] == "message sent"]
    assert {line["answer"] for line in sent} == {"250 2.0.0 Taken"}
    ids_in_mails = {message_id.strip("<").partition(".")[0] for message_id, _ in taken(spool)}
    assert {str(line["delivery_id"]) for line in sent} == ids_in_mails
    (refused,) = [line for line in lines if line["event"] == "message not sent"]
    assert (refused["outcome"], refused["reason"]) == ("failed", "REFUSED")
    assert refused["answer"] == "550 5.1.1 <…>: no such user, ask …"
    assert len({line["batch_id"] for line in [*sent, refused]}) == 2
    assert "example.org" not in (tmp_path / LOG).read_text()


@pytest.mark.django_db
def test_such_a_click_is_one_in_wagtails_editor(settings: LazySettings) -> None:
    """What the event bears from there on is what the test above follows."""
    settings.TRUSTED_PROXIES = ["127.0.0.1/32"]
    publisher = Client(headers={"X-Request-ID": CLICK})
    publisher.force_login(make_publisher())
    job = make_job()
    OutboxEvent.objects.all().delete()
    keyboard.edit(publisher, job, keyboard.PUBLISH, salary_minimum="41000", salary_maximum="42000")
    assert set(OutboxEvent.objects.values_list("request_id", flat=True)) == {CLICK}


@contextmanager
def mail_server(spool: Path) -> Iterator[int]:
    """Gives its port."""
    rule = f"RCPT|follower-1@example.org|{REFUSED}"
    command = [sys.executable, "-m", "tests.mail_server", "--spool", str(spool), "--rule", rule]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def click(parent: Family) -> str:
    """Publish a posting that pays better."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{parent.port}/chaos/publish/4000/?q=words", data=b"", headers={"X-Request-ID": CLICK}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return str(answer.headers["X-Request-ID"])


def all_lines(folder: Path) -> Iterator[dict[str, object]]:
    for line in (folder / LOG).read_text().splitlines():
        if line.startswith("{") and line.endswith("}"):
            yield json.loads(line)


def of(event: str, folder: Path) -> list[dict[str, object]]:
    return [line for line in all_lines(folder) if line["event"] == event]


def taken(spool: Path) -> list[tuple[str, str]]:
    found = Spool(spool)
    found.look()
    return found.taken


def count(number: object) -> int:
    assert isinstance(number, int)
    return number
