"""Which subscriptions are one person's, who may have moved from one address to another."""

from datetime import datetime

from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.ports import Subscriptions
from jobs_domain.subscription import Ended, Subscription


def held_about(address: EmailAddress, subscriptions: Subscriptions) -> tuple[Subscription, ...]:
    """All of the address; and of each older one that it took something over from, that and what had ended there by then.

    What goes on or begins at an older address afterwards is not among it: by then somebody else may have that mailbox. Nor is what somebody
    has moved away from the address: who has the new mailbox decides about that.
    """
    found: dict[SubscriptionId, Subscription] = {}
    to_look_at = subscriptions.of(address)
    while to_look_at:
        found |= {each.subscription_id: each for each in to_look_at}
        before = [one for each in to_look_at for one in _before(each, subscriptions)]
        to_look_at = tuple(each for each in before if each.subscription_id not in found)
    return tuple(found.values())


def _before(subscription: Subscription, subscriptions: Subscriptions) -> tuple[Subscription, ...]:
    replaced = subscriptions.replaced_by(subscription)
    moved = [
        (each.address, each.state.ended_at)
        for each in replaced
        if each.address != subscription.address and isinstance(each.state, Ended)
    ]
    left_behind = [other for old, at in moved for other in subscriptions.of(old) if _had_ended(other, by=at)]
    return (*replaced, *left_behind)


def _had_ended(subscription: Subscription, *, by: datetime) -> bool:
    return isinstance(subscription.state, Ended) and subscription.state.ended_at <= by
