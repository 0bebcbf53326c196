"""How far the sending is, for operators: in numbers, never by name. The keys of the answers are the keys of the JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypedDict

from django.db.models import Case, Count, F, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, StrIndex, Substr

from adapters import clock
from adapters.models import SubscriptionRecord
from notifications.models import Audience, Batch, Delivery, Kind, Lane, LanePause, Notification

DOMAINS: Final = 10
HELD: Final = 50
"""Batches that are listed at most."""


class Pause(TypedDict):
    """The mail server took nothing, `times` in a row, and is asked again at `until`."""

    since: datetime
    until: datetime
    times: int
    answer: str


class LaneStatus(TypedDict):
    """Deliveries that are kept one by one, by state and reason. `oldest_waiting_since` is when the oldest should have left."""

    lane: str
    waiting: int
    sent: int
    failed: Mapping[str, int]
    skipped: Mapping[str, int]
    oldest_waiting_since: datetime | None
    batches: int
    paused: Pause | None


class HeldBatch(TypedDict):
    """What a worker is sending. It renews its lease all the time: one that is over belonged to a worker that is gone."""

    lane: str
    notification: str
    lease_until: datetime


class DomainFailures(TypedDict):
    """An empty domain: the address is no longer known."""

    domain: str
    failed: int


class Status(TypedDict):
    """`to_fan_out` is how many notifications still lack deliveries although it is time."""

    at: datetime
    to_fan_out: int
    lanes: Sequence[LaneStatus]
    held: Sequence[HeldBatch]
    failures_by_domain: Sequence[DomainFailures]


class Pulse(TypedDict):
    """Of all deliveries: those that are unfinished, and those that were sent, or ended otherwise, from some instant on."""

    waiting: int
    sent: int
    ended: int


def status() -> Status:
    now = clock.now()
    return {
        "at": now,
        "to_fan_out": Notification.objects.filter(fanned_out_at=None, release_at__lte=now).count(),
        "lanes": _lanes(),
        "held": _held(),
        "failures_by_domain": _failures_by_domain(),
    }


def pulse(since: datetime) -> Pulse:
    counted = Delivery.objects.aggregate(
        waiting=Count("pk", filter=Q(finished_at=None)),
        sent=Count("pk", filter=Q(state=Delivery.State.SENT, finished_at__gte=since)),
        ended=Count("pk", filter=~Q(state=Delivery.State.SENT) & Q(finished_at__gte=since)),
    )
    return {"waiting": counted["waiting"], "sent": counted["sent"], "ended": counted["ended"]}


def is_anything_due() -> bool:
    """Whether a worker is sending, or would find something to send or to fan out; a pause of the mail server does not count."""
    now = clock.now()
    return (
        Batch.objects.filter(Q(due_at__lte=now) | Q(holder__isnull=False)).exists()
        or Notification.objects.filter(fanned_out_at=None, release_at__lte=now).exists()
    )


def _lanes() -> list[LaneStatus]:
    by_state = Delivery.objects.values_list("notification__lane", "state", "reason").annotate(Count("pk")).order_by()
    counts = {(lane, state, reason): count for lane, state, reason, count in by_state}
    waiting = Batch.objects.values("lane").annotate(batches=Count("pk"), oldest=Min("notification__release_at"))
    batches = {row["lane"]: (row["batches"], row["oldest"]) for row in waiting.order_by()}
    pauses = {pause.lane: pause for pause in LanePause.objects.all()}

    def by_reason(lane: Lane, wanted: Delivery.State) -> dict[str, int]:
        found = {why: n for (of_lane, state, why), n in counts.items() if (of_lane, state) == (lane, wanted)}
        return dict(sorted(found.items()))

    return [
        {
            "lane": lane.name,
            "waiting": counts.get((lane, Delivery.State.WAITING, ""), 0),
            "sent": counts.get((lane, Delivery.State.SENT, ""), 0),
            "failed": by_reason(lane, Delivery.State.FAILED),
            "skipped": by_reason(lane, Delivery.State.SKIPPED),
            "oldest_waiting_since": batches.get(lane, (0, None))[1],
            "batches": batches.get(lane, (0, None))[0],
            "paused": _pause(pauses.get(lane)),
        }
        for lane in Lane
    ]


def _pause(pause: LanePause | None) -> Pause | None:
    if pause is None:
        return None
    return {"since": pause.since, "until": pause.until, "times": pause.times, "answer": pause.answer}


def _held() -> list[HeldBatch]:
    held = Batch.objects.filter(holder__isnull=False).order_by("lane", "due_at", "pk")[:HELD]
    return [
        {
            "lane": Lane(batch.lane).name,
            "notification": str(batch.notification_id),
            "lease_until": batch.due_at,
        }
        for batch in held
    ]


def recipient() -> Case:
    """The address that a delivery goes to; empty if it is not known."""
    key = SubscriptionRecord.objects.filter(pk=OuterRef("subscription_id")).values("address_key")
    elsewhere = Q(notification__audience=Audience.COMPANY) | Q(notification__kind=Kind.MOVE)
    return Case(
        When(elsewhere, then=F("notification__contact_address")),
        default=Coalesce(Subquery(key[:1]), Value("")),
    )


def domain_of(address: str) -> Substr:
    """What follows the one @ of an address (`EmailAddress`), which has this name in the query."""
    return Substr(address, StrIndex(address, Value("@")) + 1)


def _failures_by_domain() -> list[DomainFailures]:
    by_domain = (
        Delivery.objects.filter(state=Delivery.State.FAILED)
        .annotate(to=recipient())
        .annotate(domain=domain_of("to"))
        .values("domain")
        .annotate(failed=Count("pk"))
        .order_by("-failed", "domain")[:DOMAINS]
    )
    return [{"domain": row["domain"], "failed": row["failed"]} for row in by_domain]
