"""How far notifications are, in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from notifications.models import Batch, Delivery, DeliveryAttempt, Notification, WhyNot
from notifications.pruning import outcome


class Stage(Enum):
    """How a notification stands as a whole."""

    PENDING = "waiting to be released"
    UNDER_WAY = "being sent"
    DONE = "done"
    WITHHELD = "told nobody"


@dataclass(frozen=True, slots=True)
class Progress:
    """`counts` are messages by how they ended (`pruning.outcome`), `waiting` those that have not."""

    stage: Stage
    waiting: int
    counts: Mapping[str, int]

    @property
    def sent(self) -> int:
        return self._ended(Delivery.State.SENT)

    @property
    def failed(self) -> int:
        return self._ended(Delivery.State.FAILED)

    @property
    def skipped(self) -> int:
        return self._ended(Delivery.State.SKIPPED)

    @property
    def reasons(self) -> list[tuple[Delivery.State, WhyNot, int]]:
        """Why messages failed or were not sent, and how many; the most frequent first."""
        parts = [(*key.partition("/"), number) for key, number in self.counts.items()]
        rows = [(Delivery.State(state), WhyNot(why), number) for state, _, why, number in parts if why]
        return sorted(rows, key=lambda row: (row[0], -row[2], row[1]))

    def _ended(self, state: Delivery.State) -> int:
        return sum(number for key, number in self.counts.items() if key.partition("/")[0] == state)


def of(notifications: Iterable[Notification]) -> Mapping[UUID, Progress]:
    """Two queries, however many there are."""
    by_id = {notification.pk: notification for notification in notifications}
    deliveries = Delivery.objects.filter(notification__in=by_id).order_by()
    counted: dict[UUID, Counter[str]] = {pk: Counter(notification.counts) for pk, notification in by_id.items()}
    for pk, state, reason, number in deliveries.values_list("notification_id", "state", "reason").annotate(Count("pk")):
        counted[pk][outcome(state, reason)] += number
    has_batches = set(Batch.objects.filter(notification__in=by_id).values_list("notification_id", flat=True).distinct())
    return {
        pk: Progress(
            _stage(notification, has_batches=pk in has_batches),
            waiting=counted[pk].pop(Delivery.State.WAITING, 0),
            counts=counted[pk],
        )
        for pk, notification in by_id.items()
    }


def at(stage: Stage, notifications: QuerySet[Notification]) -> QuerySet[Notification]:
    batches = Exists(Batch.objects.filter(notification=OuterRef("pk")))
    told = notifications.filter(withheld="")
    match stage:
        case Stage.WITHHELD:
            return notifications.exclude(withheld="")
        case Stage.PENDING:
            return told.filter(fanned_out_up_to=None, fanned_out_at=None)
        case Stage.UNDER_WAY:
            return told.filter(Q(fanned_out_at=None, fanned_out_up_to__isnull=False) | batches)
        case Stage.DONE:
            return told.filter(~batches, fanned_out_at__isnull=False)


def with_failures(notifications: QuerySet[Notification]) -> QuerySet[Notification]:
    """Those of which messages failed, whether these are still kept one by one or not."""
    failed = DeliveryAttempt.objects.filter(delivery__state=Delivery.State.FAILED).values("delivery__notification_id")
    kept = [outcome(Delivery.State.FAILED, why) for why in (WhyNot.REFUSED, WhyNot.GAVE_UP)]
    return notifications.filter(Q(pk__in=failed) | Q(counts__has_any_keys=kept))


def _stage(notification: Notification, *, has_batches: bool) -> Stage:
    if notification.withheld:
        return Stage.WITHHELD
    if has_batches or (notification.fanned_out_at is None and notification.fanned_out_up_to is not None):
        return Stage.UNDER_WAY
    return Stage.PENDING if notification.fanned_out_at is None else Stage.DONE
