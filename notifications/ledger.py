"""The ledger's answers: was this follower told of this change; when, with which text; and if not, why not."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

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
    return told_of(subscription_id, [notification])[notification.pk]


def told_of(subscription_id: SubscriptionId, notifications: Collection[Notification]) -> Mapping[UUID, Account]:
    """The same of several notifications, none of which is to a company, by their ids; in few queries, however many there are."""
    tellers = _tellers(notifications)
    line = _line(subscription_id)
    found = _accounts(Q(notification__in={teller.pk for teller in tellers.values()}, subscription_id__in=line))
    record = SubscriptionRecord.objects.filter(pk=subscription_id).first()
    return {
        pk: found[teller.pk] if teller.pk in found else _without_delivery(record, teller)
        for pk, teller in tellers.items()
    }


def company_told(event_id: EventId) -> Account:
    """What the company heard of a new follower. Raises `UnknownChange`."""
    notification = Notification.objects.filter(event_id=event_id, audience=Audience.COMPANY).first()
    if notification is None:
        return _not_announced(event_id, {SubscriptionConfirmed.__name__})
    found = _accounts(Q(notification=notification))
    if found:
        return found[notification.pk]
    return NotTold(why=WhyNot(notification.withheld)) if notification.withheld else NoLongerKnown()


def _tellers(notifications: Collection[Notification]) -> Mapping[UUID, Notification]:
    """By a notification's id that which tells its news: itself, or the one that it was merged into."""
    merged = {each.pk: each.merged_into for each in notifications if each.merged_into is not None}
    into = Notification.objects.defer("text", "html").in_bulk(set(merged.values())) if merged else {}
    return {each.pk: into[merged[each.pk]] if each.pk in merged else each for each in notifications}


def _accounts(which: Q) -> Mapping[UUID, Account]:
    """What became of the deliveries, by the ids of their notifications: of each one delivery, the first if there are several."""
    found = Delivery.objects.filter(which).select_related("notification").prefetch_related("answers").order_by("-pk")
    deliveries = {delivery.notification_id: delivery for delivery in found}
    addresses = _addresses({each.subscription_id for each in deliveries.values() if each.state == Delivery.State.SENT})
    put_off = [each for each in deliveries.values() if each.finished_at is None and each.next_attempt_at is None]
    due_at = _due_at(put_off)
    return {pk: _account(delivery, addresses, due_at) for pk, delivery in deliveries.items()}


def _addresses(subscription_ids: Collection[UUID]) -> Mapping[UUID, str]:
    known = SubscriptionRecord.objects.filter(pk__in=subscription_ids)
    return dict(known.values_list("subscription_id", "address")) if subscription_ids else {}


def _due_at(deliveries: Collection[Delivery]) -> Mapping[int, datetime]:
    """When the batch of each is due, by the deliveries' keys."""
    holding = Q()
    for each in deliveries:
        holding |= Q(notification=each.notification_id, first__lte=each.subscription_id, last__gte=each.subscription_id)
    batches = {batch.notification_id: batch for batch in Batch.objects.filter(holding)} if deliveries else {}
    return {
        each.pk: batches[each.notification_id].due_at
        if each.notification_id in batches
        else each.notification.release_at
        for each in deliveries
    }


def _account(delivery: Delivery, addresses: Mapping[UUID, str], due_at: Mapping[int, datetime]) -> Account:
    match Delivery.State(delivery.state):
        case Delivery.State.SENT if delivery.finished_at is not None:
            return _told(delivery, at=delivery.finished_at, address=addresses.get(delivery.subscription_id, ""))
        case Delivery.State.FAILED | Delivery.State.SKIPPED:
            return NotTold(why=WhyNot(delivery.reason), at=delivery.finished_at, last_answer=_last_answer(delivery))
        case _:
            return ToBeTold(
                next_attempt_at=delivery.next_attempt_at or due_at.get(delivery.pk),
                attempts=delivery.attempts,
                last_answer=_last_answer(delivery),
            )


def _told(delivery: Delivery, *, at: datetime, address: str) -> Told:
    notification = delivery.notification
    own = personal.values(SubscriptionId(delivery.subscription_id), follower=address)
    return Told(
        at=at,
        address=notification.contact_address if notification.goes_elsewhere else address,
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
    if notification.audience in {Audience.REQUESTER, Audience.OWNER}:
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
    latest = max(delivery.answers.all(), key=lambda answer: (answer.at, answer.pk), default=None)
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
