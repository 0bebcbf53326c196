"""What the core needs from the world around it."""

from abc import abstractmethod
from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import AnyEvent
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.posting import JobPosting
from jobs_domain.subscription import Subscription
from jobs_domain.topics import Topic


class AlreadyActive(Exception):
    """Another subscription of this address to this topic is pending or confirmed."""


class Clock(Protocol):
    """What time it is."""

    @abstractmethod
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class EventPublisher(Protocol):
    """Makes events known to whoever listens, if and only if the unit of work is committed."""

    @abstractmethod
    def publish(self, *events: AnyEvent) -> None: ...


class Postings(Protocol):
    """The public record of all postings that ever were public."""

    @abstractmethod
    def get(self, posting_id: PostingId) -> JobPosting | None:
        """The posting as recorded last, kept from others until the unit of work ends; `None` if it was never public."""

    @abstractmethod
    def save(self, posting: JobPosting) -> None:
        """Record the posting, new or known."""


class Subscriptions(Protocol):
    """All subscriptions, ended ones included, until a person asks for erasure or an ended one is forgotten after a while."""

    @abstractmethod
    def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """The subscription, kept from others until the unit of work ends."""

    @abstractmethod
    def active(self, *, address: EmailAddress, topic: Topic) -> Subscription | None:
        """The subscription of this address to this topic that is pending or confirmed."""

    @abstractmethod
    def of(self, address: EmailAddress) -> tuple[Subscription, ...]:
        """All subscriptions of the address, oldest first."""

    @abstractmethod
    def replaced_by(self, subscription: Subscription) -> tuple[Subscription, ...]:
        """Those whose place it took, under whichever address, oldest first. They are about the same topic."""

    @abstractmethod
    def active_on(self, topic: Topic, *, at_most: int) -> tuple[Subscription, ...]:
        """Some of the topic's subscriptions that are pending or confirmed, whoever has them."""

    @abstractmethod
    def add(self, subscription: Subscription) -> None:
        """Raises `AlreadyActive` if the address has a pending or confirmed subscription to the topic; then nothing is stored."""

    @abstractmethod
    def save(self, subscription: Subscription) -> None:
        """Record the new state of a known subscription."""

    @abstractmethod
    def erase(self, subscription_ids: Collection[SubscriptionId]) -> None:
        """Forget the subscriptions."""


class Records(Protocol):
    """What a use case reads and writes, all of it committed together or not at all."""

    @property
    @abstractmethod
    def postings(self) -> Postings: ...

    @property
    @abstractmethod
    def subscriptions(self) -> Subscriptions: ...

    @property
    @abstractmethod
    def events(self) -> EventPublisher: ...


class UnitOfWork(Protocol):
    """Begins a unit of work: leaving the block commits it, an exception undoes it."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[Records]: ...
