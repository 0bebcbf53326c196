"""Writes down what there is to tell: once per event and audience, however often it is asked for."""

from typing import Final
from uuid import uuid4

from django.utils import timezone

from adapters import background
from jobs_domain.events import PostingEvent, SubscriptionConfirmed, SubscriptionRequested
from jobs_domain.identifiers import PostingId
from notifications.models import Audience, Delivery, Kind, Lane, Notification, WhyNot
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


def withhold(event: Cause, audience: Audience, kind: Kind, posting_id: PostingId | None, why: WhyNot) -> None:
    """Nobody is told, and the ledger knows why."""
    _announce(event, audience, kind, posting_id, withheld=why)


def tell_followers(event: PostingEvent, kind: Kind, mail: Mail) -> None:
    """The deliveries are made by a job of their own: there may be very many."""
    _announce(event, Audience.FOLLOWERS, kind, event.posting_id, mail=mail)
    background.wake(FAN_OUT)


def tell_one(
    event: SubscriptionRequested | SubscriptionConfirmed,
    audience: Audience,
    kind: Kind,
    posting_id: PostingId | None,
    *,
    address: str,
    mail: Mail,
) -> None:
    """One message to one address, because of one subscription."""
    notification = _announce(event, audience, kind, posting_id, mail=mail)
    Delivery.objects.create(
        notification=notification,
        subscription_id=event.subscription_id,
        address=address,
        lane=notification.lane,
        state=Delivery.State.WAITING,
        attempts=0,
        next_attempt_at=notification.release_at,
    )
    background.wake(SEND)


def _announce(
    event: Cause,
    audience: Audience,
    kind: Kind,
    posting_id: PostingId | None,
    *,
    mail: Mail | None = None,
    withheld: WhyNot | None = None,
) -> Notification:
    now = timezone.now()
    notification = Notification(
        id=uuid4(),
        event_id=event.event_id,
        occurred_at=event.occurred_at,
        audience=audience,
        kind=kind,
        lane=LANES[audience],
        posting_id=posting_id,
        withheld=withheld or "",
        created_at=now,
        release_at=now,
        fanned_out_at=None if audience is Audience.FOLLOWERS and mail is not None else now,
    )
    if mail is not None:
        rendered = render(mail, notification.id)
        notification.subject, notification.text, notification.html = rendered.subject, rendered.text, rendered.html
    notification.save(force_insert=True)
    return notification
