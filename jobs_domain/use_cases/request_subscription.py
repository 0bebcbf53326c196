"""Ask to follow a posting or a search."""

from dataclasses import dataclass

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.identifiers import SubscriptionId, new_subscription_id
from jobs_domain.ports import AlreadyActive, Clock, Records, UnitOfWork
from jobs_domain.posting import Retired
from jobs_domain.subscription import Pending, Subscription
from jobs_domain.topics import JobSearch, PostingTopic, Topic, Wishes


class CannotFollow(Exception):
    """There is no such posting, or it was taken down."""


@dataclass(frozen=True, slots=True)
class RequestSubscription:
    """Begins a subscription that its address has to confirm.

    While one is pending only its wishes become those of the last request; one that is confirmed stays as it is. A new one gets the id
    that is given, which nobody may be able to guess, or a random one.

    Raises `CannotFollow`. Returns nothing, so that no caller can tell one address from another.
    """

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(
        self,
        *,
        address: EmailAddress,
        topic: Topic,
        wishes: Wishes,
        subscription_id: SubscriptionId | None = None,
    ) -> None:
        try:
            with self.unit_of_work() as records:
                self._request(records, address, topic, wishes, subscription_id or new_subscription_id())
        except AlreadyActive:
            # another request for the same address and topic was faster: its confirmation mail is on its way
            return

    def _request(
        self, records: Records, address: EmailAddress, topic: Topic, wishes: Wishes, subscription_id: SubscriptionId
    ) -> None:
        check_can_be_followed(records, topic)
        now = self.clock.now()
        earlier = records.subscriptions.active(address=address, topic=topic)
        if earlier is not None:
            if not isinstance(earlier.state, Pending):
                return
            if not earlier.state.has_lapsed(at=now):
                records.subscriptions.save(earlier.ask_again(wishes=wishes))
                return
            lapsed, ended = earlier.end(reason=EndReason.NEVER_CONFIRMED, at=now)
            records.subscriptions.save(lapsed)
            records.events.publish(*ended)
        subscription, requested = Subscription.request(
            subscription_id=subscription_id,
            address=address,
            topic=topic,
            wishes=wishes,
            at=now,
        )
        records.subscriptions.add(subscription)
        records.events.publish(requested)


@dataclass(frozen=True, slots=True)
class RenewRequest:
    """Asks anew for what an earlier request asked for that was never confirmed.

    Does nothing for an unknown subscription, and for one whose follower has left: who left asks by the form again. Raises
    `CannotFollow`.
    """

    unit_of_work: UnitOfWork
    request: RequestSubscription

    def __call__(self, *, subscription_id: SubscriptionId) -> None:
        with self.unit_of_work() as records:
            earlier = records.subscriptions.get(subscription_id)
        if earlier is not None and earlier.was_never_confirmed:
            self.request(address=earlier.address, topic=earlier.topic, wishes=earlier.wishes)


def check_can_be_followed(records: Records, topic: Topic) -> None:
    """Raises `CannotFollow`."""
    match topic:
        case PostingTopic(posting_id):
            posting = records.postings.get(posting_id)
            if posting is None or isinstance(posting.state, Retired):
                raise CannotFollow("This posting is not (or no longer) public.")
        case JobSearch():
            return
