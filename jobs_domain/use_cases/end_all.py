"""Leave everything at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.ports import Clock, UnitOfWork
from jobs_domain.subscription import Confirmed


@dataclass(frozen=True, slots=True)
class EndAll:
    """Ends all that an address has followed since `until` or longer; what it follows only since then stays, and so does what it was never
    confirmed to want.

    Returns how many it ended: doing it again ends none.
    """

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(
        self,
        *,
        address: EmailAddress,
        until: datetime,
        reason: Literal[EndReason.UNSUBSCRIBED, EndReason.NO_ANSWER],
    ) -> int:
        with self.unit_of_work() as records:
            followed = [
                each
                for each in records.subscriptions.of(address)
                if isinstance(each.state, Confirmed) and each.state.confirmed_at <= until
            ]
            for subscription in followed:
                ended, events = subscription.end(reason=reason, at=self.clock.now())
                records.subscriptions.save(ended)
                records.events.publish(*events)
            return len(followed)
