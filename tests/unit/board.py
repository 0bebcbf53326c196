"""The whole core with fakes around it, as the composition root would wire it."""

from collections.abc import Sequence
from datetime import datetime

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import AnyEvent
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.posting import Publication
from jobs_domain.posting_details import PostingDetails
from jobs_domain.subscription import Confirmation, Subscription
from jobs_domain.topics import PostingTopic, Topic, Wishes
from jobs_domain.use_cases import (
    ChangeAddress,
    ChangeWishes,
    ConfirmSubscription,
    EndAll,
    EndFollowersOfRetired,
    EndSubscription,
    ErasePerson,
    ObservePosting,
    ReadPerson,
    RenewRequest,
    RequestSubscription,
)
from tests.unit.examples import ANA, DETAILS, NOW, POSTING_ID, wishes
from tests.unit.fakes import FakeClock, InMemoryUnitOfWork


class Board:
    def __init__(self, *, now: datetime = NOW) -> None:
        self.clock = FakeClock(now)
        self.records = InMemoryUnitOfWork()
        self.observe = ObservePosting(self.records, self.clock)
        self.request = RequestSubscription(self.records, self.clock)
        self.renew = RenewRequest(self.records, self.request)
        self.confirm = ConfirmSubscription(self.records, self.clock)
        self.end = EndSubscription(self.records, self.clock)
        self.end_all = EndAll(self.records, self.clock)
        self.end_followers = EndFollowersOfRetired(self.records, self.clock)
        self.change_address = ChangeAddress(self.records, self.clock)
        self.change_wishes = ChangeWishes(self.records, self.clock)
        self.read = ReadPerson(self.records)
        self.erase = ErasePerson(self.records, self.clock)
        self._told = 0

    def news(self) -> Sequence[AnyEvent]:
        """The events published since this was asked last."""
        news = self.records.published[self._told :]
        self._told += len(news)
        return news

    def post(self, posting_id: PostingId = POSTING_ID, details: PostingDetails = DETAILS) -> PostingTopic:
        """A public posting, which is no news any more."""
        self.observe(posting_id=posting_id, seen=Publication(details=details))
        self.news()
        return PostingTopic(posting_id)

    def asked(
        self,
        topic: Topic,
        *,
        address: EmailAddress = ANA,
        wishes: Wishes = wishes(),  # noqa: B008 - immutable
    ) -> SubscriptionId:
        """The id of a subscription that waits for its confirmation, which is no news any more."""
        self.request(address=address, topic=topic, wishes=wishes)
        self.news()
        subscription = self.records.subscriptions.active(address=address, topic=topic)
        assert subscription is not None
        return subscription.subscription_id

    def follower(
        self,
        topic: Topic,
        *,
        address: EmailAddress = ANA,
        wishes: Wishes = wishes(),  # noqa: B008 - immutable
    ) -> SubscriptionId:
        """The id of a confirmed subscription, which is no news any more."""
        subscription_id = self.asked(topic, address=address, wishes=wishes)
        assert self.confirm(subscription_id=subscription_id) is Confirmation.CONFIRMED
        self.news()
        return subscription_id

    def subscription(self, subscription_id: SubscriptionId) -> Subscription:
        subscription = self.records.subscriptions.get(subscription_id)
        assert subscription is not None
        return subscription
