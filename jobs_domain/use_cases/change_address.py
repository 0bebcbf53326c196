"""Be told at another address."""

from dataclasses import dataclass

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.identifiers import SubscriptionId, new_subscription_id
from jobs_domain.ports import Clock, Records, UnitOfWork
from jobs_domain.subscription import Confirmed, Subscription


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """Moves all that an address follows to another, whose owner has agreed; what both follow goes on as the other has it.

    What waits for a confirmation stays: nobody has said yet that it is wanted. Returns which of the old address were moved. Moving them
    again, or to the same address, moves none.
    """

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(self, *, old: EmailAddress, new: EmailAddress) -> tuple[SubscriptionId, ...]:
        if old == new:
            return ()
        with self.unit_of_work() as records:
            followed = [each for each in records.subscriptions.of(old) if isinstance(each.state, Confirmed)]
            for subscription in followed:
                self._move(records, subscription, new)
            return tuple(subscription.subscription_id for subscription in followed)

    def _move(self, records: Records, subscription: Subscription, new: EmailAddress) -> None:
        now = self.clock.now()
        there = records.subscriptions.active(address=new, topic=subscription.topic)
        if there is not None and isinstance(there.state, Confirmed):
            ended, events = subscription.end(reason=EndReason.REPLACED, at=now, successor_id=there.subscription_id)
            records.subscriptions.save(ended)
            records.events.publish(*events)
            return
        successor_id = new_subscription_id()
        if there is not None:
            asked, events = there.end(reason=EndReason.REPLACED, at=now, successor_id=successor_id)
            records.subscriptions.save(asked)
            records.events.publish(*events)
        ended, successor, events = subscription.succeed(successor_id=successor_id, address=new, at=now)
        records.subscriptions.save(ended)
        records.subscriptions.add(successor)
        records.events.publish(*events)
