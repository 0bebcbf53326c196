"""Forgetting a person."""

from django.db.models import Q
from django.utils import timezone

from jobs_domain.identifiers import SubscriptionId
from notifications import announcing, reach
from notifications.models import AddressChange, Audience, Delivery, DeliveryAttempt, Kind, Notification, WhyNot


def erase(subscription_id: SubscriptionId) -> None:
    """Send nothing more because of the subscription, and forget what the ledger holds of the follower.

    The address was with the subscription, and is gone with it. A message that is with the mail server at this moment may still arrive:
    then its sender records that.
    """
    reach.unfinished(subscription_id).update(
        state=Delivery.State.SKIPPED, reason=WhyNot.ERASED, finished_at=timezone.now(), next_attempt_at=None
    )
    answers = DeliveryAttempt.objects.filter(delivery__subscription_id=subscription_id).exclude(answer="")
    to_them = answers.exclude(delivery__notification__audience=Audience.COMPANY)
    DeliveryAttempt.objects.filter(pk__in=list(to_them.values_list("pk", flat=True))).update(answer="")
    theirs = Notification.objects.filter(subscription_id=subscription_id)
    asked = theirs.filter(Q(audience=Audience.REQUESTER) | Q(kind=Kind.INTEREST))
    asked.update(**announcing.NO_WORDS)
    AddressChange.objects.filter(subscription_id=subscription_id).delete()
