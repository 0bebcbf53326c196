"""Writes down what there is to tell: once per event and audience, however often it is asked for."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from adapters import background, clock
from adapters.codec import encode_event
from adapters.derived import derived_id
from adapters.observing import tracing
from adapters.web import languages
from jobs_domain.events import PostingEvent, SubscriptionConfirmed, SubscriptionRequested
from jobs_domain.identifiers import PostingId, SubscriptionId
from notifications.models import Audience, Batch, Delivery, Kind, Lane, Notification, WhyNot
from notifications.rendering import Author, Rendered, render

logger = logging.getLogger(__name__)

FAN_OUT: Final = "fan out mails"
SEND: Final = "send mails"
LANES: Final = {
    Audience.REQUESTER: Lane.TRANSACTIONAL,
    Audience.COMPANY: Lane.IMMEDIATE,
    Audience.FOLLOWERS: Lane.IMMEDIATE,
    Audience.OWNER: Lane.TRANSACTIONAL,
}
WORDS: Final = ("subject", "text", "html", "translations")
"""The columns of what is said."""
NO_WORDS: Final[dict[str, object]] = {"subject": "", "text": "", "html": "", "translations": {}}
"""For what is told nobody, or no longer kept."""

type Cause = PostingEvent | SubscriptionRequested | SubscriptionConfirmed


def is_announced(event: Cause, audience: Audience) -> bool:
    return Notification.objects.filter(event_id=event.event_id, audience=audience).exists()


def withhold(event: Cause, audience: Audience, kind: Kind, posting_id: PostingId | None, why: WhyNot) -> Notification:
    """Nobody is told, and the ledger knows why."""
    notification = _begin(event, audience, kind, posting_id)
    notification.withheld, notification.fanned_out_at = why, notification.created_at
    _store(notification)
    return notification


def pending() -> QuerySet[Notification]:
    """What followers are to be told, and of which no deliveries have been made."""
    return Notification.objects.filter(
        audience=Audience.FOLLOWERS, withheld="", fanned_out_up_to=None, fanned_out_at=None
    )


def tell_followers(
    event: PostingEvent,
    kind: Kind,
    author: Author,
    *,
    occurred_at: datetime,
    release_at: datetime,
    note: str | None = None,
) -> Notification:
    """The deliveries are made by a job of their own, from `release_at` on: there may be very many.

    They are for those who followed at `occurred_at`. `note` if the mail says that in place of what was said to the events.
    """
    notification = _begin(event, Audience.FOLLOWERS, kind, event.posting_id)
    notification.occurred_at, notification.release_at, notification.note = occurred_at, release_at, note
    _write(notification, author, languages.codes())
    background.wake(FAN_OUT, at=release_at)
    return notification


def tell_in_digest(
    digest_id: UUID, posting_id: PostingId, author: Author, *, occurred_at: datetime, to: SubscriptionId
) -> None:
    """One message, at once. Who is told the same shares its words: `digest_id` stands for what is told."""
    known = Notification.objects.filter(event_id=digest_id, audience=Audience.FOLLOWERS, pruned_at=None).first()
    if known is None:
        known = _begin_digest(digest_id, Lane.DIGEST, occurred_at)
        known.posting_id = posting_id
        _write(known, author, languages.codes())
    _deliver(known, to)


def tell_of_new_jobs(
    digest_id: UUID, author: Author, *, at: datetime, lane: Lane, to: Sequence[SubscriptionId], language: str
) -> None:
    """One message, at once, because of all the subscriptions, which are one person's."""
    first, *others = to
    notification = _begin_digest(digest_id, lane, at)
    notification.subscription_id = first
    notification.also_for = [str(other) for other in others]
    _write(notification, author, (language,))
    _deliver(notification, first)


def _begin_digest(digest_id: UUID, lane: Lane, occurred_at: datetime) -> Notification:
    """Not saved yet."""
    now = clock.now()
    return Notification(
        id=derived_id("notification", str(digest_id)),
        event_id=digest_id,
        occurred_at=occurred_at,
        audience=Audience.FOLLOWERS,
        kind=Kind.DIGEST,
        lane=lane,
        created_at=now,
        release_at=now,
        fanned_out_at=now,
    )


def tell_requester(event: SubscriptionRequested, posting_id: PostingId | None, author: Author) -> None:
    """One message, at once, to the address that asked to follow."""
    notification = _begin(event, Audience.REQUESTER, Kind.CONFIRMATION, posting_id)
    _tell_one(notification, event.subscription_id, author, event.wishes.language)


def tell_company(event: SubscriptionConfirmed, posting_id: PostingId, author: Author, *, address: str) -> None:
    """One message, at once, to the company's address."""
    notification = _begin(event, Audience.COMPANY, Kind.NEW_FOLLOWER, posting_id)
    notification.contact_address = address
    _tell_one(notification, event.subscription_id, author, languages.own())


def tell_owner(
    subscription_id: SubscriptionId,
    kind: Kind,
    author: Author,
    *,
    address: str = "",
    lane: Lane = LANES[Audience.OWNER],
    because: str = "",
) -> Notification:
    """One message, at once, to the address of the subscription, or to another; because somebody asked for it or it is time for it, not
    because something happened. `because` stands for the reason, if it is a worker that found one in the database.
    """
    now = clock.now()
    notification = Notification(
        id=derived_id("notification", str(subscription_id), kind, because) if because else uuid4(),
        event_id=uuid4(),
        occurred_at=now,
        audience=Audience.OWNER,
        kind=kind,
        lane=lane,
        contact_address=address,
        created_at=now,
        release_at=now,
    )
    _tell_one(notification, subscription_id, author, *languages.codes())
    return notification


def _tell_one(notification: Notification, subscription_id: SubscriptionId, author: Author, *spoken: str) -> None:
    notification.fanned_out_at = notification.created_at
    notification.subscription_id = subscription_id
    _write(notification, author, spoken)
    _deliver(notification, subscription_id)


def _deliver(notification: Notification, subscription_id: SubscriptionId) -> None:
    Delivery.objects.create(
        notification=notification, subscription_id=subscription_id, state=Delivery.State.WAITING, attempts=0
    )
    Batch.objects.create(
        notification=notification,
        lane=notification.lane,
        first=subscription_id,
        last=subscription_id,
        due_at=clock.now(),
    )
    background.wake(SEND)


def _begin(event: Cause, audience: Audience, kind: Kind, posting_id: PostingId | None) -> Notification:
    """Not saved yet. Its id stands for what is told of the event, as far as that does not depend on when a worker noticed it."""
    now = clock.now()
    payload = {name: value for name, value in encode_event(event).items() if name != "occurred_at"}
    told = json.dumps(payload, sort_keys=True)
    return Notification(
        id=derived_id("notification", str(event.event_id), audience, kind, told),
        event_id=event.event_id,
        occurred_at=event.occurred_at,
        audience=audience,
        kind=kind,
        lane=LANES[audience],
        posting_id=posting_id,
        created_at=now,
        release_at=now,
    )


def rewrite(notification: Notification, author: Author) -> None:
    """Other words for what followers are still to be told."""
    _fill(notification, author, languages.codes())
    notification.save(update_fields=["note", *WORDS])


def _write(notification: Notification, author: Author, spoken: Iterable[str]) -> None:
    _fill(notification, author, spoken)
    _store(notification)


def _store(notification: Notification) -> None:
    """With what it is because of: whoever makes its deliveries and sends them does it because of the same."""
    for name, value in tracing.cause().items():
        setattr(notification, name, value)
    notification.save(force_insert=True)
    about = {name: str(getattr(notification, name)) for name in ("event_id", "kind", "audience", "withheld")}
    logger.info("notification written", extra={"notification_id": str(notification.pk)} | about)


def _fill(notification: Notification, author: Author, spoken: Iterable[str]) -> None:
    """In the board's own language in any case: so editors read it."""
    own = _rendered(notification, author, languages.own())
    others = {code: _rendered(notification, author, code) for code in spoken if code != languages.own()}
    notification.subject, notification.text, notification.html = own.subject, own.text, own.html
    notification.translations = {code: asdict(rendered) for code, rendered in others.items()}


def _rendered(notification: Notification, author: Author, language: str) -> Rendered:
    with translation.override(languages.codes().get(language, settings.LANGUAGE_CODE)):
        return render(author(), notification.pk)
