"""Giving deliveries that failed another try, once the cause is mended."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from adapters import background, clock
from adapters.models import SubscriptionRecord
from notifications import bounces, hold
from notifications.announcing import SEND
from notifications.barred import barred
from notifications.models import Batch, Delivery, Notification, WhyNot

SLICE: Final = 5_000
REASONS: Final = (WhyNot.REFUSED, WhyNot.GAVE_UP)


@dataclass(slots=True)
class Retried:
    """How many deliveries wait again; how many do not because their address gets no mail, or is no longer known."""

    again: int = 0
    suppressed: int = 0
    unknown: int = 0


def failed(reasons: Collection[WhyNot] = REASONS) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.FAILED, reason__in=reasons)


def retry_failed(reasons: Collection[WhyNot] = REASONS) -> Retried:
    """Deliveries that failed for these reasons wait again, with all their attempts before them; pauses of the mail server are over.

    All of them, while the caller waits.
    """
    retried = Retried()
    for notification_id in list(failed(reasons).order_by().values_list("notification_id", flat=True).distinct()):
        of_one = failed(reasons).filter(notification=notification_id).order_by("subscription_id")
        reached: UUID | None = None
        while (reached := retry_slice(notification_id, of_one, reached, retried)) is not None:
            pass
    hold.other_pauses().delete()
    background.wake(SEND)
    return retried


def retry_slice(notification_id: UUID, of_one: QuerySet[Delivery], after: UUID | None, retried: Retried) -> UUID | None:
    """One transaction, with some of a notification's deliveries that failed, which are in the order of their subscriptions.

    Counts them in `retried`. Gives the last subscription that it looked at, `None` when there was none left.
    """
    with transaction.atomic():
        # keeps the pruning and the fan-out away meanwhile
        notification = Notification.objects.select_for_update().get(pk=notification_id)
        rest = of_one if after is None else of_one.filter(subscription_id__gt=after)
        rows = list(rest.values_list("subscription_id", "pk")[:SLICE])
        if not rows:
            return None
        addresses = _addresses(notification, [subscription_id for subscription_id, _ in rows])
        unwritten = barred(set(addresses.values()))
        known = [(subscription_id, pk) for subscription_id, pk in rows if subscription_id in addresses]
        again = [(subscription_id, pk) for subscription_id, pk in known if addresses[subscription_id] not in unwritten]
        Delivery.objects.filter(pk__in=[pk for _, pk in again]).update(
            state=Delivery.State.WAITING, reason="", attempts=0, finished_at=None, next_attempt_at=None
        )
        _have_sent(notification, [subscription_id for subscription_id, _ in again])
    retried.again += len(again)
    retried.suppressed += len(known) - len(again)
    retried.unknown += len(rows) - len(known)
    return rows[-1][0]


def _addresses(notification: Notification, subscription_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The key of the address that each message goes to, where it is known."""
    if notification.goes_elsewhere:
        key = bounces.key_of(notification.contact_address)
        return dict.fromkeys(subscription_ids, key) if key else {}
    records = SubscriptionRecord.objects.filter(pk__in=subscription_ids, address_key__gt="")
    return dict(records.values_list("subscription_id", "address_key"))


def _have_sent(notification: Notification, subscription_ids: Sequence[UUID]) -> None:
    """See to it that there is a batch, due now, for each of these subscriptions, which are in order; no two batches overlap.

    Where no batch is in between, many are put into one: what else lies between them is finished. A worker that holds a batch finds
    what is in it once more when it gives it back.
    """
    if not subscription_ids:
        return
    now = clock.now()
    there = Batch.objects.filter(
        notification=notification, last__gte=subscription_ids[0], first__lte=subscription_ids[-1]
    )
    batches = list(there.select_for_update().order_by("first"))
    covering, groups, group = set[int](), list[list[UUID]](), list[UUID]()
    for subscription_id in subscription_ids:
        while batches and batches[0].last < subscription_id:
            batches.pop(0)
            group = []
        if batches and batches[0].first <= subscription_id:
            covering.add(batches[0].pk)
            continue
        if not group or len(group) == settings.MAIL_BATCH:
            group = []
            groups.append(group)
        group.append(subscription_id)
    Batch.objects.filter(pk__in=covering, holder=None, due_at__gt=now).update(due_at=now)
    Batch.objects.bulk_create(
        (
            Batch(notification=notification, lane=notification.lane, first=group[0], last=group[-1], due_at=now)
            for group in groups
        ),
        batch_size=1000,
    )
