"""Events on their way from the core to those who listen.

`OutboxEventPublisher` writes an event in the transaction of the state that it tells of. `dispatch_due`, run by the worker, brings each
event to each handler: every handler in a savepoint of its own, tried again by itself with growing pauses, given up after
`MAX_ATTEMPTS` into a dead letter that `manage.py events --failed` shows and `--retry` revives.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, override

from django.db import transaction
from django.db.models import QuerySet

from adapters import background, clock, signals
from adapters.codec import FORMAT_VERSION, decode_event, encode_event
from adapters.models import Handling, OutboxEvent
from adapters.observing import figures, ids, tracing
from jobs_domain.events import AnyEvent
from jobs_domain.ports import EventPublisher

logger = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 15
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=6)
BATCH: Final = 200
SKEW: Final = timedelta(minutes=1)
"""The clock of whoever publishes may be ahead of the worker's by so much: the event is due all the same."""
READING: Final = "adapters.outbox.read"
"""Stands among an event's handlers while the event cannot be read."""


def pause_after(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s, … up to 6 hours: the 15 attempts span about 17 hours."""
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


class OutboxEventPublisher(EventPublisher):
    @override
    def publish(self, *events: AnyEvent) -> None:
        if not events:
            return
        cause = tracing.cause()
        OutboxEvent.objects.bulk_create(
            OutboxEvent(
                event_id=event.event_id,
                name=type(event).__name__,
                format_version=FORMAT_VERSION,
                payload=encode_event(event),
                occurred_at=event.occurred_at,
                next_attempt_at=event.occurred_at - SKEW,
                **cause,
            )
            for event in events
        )
        transaction.on_commit(lambda: _note(events), robust=True)
        background.wake("dispatch events")


def _note(events: Sequence[AnyEvent]) -> None:
    for event in events:
        name = type(event).__name__
        figures.EVENTS.labels(name).inc()
        logger.info("event published", extra={"event_id": str(event.event_id), "event_name": name})


def dispatch_due() -> int:
    """Bring what is due to its handlers, at most `BATCH` events. Returns how many events it dealt with."""
    for done in range(BATCH):
        if _first_due() is None or not _dispatch_next():
            return done
    return BATCH


def _first_due() -> int | None:
    """In the order of the index: without one the database would rather look through all events that there have ever been."""
    return _due().order_by("id").values_list("id", flat=True).first()


def _dispatch_next() -> bool:
    with transaction.atomic():
        stored = _due().select_for_update(skip_locked=True).order_by("id").first()
        if stored is None:
            return False
        with (
            ids.bound(request_id=stored.request_id, event_id=stored.event_id),
            tracing.span(f"dispatch {stored.name}", {"board.event_id": str(stored.event_id)}, after=stored.traceparent),
        ):
            stored.next_attempt_at = _hand_over(stored)
        stored.save(update_fields=["next_attempt_at"])
        if stored.next_attempt_at is not None:
            background.wake("dispatch events", at=stored.next_attempt_at)
    return True


def _hand_over(stored: OutboxEvent) -> datetime | None:
    """Returns when to try again, or `None` if every handler is through with the event."""
    attempts = _Attempts(stored, {handling.handler: handling for handling in stored.handlings.all()}, clock.now())
    readable: list[AnyEvent] = []
    attempts.read(lambda: readable.append(decode_event(stored.name, stored.format_version, stored.payload)))
    listening = signals.send(readable[0], guard=attempts) if readable else {READING}
    waiting = [
        handling.next_attempt_at
        for uid, handling in attempts.handlings.items()
        if uid in listening and handling.next_attempt_at is not None
    ]
    return min(waiting, default=None)


@dataclass(frozen=True, slots=True)
class _Attempts:
    """Guards each handler's call: skips what is done or not due, keeps a failure from all others, records the outcome."""

    stored: OutboxEvent
    handlings: dict[str, Handling]
    now: datetime

    def read(self, call: Callable[[], None]) -> None:
        """Reading an event fails like a handler does: it waits for the program that can read it, and is given up visibly."""
        try:
            call()
        except Exception as error:  # noqa: BLE001 - a step from an old format may fail in any way
            reading = self.handlings.setdefault(READING, Handling(event=self.stored, handler=READING))
            reading.attempts += 1
            self._failed(reading, error)
            reading.save()
        else:
            if READING in self.handlings:
                self.handlings.pop(READING).delete()

    def __call__(self, uid: str, call: Callable[[], None]) -> None:
        handling = self.handlings.setdefault(uid, Handling(event=self.stored, handler=uid, next_attempt_at=self.now))
        if handling.next_attempt_at is None or handling.next_attempt_at > self.now:
            return
        handling.attempts += 1
        try:
            with transaction.atomic():
                call()
        except Exception as error:  # noqa: BLE001 - a handler may fail in any way; none may stop the others
            self._failed(handling, error)
        else:
            figures.HANDLINGS.labels(uid, "done").inc()
            handling.state, handling.next_attempt_at = Handling.State.DONE, None
            handling.finished_at, handling.last_error = self.now, ""
        handling.save()

    def _failed(self, handling: Handling, error: Exception) -> None:
        logger.error("%s failed on event %s", handling.handler, self.stored.event_id, exc_info=error)
        handling.last_error = f"{type(error).__name__}: {error}"
        is_last = handling.attempts >= MAX_ATTEMPTS
        figures.HANDLINGS.labels(handling.handler, "given_up" if is_last else "failed").inc()
        if is_last:
            handling.state, handling.next_attempt_at = Handling.State.DEAD, None
        else:
            handling.state = Handling.State.RETRYING
            handling.next_attempt_at = self.now + pause_after(handling.attempts)


def retry_dead() -> int:
    """Give every dead letter a new life of `MAX_ATTEMPTS`, beginning now. Returns how many there were."""
    now = clock.now()
    with transaction.atomic():
        dead = Handling.objects.select_for_update().filter(state=Handling.State.DEAD)
        events = list(dead.values_list("event_id", flat=True))
        revived = dead.update(state=Handling.State.RETRYING, attempts=0, next_attempt_at=now)
        OutboxEvent.objects.filter(pk__in=events).update(next_attempt_at=now)
        background.wake("dispatch events")
    return revived


def _due() -> QuerySet[OutboxEvent]:
    return OutboxEvent.objects.filter(next_attempt_at__lte=clock.now())
