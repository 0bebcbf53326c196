"""Confirm that the owner of an address wants to follow."""

from dataclasses import dataclass

from jobs_domain.identifiers import SubscriptionId
from jobs_domain.ports import Clock, UnitOfWork
from jobs_domain.subscription import Confirmation, Confirmed
from jobs_domain.use_cases.succession import last_successor


@dataclass(frozen=True, slots=True)
class ConfirmSubscription:
    """Idempotent: confirming again answers that it is confirmed already, also if another subscription took its place since.

    `share_address` is what the owner of the address says to that; without, it is as the request said.
    """

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(self, *, subscription_id: SubscriptionId, share_address: bool | None = None) -> Confirmation:
        with self.unit_of_work() as records:
            subscription = last_successor(records, subscription_id)
            if subscription is None:
                return Confirmation.OVER
            confirmed, outcome, events = subscription.confirm(at=self.clock.now(), share_address=share_address)
            if outcome is Confirmation.OVER:
                holding = records.subscriptions.active(address=subscription.address, topic=subscription.topic)
                if holding is not None and isinstance(holding.state, Confirmed):
                    return Confirmation.ALREADY_CONFIRMED
            if events:
                records.subscriptions.save(confirmed)
                records.events.publish(*events)
            return outcome
