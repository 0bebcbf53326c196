"""Leave."""

from dataclasses import dataclass

from jobs_domain.events import EndReason
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.ports import Clock, UnitOfWork
from jobs_domain.use_cases.succession import last_successor


@dataclass(frozen=True, slots=True)
class EndSubscription:
    """Ends the subscription or, if it was replaced since, the last of its successors. Idempotent; unknown ids are no error."""

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(self, *, subscription_id: SubscriptionId) -> None:
        with self.unit_of_work() as records:
            subscription = last_successor(records, subscription_id)
            if subscription is None:
                return
            ended, events = subscription.end(reason=EndReason.UNSUBSCRIBED, at=self.clock.now())
            if events:
                records.subscriptions.save(ended)
                records.events.publish(*events)
