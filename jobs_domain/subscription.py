"""The life of a subscription: one address, one topic, from the request to the end."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Self, assert_never

from jobs_domain.email_address import EmailAddress
from jobs_domain.events import (
    EndReason,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionEvent,
    SubscriptionRequested,
    SubscriptionSucceeded,
)
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.topics import Topic, Wishes

CONFIRMATION_LIFETIME: Final = timedelta(days=7)
"""How long after the request it can be confirmed."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Asked for, not yet confirmed by the owner of the address."""

    requested_at: datetime

    def has_lapsed(self, *, at: datetime) -> bool:
        return at >= self.requested_at + CONFIRMATION_LIFETIME


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The owner of the address is a follower."""

    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """Over for good. `successor_id` names the subscription that took its place, if one did."""

    ended_at: datetime
    reason: EndReason
    successor_id: SubscriptionId | None = None


type SubscriptionState = Pending | Confirmed | Ended


class Confirmation(Enum):
    """What came of an attempt to confirm."""

    CONFIRMED = "CONFIRMED"
    ALREADY_CONFIRMED = "ALREADY_CONFIRMED"
    TOO_LATE = "TOO_LATE"
    """The time to confirm ran out; the request can be made anew."""
    OVER = "OVER"
    """The subscription has ended, or is not known (any more); its address does not follow the topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An address that asked to be told about a topic. `version` counts its events."""

    subscription_id: SubscriptionId
    address: EmailAddress
    topic: Topic
    wishes: Wishes
    state: SubscriptionState
    version: int

    @classmethod
    def request(
        cls,
        *,
        subscription_id: SubscriptionId,
        address: EmailAddress,
        topic: Topic,
        wishes: Wishes,
        at: datetime,
    ) -> tuple[Self, SubscriptionEvent]:
        subscription = cls(
            subscription_id=subscription_id,
            address=address,
            topic=topic,
            wishes=wishes,
            state=Pending(at),
            version=1,
        )
        return subscription, SubscriptionRequested(
            subscription_id=subscription_id,
            version=1,
            occurred_at=at,
            topic=topic,
            wishes=wishes,
        )

    @property
    def was_never_confirmed(self) -> bool:
        """Whether the owner of the address has not answered (yet)."""
        match self.state:
            case Pending():
                return True
            case Confirmed():
                return False
            case Ended(reason=reason):
                return reason is EndReason.NEVER_CONFIRMED
            case _:
                assert_never(self.state)

    def ask_again(self, *, wishes: Wishes) -> Self:
        """Whoever asks last says how; the request itself is still the first one. Raises `AlreadyAnswered`."""
        if not isinstance(self.state, Pending):
            raise AlreadyAnswered("Only what waits for a confirmation can be asked for otherwise.")
        return replace(self, wishes=wishes)

    def confirm(
        self, *, at: datetime, share_address: bool | None = None
    ) -> tuple[Self, Confirmation, tuple[SubscriptionEvent, ...]]:
        """The owner of the address may say otherwise than the request whether the company may see it."""
        match self.state:
            case Pending() as pending if pending.has_lapsed(at=at):
                return self, Confirmation.TOO_LATE, ()
            case Pending():
                version = self.version + 1
                event = SubscriptionConfirmed(
                    subscription_id=self.subscription_id, version=version, occurred_at=at, topic=self.topic
                )
                wishes = self.wishes if share_address is None else replace(self.wishes, share_address=share_address)
                confirmed = replace(self, state=Confirmed(at), version=version, wishes=wishes)
                return confirmed, Confirmation.CONFIRMED, (event,)
            case Confirmed():
                return self, Confirmation.ALREADY_CONFIRMED, ()
            case Ended():
                return self, Confirmation.OVER, ()
            case _:
                assert_never(self.state)

    def end(
        self, *, reason: EndReason, at: datetime, successor_id: SubscriptionId | None = None
    ) -> tuple[Self, tuple[SubscriptionEvent, ...]]:
        """The ended subscription and what that raises; ending it again changes and raises nothing."""
        if isinstance(self.state, Ended):
            return self, ()
        version = self.version + 1
        event = SubscriptionEnded(
            subscription_id=self.subscription_id, version=version, occurred_at=at, topic=self.topic, reason=reason
        )
        return replace(self, state=Ended(at, reason, successor_id), version=version), (event,)

    def succeed(
        self,
        *,
        successor_id: SubscriptionId,
        at: datetime,
        wishes: Wishes | None = None,
        address: EmailAddress | None = None,
    ) -> tuple[Self, Self, tuple[SubscriptionEvent, ...]]:
        """This subscription, ended, and its successor with other wishes or under another address, confirmed since the same instant.

        Raises `NotAFollower`.
        """
        if not isinstance(self.state, Confirmed):
            raise NotAFollower("Only a confirmed subscription can have a successor.")
        successor = replace(
            self,
            subscription_id=successor_id,
            wishes=self.wishes if wishes is None else wishes,
            address=self.address if address is None else address,
            version=1,
        )
        succeeded = SubscriptionSucceeded(
            subscription_id=successor_id,
            version=1,
            occurred_at=at,
            predecessor_id=self.subscription_id,
            topic=self.topic,
            wishes=successor.wishes,
        )
        ended, events = self.end(reason=EndReason.REPLACED, at=at, successor_id=successor_id)
        return ended, successor, (*events, succeeded)


class AlreadyAnswered(ValueError):
    """The subscription is confirmed, or has ended."""


class NotAFollower(ValueError):
    """The subscription is not (or no longer) confirmed."""
