"""The ledger's answers: was this follower told of this change; when, with which text; and if not, why not."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from adapters.models import OutboxEvent, SubscriptionRecord
from adapters.repositories import topic_key
from jobs_domain.events import (
    PostingClosed,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    SubscriptionConfirmed,
    SubscriptionRequested,
)
from jobs_domain.identifiers import EventId, PostingId, SubscriptionId
from jobs_domain.topics import PostingTopic
from notifications import messages, personal
from notifications.models import Audience, Batch, Delivery, Notification, WhyNot

NEWS: Final = frozenset(
    event.__name__ for event in (PostingRevised, PostingClosed, PostingReopened, PostingRetired, SubscriptionRequested)
)
"""The events of which followers, or those who want to be, are told."""


class UnknownChange(LookupError):
    """There is no event of this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The mail server took the message at `at`. The address is empty if it has been forgotten since."""

    at: datetime
    address: str
    subject: str
    text: str
    html: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToBeTold:
    """Not yet: the next attempt is made at `next_attempt_at` or soon after. `last_answer` is the server's, if there was one."""

    next_attempt_at: datetime | None
    attempts: int = 0
    last_answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTold:
    """Never, and why. `at` is when that was clear, if it was clear only after a message had been prepared."""

    why: WhyNot
    at: datetime | None = None
    last_answer: str = ""


@dataclass(frozen=True, slots=True)
class NoLongerKnown:
    """It is too long ago: of the notification the ledger keeps only how many were told."""


type Account = Told | ToBeTold | NotTold | NoLongerKnown


def told(subscription_id: SubscriptionId, event_id: EventId) -> Account:
    """What the person behind the subscription heard of the change. Raises `UnknownChange`.

    Subscriptions of which one took the place of another are one person's. A change that was told together with later ones was told by
    their message.
    """
    notification = Notification.objects.filter(event_id=event_id).exclude(audience=Audience.COMPANY).first()
    if notification is None:
        return _not_announced(event_id, NEWS)
    notification = _teller(notification)
    delivery = _deliveries(notification).filter(subscription_id__in=_line(subscription_id)).first()
    if delivery is not None:
        return _account(delivery)
    return _without_delivery(SubscriptionRecord.objects.filter(pk=subscription_id).first(), notification)


def company_told(event_id: EventId) -> Account:
    """What the company heard of a new follower. Raises `UnknownChange`."""
    notification = Notification.objects.filter(event_id=event_id, audience=Audience.COMPANY).first()
    if notification is None:
        return _not_announced(event_id, {SubscriptionConfirmed.__name__})
    delivery = _deliveries(notification).first()
    if delivery is not None:
        return _account(delivery)
    return NotTold(why=WhyNot(notification.withheld)) if notification.withheld else NoLongerKnown()


def _teller(notification: Notification) -> Notification:
    """The notification that tells the news: this one, or the one that it was merged into."""
    if notification.merged_into is None:
        return notification
    return Notification.objects.get(pk=notification.merged_into)


def _deliveries(notification: Notification) -> QuerySet[Delivery]:
    return Delivery.objects.filter(notification=notification).select_related("notification")


def _account(delivery: Delivery) -> Account:
    match Delivery.State(delivery.state):
        case Delivery.State.SENT if delivery.finished_at is not None:
            return _told(delivery, at=delivery.finished_at)
        case Delivery.State.FAILED | Delivery.State.SKIPPED:
            return NotTold(why=WhyNot(delivery.reason), at=delivery.finished_at, last_answer=_last_answer(delivery))
        case _:
            return ToBeTold(
                next_attempt_at=delivery.next_attempt_at or _due_at(delivery),
                attempts=delivery.attempts,
                last_answer=_last_answer(delivery),
            )


def _due_at(delivery: Delivery) -> datetime:
    batches = Batch.objects.filter(notification=delivery.notification)
    batch = batches.filter(first__lte=delivery.subscription_id, last__gte=delivery.subscription_id).first()
    return delivery.notification.release_at if batch is None else batch.due_at


def _told(delivery: Delivery, *, at: datetime) -> Told:
    notification = delivery.notification
    subscription_id = SubscriptionId(delivery.subscription_id)
    record = SubscriptionRecord.objects.filter(pk=subscription_id).first()
    address = "" if record is None else record.address
    own = personal.values(subscription_id, follower=address)
    return Told(
        at=at,
        address=notification.contact_address if notification.audience == Audience.COMPANY else address,
        subject=notification.subject,
        text=personal.fill_text(notification.text, notification.pk, own),
        html=personal.fill_html(notification.html, notification.pk, own),
        message_id=messages.message_id(delivery),
    )


def _without_delivery(record: SubscriptionRecord | None, notification: Notification) -> Account:
    if notification.pruned_at is not None and not notification.withheld:
        return NoLongerKnown()
    if record is None:
        return NotTold(why=WhyNot.ERASED)
    if notification.posting_id is None or record.topic_key != _topic_key(notification.posting_id):
        return NotTold(why=WhyNot.OTHER_TOPIC)
    if notification.audience == Audience.REQUESTER:
        return NotTold(why=WhyNot.OTHER_TOPIC)
    if notification.withheld:
        return NotTold(why=WhyNot(notification.withheld))
    if record.confirmed_at is None:
        return NotTold(why=WhyNot.NEVER_CONFIRMED)
    if record.confirmed_at > notification.occurred_at:
        return NotTold(why=WhyNot.BEFORE_FOLLOWING)
    if record.ended_at is not None:
        return NotTold(why=WhyNot.LEFT, at=record.ended_at)
    return ToBeTold(next_attempt_at=notification.release_at)


def _not_announced(event_id: EventId, news: Container[str]) -> Account:
    event = OutboxEvent.objects.filter(event_id=event_id).first()
    if event is None:
        raise UnknownChange(f"There is no event {event_id}.")
    if event.name not in news:
        return NotTold(why=WhyNot.NOT_NEWS)
    at = event.next_attempt_at
    return ToBeTold(next_attempt_at=None if at is None else max(at, event.occurred_at))


def _last_answer(delivery: Delivery) -> str:
    latest = delivery.answers.order_by("-at", "-pk").first()
    return "" if latest is None else latest.answer


def _topic_key(posting_id: UUID) -> str:
    return topic_key(PostingTopic(PostingId(posting_id)))


def _line(subscription_id: SubscriptionId) -> list[UUID]:
    """The subscription, those whose place it took, and those that took its place."""
    line: list[UUID] = [subscription_id]
    while before := SubscriptionRecord.objects.filter(successor_id=line[0]).first():
        line.insert(0, before.subscription_id)
    while (last := SubscriptionRecord.objects.filter(pk=line[-1]).first()) and last.successor_id:
        line.append(last.successor_id)
    return line
