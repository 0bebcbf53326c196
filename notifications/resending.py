"""Has what failed sent again when an editor wishes so: by the worker, since it may be very much.

A wish is about what had failed by then: each delivery is dealt with once, even if everything fails again at once.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from adapters import background, clock
from notifications import hold, retrying
from notifications.announcing import SEND
from notifications.models import Delivery, Resending
from notifications.retrying import Retried

RESEND: Final = "send again what failed"


def ask(notification_id: UUID = Resending.EVERYTHING) -> bool:
    """Have sent again what has failed, of one notification or of all; pauses of the mail server are over.

    False if that has been asked for already and is under way: asking twice is asking once.
    """
    with transaction.atomic():
        now = clock.now()
        wish, is_new = Resending.objects.select_for_update().get_or_create(
            pk=notification_id, defaults={"asked_at": now}
        )
        if not is_new and wish.finished_at is None:
            return False
        Resending(pk=notification_id, asked_at=now).save(force_update=True)
        hold.other_pauses().delete()
        background.wake(RESEND)
    return True


def latest(notification_id: UUID = Resending.EVERYTHING) -> Resending | None:
    """What became of the last wish."""
    return Resending.objects.filter(pk=notification_id).first()


def resend_due() -> int:
    """Deal with a slice of the oldest wish, or end it. Returns 0 if there is none."""
    # asked first to spare an idle worker the lock that a transaction takes on SQLite
    if not _due().exists():
        return 0
    with transaction.atomic():
        wish = _due().select_for_update(skip_locked=True).first()
        if wish is None:
            return 0
        _go_on(wish)
        wish.save()
        background.wake(SEND)
    return 1


def _due() -> QuerySet[Resending]:
    return Resending.objects.filter(finished_at=None).order_by("asked_at", "pk")


def _go_on(wish: Resending) -> None:
    failed = _failed_by(wish.asked_at)
    if wish.scope != Resending.EVERYTHING:
        failed = failed.filter(notification=wish.scope)
    if wish.notification_id is None:
        wish.notification_id = _next_notification(failed)
    if wish.notification_id is None:
        wish.finished_at = clock.now()
        return
    of_one = failed.filter(notification=wish.notification_id).order_by("subscription_id")
    retried = Retried()
    wish.subscription_id = retrying.retry_slice(wish.notification_id, of_one, wish.subscription_id, retried)
    if wish.subscription_id is None:
        wish.notification_id = _next_notification(failed.filter(notification__gt=wish.notification_id))
        wish.finished_at = clock.now() if wish.notification_id is None else None
    wish.again += retried.again
    wish.suppressed += retried.suppressed
    wish.unknown += retried.unknown


def _failed_by(instant: datetime) -> QuerySet[Delivery]:
    return retrying.failed().filter(finished_at__lte=instant)


def _next_notification(failed: QuerySet[Delivery]) -> UUID | None:
    """In the order of the only index, and so found without sorting."""
    in_order = failed.order_by("notification_id", "subscription_id")
    return in_order.values_list("notification_id", flat=True).first()
