"""Be told more or less often, or in another language."""

from dataclasses import dataclass

from jobs_domain.identifiers import SubscriptionId, new_subscription_id
from jobs_domain.ports import Clock, UnitOfWork
from jobs_domain.subscription import Confirmed, NotAFollower
from jobs_domain.topics import Wishes


@dataclass(frozen=True, slots=True)
class ChangeWishes:
    """Ends a subscription and begins its successor; the same wishes change nothing.

    Returns the id of the subscription that now holds. Raises `NotAFollower` unless the given one is confirmed.
    """

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(self, *, subscription_id: SubscriptionId, wishes: Wishes) -> SubscriptionId:
        with self.unit_of_work() as records:
            subscription = records.subscriptions.get(subscription_id)
            if subscription is None:
                raise NotAFollower("There is no such subscription.")
            if subscription.wishes == wishes and isinstance(subscription.state, Confirmed):
                return subscription_id
            ended, successor, events = subscription.succeed(
                successor_id=new_subscription_id(), wishes=wishes, at=self.clock.now()
            )
            records.subscriptions.save(ended)
            records.subscriptions.add(successor)
            records.events.publish(*events)
            return successor.subscription_id
