"""Writes down what there is to tell: once per event and audience, however often it is asked for."""

from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import timezone

from adapters import background
from jobs_domain.events import PostingEvent, SubscriptionConfirmed, SubscriptionRequested
from jobs_domain.identifiers import PostingId, SubscriptionId
from notifications.models import Audience, Batch, Delivery, Kind, Lane, Notification, WhyNot
from notifications.rendering import Mail, render

FAN_OUT: Final = "fan out mails"
SEND: Final = "send mails"
LANES: Final = {
    Audience.REQUESTER: Lane.TRANSACTIONAL,
    Audience.COMPANY: Lane.IMMEDIATE,
    Audience.FOLLOWERS: Lane.IMMEDIATE,
}

type Cause = PostingEvent | SubscriptionRequested | SubscriptionConfirmed


def is_announced(event: Cause, audience: Audience) -> bool:
    return Notification.objects.filter(event_id=event.event_id, audience=audience).exists()


def withhold(event: Cause, audience: Audience, kind: Kind, posting_id: PostingId | None, why: WhyNot) -> Notification:
    """Nobody is told, and the ledger knows why."""
    notification = _begin(event, audience, kind, posting_id)
    notification.withheld, notification.fanned_out_at = why, notification.created_at
    notification.save(force_insert=True)
    return notification


def pending() -> QuerySet[Notification]:
    """What followers are to be told, and of which no deliveries have been made."""
    return Notification.objects.filter(
        audience=Audience.FOLLOWERS, withheld="", fanned_out_up_to=None, fanned_out_at=None
    )


def tell_followers(
    event: PostingEvent, kind: Kind, mail: Mail, *, release_at: datetime, note: str | None = None
) -> Notification:
    """The deliveries are made by a job of their own, from `release_at` on: there may be very many.

    `note` if the mail says that in place of what was said to the events.
    """
    notification = _begin(event, Audience.FOLLOWERS, kind, event.posting_id)
    notification.release_at, notification.note = release_at, note
    _write(notification, mail)
    background.wake(FAN_OUT, at=release_at)
    return notification


def tell_requester(event: SubscriptionRequested, posting_id: PostingId | None, mail: Mail) -> None:
    """One message, at once, to the address that asked to follow."""
    notification = _begin(event, Audience.REQUESTER, Kind.CONFIRMATION, posting_id)
    _tell_one(notification, event.subscription_id, mail)


def tell_company(event: SubscriptionConfirmed, posting_id: PostingId, mail: Mail, *, address: str) -> None:
    """One message, at once, to the company's address."""
    notification = _begin(event, Audience.COMPANY, Kind.NEW_FOLLOWER, posting_id)
    notification.contact_address = address
    _tell_one(notification, event.subscription_id, mail)


def _tell_one(notification: Notification, subscription_id: SubscriptionId, mail: Mail) -> None:
    notification.fanned_out_at = notification.created_at
    notification.subscription_id = subscription_id
    _write(notification, mail)
    Delivery.objects.create(
        notification=notification, subscription_id=subscription_id, state=Delivery.State.WAITING, attempts=0
    )
    Batch.objects.create(
        notification=notification,
        lane=notification.lane,
        first=subscription_id,
        last=subscription_id,
        due_at=notification.release_at,
    )
    background.wake(SEND)


def _begin(event: Cause, audience: Audience, kind: Kind, posting_id: PostingId | None) -> Notification:
    """Not saved yet."""
    now = timezone.now()
    return Notification(
        id=uuid4(),
        event_id=event.event_id,
        occurred_at=event.occurred_at,
        audience=audience,
        kind=kind,
        lane=LANES[audience],
        posting_id=posting_id,
        created_at=now,
        release_at=now,
    )


def rewrite(notification: Notification, mail: Mail) -> None:
    """Other words for what is still pending."""
    _fill(notification, mail)
    notification.save(update_fields=["note", "subject", "text", "html"])


def _write(notification: Notification, mail: Mail) -> None:
    _fill(notification, mail)
    notification.save(force_insert=True)


def _fill(notification: Notification, mail: Mail) -> None:
    rendered = render(mail, notification.pk)
    notification.subject, notification.text, notification.html = rendered.subject, rendered.text, rendered.html
