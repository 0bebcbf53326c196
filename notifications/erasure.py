"""Forgetting a person."""

from django.db.models import QuerySet

from adapters import clock
from jobs_domain.identifiers import SubscriptionId
from notifications import announcing, reach
from notifications.models import AddressChange, Audience, Delivery, DeliveryAttempt, Notification, WhyNot


def erase(subscription_id: SubscriptionId) -> None:
    """Send nothing more because of the subscription, and forget what the ledger holds of the follower.

    The address was with the subscription, and is gone with it. A message that is with the mail server at this moment may still arrive:
    then its sender records that.
    """
    reach.unfinished(subscription_id).update(
        state=Delivery.State.SKIPPED, reason=WhyNot.ERASED, finished_at=clock.now(), next_attempt_at=None
    )
    answers = DeliveryAttempt.objects.filter(delivery__subscription_id=subscription_id).exclude(answer="")
    to_them = answers.exclude(delivery__notification__audience=Audience.COMPANY)
    DeliveryAttempt.objects.filter(pk__in=list(to_them.values_list("pk", flat=True))).update(answer="")
    theirs_alone = Notification.objects.filter(subscription_id=subscription_id).exclude(audience=Audience.COMPANY)
    theirs_alone.update(contact_address="", **announcing.NO_WORDS)
    forget_changes(AddressChange.objects.filter(subscription_id=subscription_id))


def forget_changes(changes: QuerySet[AddressChange]) -> int:
    """Forget that somebody wanted to be told at another address, and which that is. Returns how many."""
    asked = list(changes.values_list("pk", flat=True))
    Notification.objects.filter(pk__in=asked).update(contact_address="")
    AddressChange.objects.filter(pk__in=asked).delete()
    return len(asked)
