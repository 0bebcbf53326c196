"""Forgetting a person."""

from django.utils import timezone

from jobs_domain.identifiers import SubscriptionId
from notifications.models import Audience, Delivery, DeliveryAttempt, Notification, WhyNot


def erase(subscription_id: SubscriptionId) -> None:
    """Send nothing more because of the subscription, and forget what the ledger holds of the follower.

    The address was with the subscription, and is gone with it. A message that is with the mail server at this moment may still arrive:
    then its sender records that.
    """
    theirs = Delivery.objects.filter(subscription_id=subscription_id)
    theirs.filter(finished_at=None).update(
        state=Delivery.State.SKIPPED, reason=WhyNot.ERASED, finished_at=timezone.now(), next_attempt_at=None
    )
    to_them = theirs.exclude(notification__audience=Audience.COMPANY)
    DeliveryAttempt.objects.filter(delivery__in=to_them).update(answer="")
    asked = Notification.objects.filter(audience=Audience.REQUESTER, deliveries__in=theirs)
    asked.update(subject="", text="", html="")
