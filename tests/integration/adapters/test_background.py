"""What a worker does with a job: when it begins, how long it stays with it, and when it calls for help."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn, override

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks

from adapters import background
from adapters.listening import Bell, FileBell, NotificationBell
from adapters.management.commands import worker
from adapters.models import JobRun
from tests.unit.examples import NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

JOB = "count"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        monkeypatch.setattr(background, "time", Time(traveller))
        yield traveller


@dataclass(frozen=True)
class Time:
    """Stands for the module `time`: time passes only where somebody sleeps."""

    traveller: time_machine.Traveller

    def monotonic(self) -> float:
        return timezone.now().timestamp()

    def sleep(self, seconds: float) -> None:
        self.traveller.shift(seconds)


class Backlog:
    """So many portions are due; some take their time."""

    def __init__(self, portions: int, take: Callable[[], None] = lambda: None) -> None:
        self.left = portions
        self.take = take

    def run(self) -> int:
        if not self.left:
            return 0
        self.take()
        self.left -= 1
        return 1


@pytest.fixture
def have(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Backlog]:
    """One job only, with this backlog."""

    def job(backlog: Backlog) -> Backlog:
        monkeypatch.setattr(background, "_jobs", {JOB: background.Job(JOB, MINUTE, backlog.run)})
        return backlog

    return job


def waiting() -> list[datetime]:
    """The instants for which tasks wait; the end of time stands for any."""
    return [task.run_after for task in DBTaskResult.objects.filter(status="READY").order_by("run_after")]


def run_task() -> None:
    background.run_job.func(JOB)


# Periods


def test_of_two_workers_one_runs_a_job_in_each_period(
    have: Callable[..., Backlog], clock: time_machine.Traveller
) -> None:
    have(Backlog(1))
    one, other = background.Rounds(), background.Rounds()
    assert one.run_due() == (1, [])
    have(Backlog(1))
    assert other.run_due() == (0, [])
    clock.shift(MINUTE)
    assert other.run_due() == (1, [])
    have(Backlog(1))
    assert one.run_due() == (0, [])


def test_missed_runs_are_made_up_once(have: Callable[..., Backlog], clock: time_machine.Traveller) -> None:
    have(Backlog(0))
    rounds = background.Rounds()
    rounds.run_due()
    clock.shift(timedelta(days=3))
    have(Backlog(1))
    assert rounds.run_due() == (1, [])
    have(Backlog(1))
    assert rounds.run_due() == background.Rounds().run_due() == (0, [])
    assert JobRun.objects.get().due_at == timezone.now() + MINUTE


def test_a_clock_that_was_set_back_stops_no_job(have: Callable[..., Backlog], clock: time_machine.Traveller) -> None:
    have(Backlog(0))
    rounds = background.Rounds()
    rounds.run_due()
    clock.shift(-timedelta(days=3))
    have(Backlog(1))
    assert rounds.run_due() == (1, [])


def test_a_job_that_still_runs_is_not_begun_again(have: Callable[..., Backlog], clock: time_machine.Traveller) -> None:
    """However long it takes. As soon as it has ended, its next period may begin."""
    other = background.Rounds()

    def period_passes() -> None:
        clock.shift(MINUTE)
        assert other.run_due() == (0, [])
        assert backlog.left == 2

    backlog = have(Backlog(2, take=period_passes))
    assert background.run_due() == (1, [])
    backlog.take = lambda: None
    clock.shift(background.AGAIN)
    assert other.run_due() == (1, [])


def test_a_failing_job_is_reported_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> NoReturn:
        raise RuntimeError("no disk")

    jobs = {"broken": background.Job("broken", MINUTE, broken), "well": background.Job("well", MINUTE, Backlog(3).run)}
    monkeypatch.setattr(background, "_jobs", jobs)
    assert background.run_due() == (3, ["broken"])
    assert {run.name: run.last_error for run in JobRun.objects.all()} == {
        "broken": "RuntimeError: no disk",
        "well": "",
    }
    monkeypatch.setattr(background, "_jobs", {"broken": background.Job("broken", MINUTE, lambda: 0)})
    assert background.run_due(now_anyhow=True) == (0, [])
    assert JobRun.objects.get(pk="broken").last_error == ""


# Shifts


def test_a_small_thing_is_done_without_a_colleague(have: Callable[..., Backlog]) -> None:
    have(Backlog(1))
    run_task()
    assert waiting() == []


def test_more_than_a_small_thing_calls_one_colleague(have: Callable[..., Backlog]) -> None:
    backlog = have(Backlog(50))
    run_task()
    assert backlog.left == 0
    assert len(waiting()) == 1


def test_a_shift_ends_after_a_while_and_leaves_the_rest_to_the_colleague(
    have: Callable[..., Backlog], clock: time_machine.Traveller
) -> None:
    backlog = have(Backlog(50, take=lambda: clock.shift(0.5)))
    run_task()
    assert backlog.left == 46
    assert len(waiting()) == 1


def test_a_portion_that_takes_longer_than_a_shift_is_finished_and_the_rest_left(
    have: Callable[..., Backlog], clock: time_machine.Traveller
) -> None:
    backlog = have(Backlog(50, take=lambda: clock.shift(60)))
    run_task()
    assert backlog.left == 49
    assert len(waiting()) == 1


def test_a_job_with_long_portions_calls_its_colleague_before(have: Callable[..., Backlog]) -> None:
    have(Backlog(1, take=lambda: background.call_colleague(if_true=lambda: True)))
    run_task()
    assert len(waiting()) == 1


def test_nobody_is_called_outside_a_shift() -> None:
    background.call_colleague(if_true=lambda: True)
    assert waiting() == []


def test_a_queue_never_holds_more_than_one_task_that_is_still_to_begin(have: Callable[..., Backlog]) -> None:
    """A long backlog, many wakes, several shifts: each waiting task would see all there is to do."""
    have(Backlog(50, take=lambda: background.wake(JOB)))
    background._Wake(JOB, None)()
    run_task()
    background._Wake(JOB, None)()
    assert len(waiting()) == 1


def test_what_is_asked_for_while_a_task_runs_gets_a_task_of_its_own(have: Callable[..., Backlog]) -> None:
    have(Backlog(1))
    background._Wake(JOB, None)()
    DBTaskResult.objects.update(status="RUNNING")
    background._Wake(JOB, None)()
    assert len(waiting()) == 1


def test_a_worker_that_stops_finishes_its_portion_and_leaves_the_rest_to_another(
    have: Callable[..., Backlog], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(background, "is_stopping", lambda: bool(stopped))
    backlog = have(Backlog(50, take=lambda: stopped.append(True)))
    run_task()
    assert backlog.left == 49
    assert len(waiting()) == 1


def test_a_task_that_begins_as_the_worker_stops_is_left_to_another(
    have: Callable[..., Backlog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "is_stopping", lambda: True)
    backlog = have(Backlog(1))
    run_task()
    assert backlog.left == 1
    assert len(waiting()) == 1


def test_a_signal_may_come_while_another_is_being_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal and a supervisor may both ask the worker to end, in the same millisecond."""
    monkeypatch.setattr(background, "_stop", type(background._stop)())

    def interrupt(*_: object) -> None:
        sys.setprofile(None)
        background.stop()
        sys.setprofile(interrupt)

    def handle() -> None:
        sys.setprofile(interrupt)
        background.stop()
        sys.setprofile(None)

    handler = threading.Thread(target=handle, daemon=True)
    handler.start()
    handler.join(30)
    assert not handler.is_alive()
    assert background.is_stopping()


# An engine that is out of order


@pytest.fixture
def broken_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def enqueue(*_: object) -> NoReturn:
        raise ConnectionError("no broker")

    monkeypatch.setattr(DatabaseBackend, "enqueue", enqueue)
    monkeypatch.setattr(background, "_not_enqueued", set())


@pytest.mark.usefixtures("broken_engine")
def test_a_click_works_without_the_engine(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, caplog: pytest.LogCaptureFixture
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        background.wake(JOB)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "no broker" in record.message


@pytest.mark.usefixtures("broken_engine")
def test_without_the_engine_a_worker_goes_on_alone_and_still_looks_after_its_other_jobs(
    have: Callable[..., Backlog], clock: time_machine.Traveller
) -> None:
    backlog = have(Backlog(10, take=lambda: clock.shift(0.5)))
    rounds = background.Rounds()
    assert [rounds.run_due()[0] for _ in range(4)] == [4, 4, 2, 0]
    assert backlog.left == 0


# Later


def test_a_wake_for_later_waits_for_its_instant(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, clock: time_machine.Traveller
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        background.wake(JOB, at=NOW + HOUR)
        background.wake(JOB, at=NOW + HOUR)
        background.wake(JOB, at=NOW + 2 * HOUR)
    late_by = [at - due for at, due in zip(waiting(), (NOW + HOUR, NOW + 2 * HOUR), strict=True)]
    assert min(late_by) >= timedelta(0)
    assert max(late_by) <= timedelta(seconds=1)
    assert worker._seconds_to_next_task() >= HOUR.total_seconds()


def test_a_wake_for_an_instant_that_has_passed_is_one_for_now(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        background.wake(JOB, at=timezone.now() - HOUR)
    assert worker._seconds_to_next_task() == 0


def test_an_engine_that_cannot_wait_leaves_later_work_to_the_period(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DatabaseBackend, "supports_defer", False)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        background.wake(JOB, at=timezone.now() + HOUR)
    assert waiting() == []


# Idleness


class Silence(Bell):
    """Nobody rings for an hour, and then the worker is to stop."""

    patience = (NotificationBell if connection.vendor == "postgresql" else FileBell).patience

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        self.end = timezone.now() + HOUR

    @override
    def wait(self, seconds: float) -> bool:
        self.clock.shift(seconds)
        return False

    def is_over(self) -> bool:
        return timezone.now() >= self.end


def test_an_idle_worker_asks_the_database_less_than_once_a_second(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All jobs of the board included."""
    silence = Silence(clock)
    monkeypatch.setattr(worker, "time", Time(clock))
    monkeypatch.setattr(background, "is_stopping", silence.is_over)
    with CaptureQueriesContext(connection) as queries:
        worker._serve(background.Rounds(), silence)
    assert len(queries) < HOUR.total_seconds()
