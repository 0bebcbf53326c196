"""See what is held about a person."""

from dataclasses import dataclass

from jobs_domain.email_address import EmailAddress
from jobs_domain.persons import held_about
from jobs_domain.ports import UnitOfWork
from jobs_domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """Gives what `ErasePerson` would forget."""

    unit_of_work: UnitOfWork

    def __call__(self, *, address: EmailAddress) -> tuple[Subscription, ...]:
        with self.unit_of_work() as records:
            return held_about(address, records.subscriptions)
