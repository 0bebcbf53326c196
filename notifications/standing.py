"""How the sending stands, as the database has it: checks for `/readyz`, and metrics.

Deliveries are not counted: there may be millions. Each that is unfinished is in a batch, and of those there are few.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Min, Q
from prometheus_client import Metric

from adapters import clock
from adapters.observing.health import FINE, Finding, State
from adapters.observing.standing import gauge, one
from notifications import hold
from notifications.models import Batch, DeliveryAttempt, Lane, Notification, Suppression

PATIENCE: Final = {
    Lane.TRANSACTIONAL: timedelta(minutes=5),
    Lane.IMMEDIATE: timedelta(hours=1),
    Lane.DIGEST: timedelta(hours=6),
}
"""For so long a message that is due may wait for its turn."""
DAY: Final = timedelta(days=1)
COME_BACK: Final = (DeliveryAttempt.Outcome.BOUNCED, DeliveryAttempt.Outcome.COMPLAINED)


def mail() -> Finding:
    """As the workers have it: they speak to the mail server, and web hosts need not reach it."""
    held_since = hold.since()
    if held_since is not None:
        return Finding(
            State.WARNING,
            f"All sending is held since {held_since:%Y-%m-%d %H:%M} UTC. {hold.WHY}",
            "manage.py deliveries --release lets it go; after a restore, --already-sent comes first (docs/deploy.md).",
        )
    pause = hold.other_pauses().filter(until__gt=clock.now()).order_by("since").first()
    if pause is None:
        return FINE
    return Finding(
        State.WARNING,
        f"The mail server takes nothing since {pause.since:%Y-%m-%d %H:%M} UTC: {pause.answer}",
        "Mend what it says; it is asked again by itself, or at once after: manage.py deliveries --retry-failed",
    )


def delivery() -> Finding:
    for lane, late in lag().items():
        if late > PATIENCE[lane].total_seconds():
            return Finding(
                State.WARNING,
                f"In lane {lane.name} a message has been due for {late:.0f} s.",
                "manage.py deliveries says what it waits for. If nothing does: more workers, or a greater MAIL_RATE.",
            )
    return FINE


def lag() -> Mapping[Lane, float]:
    """For how many seconds the oldest due message of each lane has been due, pauses of the mail server included."""
    now = clock.now()
    return {lane: _age(min(_due_since(lane, now), now), now) for lane in Lane}


def _of_pauses(now: datetime) -> Iterator[Metric]:
    """One that is over stays until the mail server takes something: it counts only while there is something to take."""
    due = Batch.objects.filter(due_at__lte=now).values("lane")
    paused = hold.other_pauses().filter(Q(until__gt=now) | Q(lane__in=due))
    since = (((Lane(pause.lane).name,), max(0.0, _age(pause.since, now))) for pause in paused)
    yield gauge("board_mail_paused_seconds", "Since when the mail server takes nothing.", "lane", since)
    held_since = hold.since()
    held = 0.0 if held_since is None else max(0.0, _age(held_since, now))
    yield one("board_mail_held_seconds", "Since when an operator, or a restore, holds all sending.", held)


def _due_since(lane: Lane, now: datetime) -> datetime:
    batches: datetime | None = Batch.objects.filter(lane=lane, due_at__lte=now).aggregate(at=Min("due_at"))["at"]
    not_begun = Notification.objects.filter(fanned_out_at=None, release_at__lte=now, lane=lane)
    released: datetime | None = not_begun.aggregate(at=Min("release_at"))["at"]
    return min(at for at in (batches, released, now) if at is not None)


def _age(since: datetime, now: datetime) -> float:
    return (now - since).total_seconds()


def metrics() -> Iterator[Metric]:
    yield gauge(
        "board_delivery_lag_seconds",
        "For how long the oldest due message has been due.",
        "lane",
        (((lane.name,), late) for lane, late in lag().items()),
    )
    batches = dict(Batch.objects.values_list("lane").annotate(Count("pk")).order_by())
    yield gauge(
        "board_batches_waiting",
        f"Batches with unfinished messages, of up to {settings.MAIL_BATCH} each.",
        "lane",
        (((lane.name,), batches.get(lane, 0)) for lane in Lane),
    )
    held = Batch.objects.filter(holder__isnull=False).count()
    yield one("board_batches_held", "Batches that workers are sending.", held)
    now = clock.now()
    to_fan_out = Notification.objects.filter(fanned_out_at=None, release_at__lte=now).count()
    yield one(
        "board_notifications_to_fan_out", "Notifications that still lack deliveries although it is time.", to_fan_out
    )
    settling = Notification.objects.filter(fanned_out_at=None, release_at__gt=now).count()
    yield one("board_notifications_settling", "Notifications that wait for their settling time.", settling)
    yield from _of_pauses(now)
    # looked up, not counted: a mail server may hand each to a process of its own
    answers = DeliveryAttempt.objects.filter(at__gte=now - DAY, outcome__in=COME_BACK)
    back = dict(answers.values_list("outcome").annotate(Count("pk")).order_by())
    yield gauge(
        "board_come_back_in_a_day",
        "Messages that bounced, or were complained about, in the last 24 hours.",
        "outcome",
        (((outcome.value,), back.get(outcome.value, 0)) for outcome in COME_BACK),
    )
    suppressed = dict(Suppression.objects.values_list("reason").annotate(Count("pk")).order_by())
    yield gauge(
        "board_suppressions",
        "Addresses that get no mail.",
        "reason",
        (((reason.value,), suppressed.get(reason.value, 0)) for reason in Suppression.Reason),
    )
