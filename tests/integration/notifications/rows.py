"""Rows of the ledger as the engine leaves them, written straight into the tables."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import connection

from adapters.codec import encode_topic
from adapters.models import SubscriptionRecord
from adapters.repositories import topic_key
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.topics import PostingTopic, Topic
from notifications.models import Audience, Batch, Delivery, Kind, Lane, Notification, WhyNot
from tests.unit.examples import ANA, NOW, POSTING_ID, THE_POSTING

KINDS: Final = {
    Audience.REQUESTER: Kind.CONFIRMATION,
    Audience.COMPANY: Kind.NEW_FOLLOWER,
    Audience.FOLLOWERS: Kind.REVISED,
}


def follower(
    address: EmailAddress = ANA,
    topic: Topic | None = None,
    *,
    ended_at: datetime | None = None,
    successor_id: UUID | None = None,
    subscription_id: UUID | None = None,
) -> SubscriptionRecord:
    """A confirmed subscription, or one that has ended; to a posting of its own unless told otherwise."""
    about = PostingTopic(POSTING_ID) if topic is None and ended_at is None else topic or THE_POSTING
    reason = EndReason.UNSUBSCRIBED if successor_id is None else EndReason.REPLACED
    return SubscriptionRecord.objects.create(
        subscription_id=subscription_id or uuid4(),
        version=2,
        address=address.value,
        address_key=address.key,
        topic_key=topic_key(about),
        topic=encode_topic(about),
        frequency="IMMEDIATE",
        state="CONFIRMED" if ended_at is None else "ENDED",
        requested_at=NOW,
        confirmed_at=NOW,
        ended_at=ended_at,
        end_reason="" if ended_at is None else reason.value,
        successor_id=successor_id,
    )


def notification(
    audience: Audience = Audience.FOLLOWERS, *, at: datetime = NOW, contact: str = "", withheld: str = ""
) -> Notification:
    """Written and fanned out at `at`."""
    return Notification.objects.create(
        event_id=uuid4(),
        occurred_at=at,
        audience=audience,
        kind=KINDS[audience],
        lane=Lane.TRANSACTIONAL if audience is Audience.REQUESTER else Lane.IMMEDIATE,
        posting_id=POSTING_ID,
        contact_address=contact,
        withheld=withheld,
        subject="" if withheld else "Baker: pay",
        text="" if withheld else "More pay.",
        html="" if withheld else "<p>More pay.</p>",
        created_at=at,
        release_at=at,
        fanned_out_at=at,
    )


def delivery(
    told: Notification,
    subscription_id: UUID,
    state: Delivery.State = Delivery.State.SENT,
    reason: WhyNot | None = None,
    *,
    at: datetime = NOW,
) -> Delivery:
    """`at` is when it was finished, unless it waits."""
    return Delivery.objects.create(
        notification=told,
        subscription_id=subscription_id,
        state=state,
        reason="" if reason is None else reason,
        attempts=0 if state is Delivery.State.WAITING else 1,
        finished_at=None if state is Delivery.State.WAITING else at,
    )


def batch(told: Notification, first: UUID, last: UUID, *, due_at: datetime = NOW, holder: UUID | None = None) -> Batch:
    return Batch.objects.create(notification=told, lane=told.lane, first=first, last=last, due_at=due_at, holder=holder)


def every_row() -> Mapping[str, list[tuple[object, ...]]]:
    """All that is in the database, by table."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names that the database gave
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found
