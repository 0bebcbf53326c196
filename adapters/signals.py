"""One typed Django signal for each event.

To listen, an app calls `connect` in its `AppConfig.ready`. Handlers get the event and nothing else, run in the worker, each for
itself, at least once, and must be idempotent by `event.event_id`. `docs/events.md` is the catalogue, made from this file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final, assert_never

from django.dispatch import Signal

from jobs_domain.events import (
    AnyEvent,
    PostingClosed,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionErased,
    SubscriptionRequested,
    SubscriptionSucceeded,
)

type Guard = Callable[[str, Callable[[], None]], None]
"""Runs one handler's call: it is given the handler's uid and the call."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens, and why."""

    uid: str
    why: str


class EventSignal[E: AnyEvent]:
    """Wraps a `django.dispatch.Signal` so that only handlers of the right event can be connected.

    It is no subclass: Django's untyped `@receiver` would accept any function then.
    """

    def __init__(self, event_type: type[E]) -> None:
        self.event_type: Final = event_type
        self.listeners: Final[dict[str, Listener]] = {}
        self._signal: Final = Signal()

    def connect(self, handler: Callable[[E], None], *, uid: str, why: str) -> None:
        """Have `handler` called for every event. `uid` names it for good: it is how the ledger knows what it has handled.

        Connecting the same uid again changes nothing.
        """

        @wraps(handler)
        def receiver(*, event: E, guard: Guard, **_: object) -> None:
            guard(uid, lambda: handler(event))

        # while debugging Django looks for **kwargs in the signature, and would look at the handler's
        del receiver.__wrapped__
        self._signal.connect(receiver, weak=False, dispatch_uid=uid)
        self.listeners.setdefault(uid, Listener(uid, why))

    def disconnect(self, *, uid: str) -> None:
        self._signal.disconnect(dispatch_uid=uid)
        self.listeners.pop(uid, None)

    def send(self, event: E, *, guard: Guard) -> None:
        """Call every handler through `guard`, in the order in which they were connected."""
        self._signal.send(sender=self.event_type, event=event, guard=guard)


posting_published: Final = EventSignal(PostingPublished)
posting_revised: Final = EventSignal(PostingRevised)
posting_closed: Final = EventSignal(PostingClosed)
posting_reopened: Final = EventSignal(PostingReopened)
posting_retired: Final = EventSignal(PostingRetired)
subscription_requested: Final = EventSignal(SubscriptionRequested)
subscription_confirmed: Final = EventSignal(SubscriptionConfirmed)
subscription_succeeded: Final = EventSignal(SubscriptionSucceeded)
subscription_ended: Final = EventSignal(SubscriptionEnded)
subscription_erased: Final = EventSignal(SubscriptionErased)


def send(event: AnyEvent, *, guard: Guard) -> frozenset[str]:
    """Send the event's signal. Returns the uids of all handlers that listen to it."""
    match event:
        case PostingPublished():
            return _send(posting_published, event, guard)
        case PostingRevised():
            return _send(posting_revised, event, guard)
        case PostingClosed():
            return _send(posting_closed, event, guard)
        case PostingReopened():
            return _send(posting_reopened, event, guard)
        case PostingRetired():
            return _send(posting_retired, event, guard)
        case SubscriptionRequested():
            return _send(subscription_requested, event, guard)
        case SubscriptionConfirmed():
            return _send(subscription_confirmed, event, guard)
        case SubscriptionSucceeded():
            return _send(subscription_succeeded, event, guard)
        case SubscriptionEnded():
            return _send(subscription_ended, event, guard)
        case SubscriptionErased():
            return _send(subscription_erased, event, guard)
        case _:
            assert_never(event)


def _send[E: AnyEvent](signal: EventSignal[E], event: E, guard: Guard) -> frozenset[str]:
    signal.send(event, guard=guard)
    return frozenset(signal.listeners)
