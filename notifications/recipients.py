"""Whether somebody still wants a message that was meant for them."""

from dataclasses import dataclass

from django.utils import timezone

from adapters.repositories import holding_subscription
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.subscription import Confirmed, Ended, Pending, Subscription
from notifications.models import Audience, Delivery, WhyNot


@dataclass(frozen=True, slots=True)
class Wanted:
    """`follower` is the follower's address, or empty if the recipient is not to learn it."""

    follower: str


def check(delivery: Delivery) -> Wanted | WhyNot:
    """Says why not, if the message is not wanted (any more)."""
    subscription = holding_subscription(SubscriptionId(delivery.subscription_id))
    if subscription is None or not delivery.address:
        return WhyNot.ERASED
    if delivery.notification.audience == Audience.REQUESTER:
        return _still_to_confirm(subscription)
    match subscription.state:
        case Confirmed():
            return Wanted(subscription.address.value if subscription.share_address else "")
        case Pending():
            return WhyNot.NEVER_CONFIRMED
        case Ended():
            return WhyNot.LEFT


def _still_to_confirm(subscription: Subscription) -> Wanted | WhyNot:
    match subscription.state:
        case Pending() as pending:
            return WhyNot.LAPSED if pending.has_lapsed(at=timezone.now()) else Wanted("")
        case Confirmed():
            return WhyNot.ALREADY_CONFIRMED
        case Ended():
            return WhyNot.LEFT
