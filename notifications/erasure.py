"""Forgetting a person."""

from django.utils import timezone

from jobs_domain.identifiers import SubscriptionId
from notifications.models import Audience, Delivery, DeliveryAttempt, Notification, WhyNot


def erase(subscription_id: SubscriptionId) -> None:
    """Forget the follower's address and request, and send nothing more because of the subscription.

    A message that is with the mail server at this moment stays marked as being sent: its sender records what becomes of it.
    """
    theirs = Delivery.objects.filter(subscription_id=subscription_id)
    theirs.filter(state=Delivery.State.WAITING).update(
        state=Delivery.State.SKIPPED, reason=WhyNot.ERASED, finished_at=timezone.now()
    )
    to_them = theirs.exclude(notification__audience=Audience.COMPANY)
    to_them.update(address="")
    DeliveryAttempt.objects.filter(delivery__in=to_them).update(answer="")
    asked = Notification.objects.filter(audience=Audience.REQUESTER, deliveries__in=theirs)
    asked.update(subject="", text="", html="")
