"""Workers as operators run them: in processes of their own, several at once, ended and killed, on a database that goes away."""

import os
import time
from datetime import timedelta
from statistics import median

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from adapters import background
from tests.integration.adapters.elsewhere.apps import TELL, TOIL
from tests.integration.adapters.elsewhere.processes import Elsewhere, terminated, until

pytestmark = pytest.mark.integration

IDLE_SECONDS = 12


def waiting() -> int:
    return DBTaskResult.objects.filter(status="READY").count()


def test_a_worker_starts_within_a_second_of_a_commit(elsewhere: Elsewhere) -> None:
    with elsewhere.worker():
        until(lambda: elsewhere.lines("told"))
        delays = []
        for _ in range(5):
            told = len(elsewhere.lines("told"))
            with transaction.atomic():
                background.wake(TELL)
                asked_at = time.time()
            delays.append(elsewhere.next_told(told).at - asked_at)
    assert median(delays) < 1, delays  # usually 0.2 s; one may come late on a busy machine


def test_a_worker_keeps_to_the_instant_that_it_was_asked_for(elsewhere: Elsewhere) -> None:
    with elsewhere.worker():
        until(lambda: elsewhere.lines("told"))
        due = timezone.now() + timedelta(seconds=2)
        background.wake(TELL, at=due)
        until(lambda: len(elsewhere.lines("told")) == 2)
        late_by = elsewhere.lines("told")[-1].at - due.timestamp()
    assert 0 <= late_by < 5  # usually less than 1.2 s


def test_an_idle_worker_asks_the_database_less_than_once_a_second(elsewhere: Elsewhere) -> None:
    with elsewhere.worker():
        until(lambda: elsewhere.lines("told"))
        started_at = time.time() + 1
        until(lambda: time.time() > started_at + IDLE_SECONDS)
        queries = [line for line in elsewhere.lines("queries") if line.at > started_at]
    assert 1 <= len(queries) <= IDLE_SECONDS


def test_a_long_backlog_is_worked_on_by_all_workers_and_the_queue_stays_short(elsewhere: Elsewhere) -> None:
    with elsewhere.worker() as one, elsewhere.worker() as two, elsewhere.worker() as three:
        until(lambda: elsewhere.lines("told"))
        elsewhere.give_work(300)
        elsewhere.go_on()
        background.wake(TOIL)
        longest = 0
        while len(elsewhere.lines("finished")) < 300:
            longest = max(longest, waiting())
        shares = {line.process for line in elsewhere.lines("finished")[:200]}
        until(lambda: not waiting())
        assert shares == {one.pid, two.pid, three.pid}
    assert longest <= 3
    assert DBTaskResult.objects.count() < 30


def test_a_worker_that_is_told_to_end_finishes_what_it_has_in_hand_and_leaves_the_rest(elsewhere: Elsewhere) -> None:
    elsewhere.give_work(2)
    with elsewhere.worker() as first:
        until(lambda: elsewhere.lines("begun"))
        first.terminate()
        first.terminate()
        elsewhere.go_on()
        assert terminated(first) == 0
    assert len(elsewhere.lines("begun")) == len(elsewhere.lines("finished")) == 1
    assert waiting() == 1
    with elsewhere.worker():
        until(lambda: len(elsewhere.lines("finished")) == 2)


def test_an_idle_worker_ends_at_once(elsewhere: Elsewhere) -> None:
    with elsewhere.worker() as worker:
        until(lambda: elsewhere.lines("told"))
        asked_at = time.monotonic()
        assert terminated(worker) == 0
    assert time.monotonic() - asked_at < 10


def test_what_a_killed_worker_had_begun_is_not_begun_again_but_the_rest_is_done(elsewhere: Elsewhere) -> None:
    elsewhere.give_work(3)
    with elsewhere.worker() as first:
        until(lambda: elsewhere.lines("begun"))
        first.kill()
        first.wait()
    elsewhere.go_on()
    background.wake(TOIL)
    with elsewhere.worker():
        until(lambda: len(elsewhere.lines("finished")) == 2)


@pytest.mark.needs_postgresql  # SQLite has no server that could be away
def test_a_worker_outlives_a_database_that_goes_away(elsewhere: Elsewhere) -> None:
    """In the middle of a backlog, and when idle."""
    elsewhere.give_work(200)
    elsewhere.go_on()
    with elsewhere.worker() as worker:
        until(lambda: elsewhere.lines("finished"))
        lose_database(elsewhere)
        until(lambda: len(elsewhere.lines("finished")) == 200)
        until(lambda: not waiting())
        lose_database(elsewhere)
        told = len(elsewhere.lines("told"))
        background.wake(TELL)
        elsewhere.next_told(told)
        assert worker.poll() is None


def lose_database(elsewhere: Elsewhere) -> None:
    """Everybody is thrown out, and nobody is let in until the worker has noticed."""
    name = connection.settings_dict["NAME"]
    noticed = elsewhere.log().count("The database is not there")
    connection.close()
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        try:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            until(lambda: elsewhere.log().count("The database is not there") > noticed + 1)
        finally:
            server.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
