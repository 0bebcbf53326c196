"""Messages that somebody should look after, in numbers that are found fast however much has been sent.

Deliveries are not sorted by how they ended. But each that failed or came back has left an answer, of which there are few, and each that
is unfinished is in a batch.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet

from adapters import clock
from notifications.fan_out import BEFORE_ALL, followers_of
from notifications.models import Batch, Delivery, DeliveryAttempt, Notification

LOOK_BACK: Final = timedelta(days=7)
PATIENCE: Final = timedelta(hours=1)
BATCHES: Final = 50
"""So many are looked into; if there are more, the others count as full."""
NOTIFICATIONS: Final = 10
"""Of those that wait for their deliveries so many are looked into."""

NOT_DELIVERED: Final = Q(outcome=DeliveryAttempt.Outcome.BOUNCED) | Q(delivery__state=Delivery.State.FAILED)
"""Of answers: those to messages that were refused or given up and not sent since, or came back."""


def undelivered() -> int:
    """Messages that could not be delivered in the last seven days."""
    return _answers().values("delivery").distinct().count()


def overdue() -> int:
    """Messages that should have left more than an hour ago."""
    before = clock.now() - PATIENCE
    return _unfinished(before) + _not_begun(before)


def among(notifications: QuerySet[Notification]) -> QuerySet[Notification]:
    """Those of which messages are in trouble: undelivered or overdue."""
    before = clock.now() - PATIENCE
    undelivered_of = _answers().values("delivery__notification_id")
    unfinished = Batch.objects.filter(notification__release_at__lt=before).values("notification_id")
    not_begun = Q(fanned_out_at=None, release_at__lt=before)
    return notifications.filter(Q(pk__in=undelivered_of) | Q(pk__in=unfinished) | not_begun)


def _answers() -> QuerySet[DeliveryAttempt]:
    return DeliveryAttempt.objects.filter(NOT_DELIVERED, at__gte=clock.now() - LOOK_BACK)


def _unfinished(before: datetime) -> int:
    batches = Batch.objects.filter(notification__release_at__lt=before)
    stretches = list(batches.order_by("pk").values_list("notification_id", "first", "last")[:BATCHES])
    if not stretches:
        return 0
    in_them = Q()
    for notification_id, first, last in stretches:
        in_them |= Q(notification=notification_id, subscription_id__range=(first, last))
    others = batches.count() - len(stretches) if len(stretches) == BATCHES else 0
    return Delivery.objects.filter(in_them, finished_at=None).count() + others * settings.MAIL_BATCH


def _not_begun(before: datetime) -> int:
    """Those of followers for whom there is no delivery yet."""
    waiting = Notification.objects.filter(fanned_out_at=None, release_at__lt=before).order_by("release_at", "pk")
    return sum(
        followers_of(notification).filter(subscription_id__gt=notification.fanned_out_up_to or BEFORE_ALL).count()
        for notification in waiting[:NOTIFICATIONS]
    )
