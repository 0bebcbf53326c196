"""Forgetting, after a while, who was told with which words; how many were, and how it ended, is kept."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from adapters import clock
from notifications.announcing import NO_WORDS
from notifications.models import Batch, Delivery, DeliveryAttempt, Notification

SLICE: Final = 5_000
"""Deliveries in one transaction at most, so that nobody waits long for it."""
GROUP: Final = 500
"""Notifications that are dealt with together: most are one message to one person."""
SLICES: Final = 5
"""Transactions in one go at most, so that other work gets its turn."""

_DELETE: Final = f"DELETE FROM {Delivery._meta.db_table} WHERE id"  # noqa: S608 - the name of a table


def prune_deliveries() -> int:
    """Delete deliveries of notifications older than `KEEP_DELIVERIES_DAYS`, then the texts. Nothing that is still to be sent is touched.

    Each transaction moves its deliveries into the notifications' `counts`: whoever is interrupted goes on where it stopped, and counts
    nothing twice. Returns how many deliveries and texts it removed.
    """
    done = 0
    rest = list(_prunable().order_by().values_list("pk", flat=True)[: SLICES * GROUP])
    for _ in range(SLICES):
        group, rest = rest[:GROUP], rest[GROUP:]
        if not group:
            break
        removed, unfinished = _prune_slice(group)
        done += removed
        rest = unfinished + rest if removed else rest
    return done


def outcome(state: str, reason: str) -> str:
    """The key under which a delivery is counted: `SENT`, or with the reason as in `SKIPPED/LEFT`."""
    return f"{state}/{reason}" if reason else state


def _prunable() -> QuerySet[Notification]:
    return Notification.objects.filter(
        created_at__lt=clock.now() - timedelta(days=settings.KEEP_DELIVERIES_DAYS),
        fanned_out_at__isnull=False,
        pruned_at=None,
    ).exclude(Exists(Batch.objects.filter(notification=OuterRef("pk"))))


def _prune_slice(group: Sequence[UUID]) -> tuple[int, list[UUID]]:
    """Gives how much was removed, and which of the notifications have deliveries left."""
    with transaction.atomic():
        # locked, and looked at again: deliveries that failed may just have been given another try, or another worker was faster
        notifications = {
            each.pk: each for each in _prunable().filter(pk__in=group).select_for_update(of=("self",), skip_locked=True)
        }
        deliveries = Delivery.objects.filter(notification__in=list(notifications), finished_at__isnull=False)
        in_order = deliveries.order_by("notification_id", "subscription_id")
        rows = list(in_order.values_list("pk", "notification_id", "state", "reason")[:SLICE])
        _delete([pk for pk, *_ in rows])
        ended: dict[UUID, Counter[str]] = {}
        for _, notification_id, state, reason in rows:
            ended.setdefault(notification_id, Counter())[outcome(state, reason)] += 1
        for notification_id, counted in ended.items():
            notifications[notification_id].counts = dict(Counter(notifications[notification_id].counts) + counted)
        Notification.objects.bulk_update([notifications[pk] for pk in ended], ["counts"], batch_size=100)
        has_more = Exists(Delivery.objects.filter(notification=OuterRef("pk")))
        is_done = Notification.objects.filter(pk__in=list(notifications)).exclude(has_more)
        finished = set(is_done.values_list("pk", flat=True))
        Notification.objects.filter(pk__in=finished).update(
            note=None, contact_address="", pruned_at=clock.now(), **NO_WORDS
        )
    return len(rows) + len(finished), [pk for pk in notifications if pk not in finished]


def _delete(pks: Sequence[int]) -> None:
    """The deliveries in one statement: Django's own way fetches each one again and takes several times as long."""
    if not pks:
        return
    DeliveryAttempt.objects.filter(delivery__in=pks).delete()
    places = ", ".join(["%s"] * len(pks))
    with connection.cursor() as cursor:
        cursor.execute(f"{_DELETE} IN ({places})", pks)
