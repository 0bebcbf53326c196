"""The ports in memory: what the core needs from the world, without a world."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import override

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import AnyEvent
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.ports import (
    AlreadyActive,
    Clock,
    EventPublisher,
    Postings,
    Records,
    Subscriptions,
    UnitOfWork,
)
from jobs_domain.posting import JobPosting
from jobs_domain.subscription import Ended, Subscription
from jobs_domain.topics import Topic


class FakeClock(Clock):
    """Stands still until it is set or advanced."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    @override
    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, by: timedelta) -> None:
        self._now += by


class RecordingPublisher(EventPublisher):
    """Remembers what was published, in order."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []

    @override
    def publish(self, *events: AnyEvent) -> None:
        self.events.extend(events)


class InMemoryPostings(Postings):
    def __init__(self) -> None:
        self.by_id: dict[PostingId, JobPosting] = {}

    @override
    def get(self, posting_id: PostingId) -> JobPosting | None:
        return self.by_id.get(posting_id)

    @override
    def save(self, posting: JobPosting) -> None:
        self.by_id[posting.posting_id] = posting


class InMemorySubscriptions(Subscriptions):
    """Keeps the order in which subscriptions were added."""

    def __init__(self) -> None:
        self.by_id: dict[SubscriptionId, Subscription] = {}

    @override
    def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        return self.by_id.get(subscription_id)

    @override
    def active(self, *, address: EmailAddress, topic: Topic) -> Subscription | None:
        for subscription in self.of(address):
            if subscription.topic == topic and not isinstance(subscription.state, Ended):
                return subscription
        return None

    @override
    def of(self, address: EmailAddress) -> tuple[Subscription, ...]:
        return tuple(subscription for subscription in self.by_id.values() if subscription.address == address)

    @override
    def replaced_by(self, subscription: Subscription) -> tuple[Subscription, ...]:
        ended = [(each, each.state) for each in self.by_id.values() if isinstance(each.state, Ended)]
        return tuple(each for each, state in ended if state.successor_id == subscription.subscription_id)

    @override
    def active_on(self, topic: Topic, *, at_most: int) -> tuple[Subscription, ...]:
        active = [each for each in self.by_id.values() if each.topic == topic and not isinstance(each.state, Ended)]
        return tuple(active[:at_most])

    @override
    def add(self, subscription: Subscription) -> None:
        if self.active(address=subscription.address, topic=subscription.topic) is not None:
            raise AlreadyActive
        if subscription.subscription_id in self.by_id:
            raise ValueError(f"Subscription {subscription.subscription_id} was added before.")
        self.by_id[subscription.subscription_id] = subscription

    @override
    def save(self, subscription: Subscription) -> None:
        if subscription.subscription_id not in self.by_id:
            raise LookupError(f"Subscription {subscription.subscription_id} is not known.")
        self.by_id[subscription.subscription_id] = subscription

    @override
    def erase(self, subscription_ids: Collection[SubscriptionId]) -> None:
        for subscription_id in subscription_ids:
            self.by_id.pop(subscription_id, None)


@dataclass(frozen=True, slots=True)
class InMemoryRecords:
    postings: InMemoryPostings
    subscriptions: InMemorySubscriptions
    events: RecordingPublisher


class InMemoryUnitOfWork(UnitOfWork):
    """`published` holds the events of committed blocks only; an exception leaves everything as it was before the block."""

    def __init__(self) -> None:
        self.postings = InMemoryPostings()
        self.subscriptions = InMemorySubscriptions()
        self._publisher = RecordingPublisher()

    @property
    def published(self) -> tuple[AnyEvent, ...]:
        return tuple(self._publisher.events)

    @override
    @contextmanager
    def __call__(self) -> Generator[Records]:
        postings = dict(self.postings.by_id)
        subscriptions = dict(self.subscriptions.by_id)
        published = list(self._publisher.events)
        records = InMemoryRecords(self.postings, self.subscriptions, RecordingPublisher())
        try:
            yield records
        except BaseException:
            self.postings.by_id = postings
            self.subscriptions.by_id = subscriptions
            self._publisher.events = published
            raise
        self._publisher.publish(*records.events.events)
