"""From a subscription that was replaced to the one that holds now."""

from jobs_domain.identifiers import SubscriptionId
from jobs_domain.ports import Records
from jobs_domain.subscription import Ended, Subscription


def last_successor(records: Records, subscription_id: SubscriptionId) -> Subscription | None:
    """The subscription itself, if nothing replaced it; `None` if it (or its successor) is not known any more."""
    subscription = records.subscriptions.get(subscription_id)
    while (
        subscription is not None
        and isinstance(subscription.state, Ended)
        and subscription.state.successor_id is not None
    ):
        subscription = records.subscriptions.get(subscription.state.successor_id)
    return subscription
