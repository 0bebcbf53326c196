"""To which addresses messages go, and how they are shown to whom."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from adapters.models import SubscriptionRecord
from notifications.models import Notification


def of(notification: Notification, subscription_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """By subscription; without those that are no longer known."""
    if notification.goes_elsewhere:
        return dict.fromkeys(subscription_ids, notification.contact_address) if notification.contact_address else {}
    known = SubscriptionRecord.objects.filter(pk__in=subscription_ids, address__gt="")
    return dict(known.values_list("subscription_id", "address"))


def shortened(address: str) -> str:
    """`a…@example.org`"""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
