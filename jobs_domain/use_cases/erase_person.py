"""Forget a person."""

from dataclasses import dataclass

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import SubscriptionErased
from jobs_domain.persons import held_about
from jobs_domain.ports import Clock, UnitOfWork


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Forgets all that is held about the owner of an address, under older addresses, too; listeners forget what they hold under the ids."""

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(self, *, address: EmailAddress) -> None:
        with self.unit_of_work() as records:
            held = held_about(address, records.subscriptions)
            for subscription in held:
                records.events.publish(
                    SubscriptionErased(
                        subscription_id=subscription.subscription_id,
                        version=subscription.version + 1,
                        occurred_at=self.clock.now(),
                    )
                )
            records.subscriptions.erase([subscription.subscription_id for subscription in held])
