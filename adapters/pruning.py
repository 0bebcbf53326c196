"""Forgetting the addresses of those who follow no more, and of those who never confirmed."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from adapters import clock
from adapters.models import SubscriptionRecord
from adapters.repositories import django_unit_of_work
from jobs_domain.events import EndReason
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.subscription import CONFIRMATION_LIFETIME, Pending

SLICE: Final = 2_000
SLICES: Final = 3
"""Transactions in one go at most, so that other work gets its turn."""
LAPSED: Final = 100
"""So many at most in one go: each is a unit of work with an event of its own."""


def prune_addresses() -> int:
    """Forget addresses `KEEP_ADDRESSES_DAYS` after the end of their subscriptions, or after a request that nobody confirmed.

    What is left of a subscription says which topic it was about, so that links in old mails still answer. A subscription that was
    replaced keeps the address as long as the one that took its place has the same. Returns how many it dealt with.
    """
    cutoff = clock.now() - timedelta(days=settings.KEEP_ADDRESSES_DAYS)
    return _end_lapsed(cutoff) + _forget(cutoff)


def _forget(cutoff: datetime) -> int:
    forgotten = 0
    for _ in range(SLICES):
        due = list(_to_forget(cutoff).values_list("pk", flat=True)[:SLICE])
        if not due:
            break
        forgotten += SubscriptionRecord.objects.filter(pk__in=due).update(address="", address_key="")
    return forgotten


def _to_forget(cutoff: datetime) -> QuerySet[SubscriptionRecord]:
    was_over = Q(ended_at__lt=cutoff) | Q(end_reason=EndReason.NEVER_CONFIRMED.value, requested_at__lt=cutoff)
    successor = SubscriptionRecord.objects.filter(pk=OuterRef("successor_id"), address_key=OuterRef("address_key"))
    return SubscriptionRecord.objects.filter(
        was_over, state=SubscriptionRecord.State.ENDED, address_key__gt=""
    ).exclude(Exists(successor))


def _end_lapsed(cutoff: datetime) -> int:
    """A request that can no longer be confirmed is over; the core says so, and raises what it raises then."""
    now = clock.now()
    before = min(cutoff, now - CONFIRMATION_LIFETIME)
    pending = SubscriptionRecord.objects.filter(state=SubscriptionRecord.State.PENDING, requested_at__lt=before)
    ended = 0
    for pk in list(pending.values_list("pk", flat=True)[:LAPSED]):
        with django_unit_of_work() as records:
            subscription = records.subscriptions.get(SubscriptionId(pk))
            if subscription is None or not isinstance(subscription.state, Pending):
                continue
            over, events = subscription.end(reason=EndReason.NEVER_CONFIRMED, at=now)
            records.subscriptions.save(over)
            records.events.publish(*events)
            ended += 1
    return ended
