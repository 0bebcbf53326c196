"""Events on their way to their handlers: isolated, tracked, tried again, given up, revived."""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import NoReturn

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from adapters import background, outbox, signals
from adapters.codec import encode_event
from adapters.models import Handling, OutboxEvent, PostingRecord
from adapters.repositories import django_unit_of_work
from jobs_domain.events import CloseReason, PostingClosed
from tests.unit.examples import NOW, POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

CLOSED = PostingClosed(posting_id=POSTING_ID, version=2, occurred_at=NOW, reason=CloseReason.FILLED)

LATER = PostingClosed(posting_id=POSTING_ID, version=3, occurred_at=NOW, reason=CloseReason.WITHDRAWN)

type Connect = Callable[[str, Callable[[PostingClosed], None]], None]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Listeners of this test only, in place of the board's own."""
    signal = signals.EventSignal(PostingClosed)
    monkeypatch.setattr(signals, "posting_closed", signal)
    return lambda uid, handler: signal.connect(handler, uid=uid, why="to test")


def publish(*events: PostingClosed) -> None:
    with django_unit_of_work() as records:
        records.events.publish(*events)


def failing(_: PostingClosed) -> NoReturn:
    raise RuntimeError("the mail template is broken")


def test_a_worker_whose_clock_is_behind_the_web_servers_does_not_keep_an_event_waiting(
    connect: Connect, clock: time_machine.Traveller
) -> None:
    heard: list[PostingClosed] = []
    connect("one", heard.append)
    publish(CLOSED)
    clock.shift(timedelta(seconds=-2))
    assert outbox.dispatch_due() == 1
    assert heard == [CLOSED]


def test_an_event_reaches_every_handler_once(connect: Connect) -> None:
    heard: list[tuple[str, PostingClosed]] = []
    connect("one", lambda event: heard.append(("one", event)))
    connect("two", lambda event: heard.append(("two", event)))
    publish(CLOSED)
    assert outbox.dispatch_due() == 1
    assert outbox.dispatch_due() == 0
    assert heard == [("one", CLOSED), ("two", CLOSED)]


def test_an_event_is_stored_in_the_transaction_of_what_it_tells_of() -> None:
    def undone() -> None:
        with transaction.atomic():
            publish(CLOSED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert not OutboxEvent.objects.exists()


def test_the_same_step_in_a_life_cannot_be_told_twice() -> None:
    publish(CLOSED)
    with pytest.raises(Exception, match="event_id"), transaction.atomic():
        publish(CLOSED)


def test_a_failing_handler_neither_starves_the_others_nor_repeats_them(
    connect: Connect, clock: time_machine.Traveller
) -> None:
    heard: list[PostingClosed] = []
    connect("broken", failing)
    connect("well", heard.append)
    publish(CLOSED)
    for _ in range(3):
        outbox.dispatch_due()
        clock.shift(timedelta(hours=6))
    assert heard == [CLOSED]
    assert Handling.objects.get(handler="well").state == Handling.State.DONE
    broken = Handling.objects.get(handler="broken")
    assert (broken.state, broken.attempts) == (Handling.State.RETRYING, 3)
    assert broken.last_error == "RuntimeError: the mail template is broken"


def test_what_a_failing_handler_wrote_is_undone(connect: Connect) -> None:
    def write_and_fail(_: PostingClosed) -> NoReturn:
        PostingRecord.objects.create(posting_id=POSTING_ID, version=1, state="OPEN", title="half", details={})
        raise RuntimeError

    connect("half", write_and_fail)
    publish(CLOSED)
    outbox.dispatch_due()
    assert not PostingRecord.objects.exists()


def test_the_pauses_grow_up_to_six_hours(connect: Connect, clock: time_machine.Traveller) -> None:
    tried: list[datetime] = []

    def note_and_fail(_: PostingClosed) -> NoReturn:
        tried.append(timezone.now())
        raise RuntimeError

    connect("broken", note_and_fail)
    publish(CLOSED)
    while outbox.dispatch_due():
        due = OutboxEvent.objects.get().next_attempt_at
        if due is None:
            break
        clock.move_to(due - timedelta(milliseconds=1))
        assert outbox.dispatch_due() == 0
        clock.move_to(due)
    pauses = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert pauses[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert pauses[-1] == timedelta(hours=6)
    assert len(tried) == outbox.MAX_ATTEMPTS


def test_a_handler_that_recovers_is_done(connect: Connect, clock: time_machine.Traveller) -> None:
    heard: list[PostingClosed] = []

    def fail_once(event: PostingClosed) -> None:
        if Handling.objects.filter(handler="moody").exists():
            heard.append(event)
        else:
            raise RuntimeError

    connect("moody", fail_once)
    publish(CLOSED)
    outbox.dispatch_due()
    clock.shift(timedelta(seconds=5))
    outbox.dispatch_due()
    handling = Handling.objects.get()
    assert heard == [CLOSED]
    assert (handling.state, handling.last_error) == (Handling.State.DONE, "")


def given_up(connect: Connect, clock: time_machine.Traveller, handler: Callable[[PostingClosed], None]) -> None:
    connect("broken", handler)
    publish(CLOSED)
    for _ in range(outbox.MAX_ATTEMPTS):
        outbox.dispatch_due()
        clock.shift(timedelta(hours=6))


def events(*arguments: str) -> str:
    out = StringIO()
    call_command("events", *arguments, stdout=out)
    return out.getvalue()


def test_an_event_is_given_up_after_the_documented_number_of_attempts_and_shown(
    connect: Connect, clock: time_machine.Traveller
) -> None:
    given_up(connect, clock, failing)
    assert outbox.dispatch_due() == 0
    assert Handling.objects.get().state == Handling.State.DEAD
    listed = events("--failed")
    assert "PostingClosed" in listed
    assert "broken" in listed
    assert "the mail template is broken" in listed


def test_what_was_given_up_can_be_retried_once_the_cause_is_mended(
    connect: Connect, clock: time_machine.Traveller
) -> None:
    mended: list[bool] = []
    heard: list[PostingClosed] = []

    def handle(event: PostingClosed) -> None:
        if not mended:
            raise RuntimeError
        heard.append(event)

    given_up(connect, clock, handle)
    mended.append(True)
    assert "1 will be tried again" in events("--retry")
    assert outbox.dispatch_due() == 1
    assert heard == [CLOSED]
    assert events("--failed") == "No event was given up.\n"


def test_an_event_that_a_newer_program_wrote_waits_for_it(connect: Connect, clock: time_machine.Traveller) -> None:
    heard: list[PostingClosed] = []
    connect("one", heard.append)
    publish(CLOSED)
    OutboxEvent.objects.update(format_version=99)
    outbox.dispatch_due()
    assert Handling.objects.get().handler == outbox.READING
    clock.shift(outbox.FIRST_PAUSE)
    OutboxEvent.objects.update(format_version=1)
    assert outbox.dispatch_due() == 1
    assert heard == [CLOSED]
    assert Handling.objects.get().handler == "one"


def test_an_event_that_stays_unreadable_is_given_up_visibly_and_stops_no_other(
    connect: Connect, clock: time_machine.Traveller
) -> None:
    heard: list[PostingClosed] = []
    connect("one", heard.append)
    publish(CLOSED)
    OutboxEvent.objects.update(payload={})
    publish(LATER)
    for _ in range(outbox.MAX_ATTEMPTS):
        outbox.dispatch_due()
        clock.shift(timedelta(hours=6))
    assert heard == [LATER]
    assert "UnreadableEvent" in events("--failed")
    OutboxEvent.objects.filter(event_id=CLOSED.event_id).update(payload=encode_event(CLOSED))
    events("--retry")
    outbox.dispatch_due()
    assert heard == [LATER, CLOSED]


def test_publishing_many_events_wakes_the_worker_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        publish(CLOSED)
        publish(PostingClosed(posting_id=POSTING_ID, version=3, occurred_at=NOW, reason=CloseReason.FILLED))
    assert len([callback for callback in callbacks if isinstance(callback, background._Wake)]) == 1


def test_the_worker_brings_an_event_to_its_handler(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    # the transaction of the test is in the connection
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    heard: list[PostingClosed] = []
    connect("one", heard.append)
    publish(CLOSED)
    call_command("worker", "--once")
    assert heard == [CLOSED]


def test_handlers_can_be_connected_while_debugging(settings: Settings, connect: Connect) -> None:
    """With DEBUG Django looks at the signature of what is connected."""
    settings.DEBUG = True
    heard: list[PostingClosed] = []
    connect("one", heard.append)
    publish(CLOSED)
    outbox.dispatch_due()
    assert heard == [CLOSED]
