"""From one notification to a delivery for every follower, a slice at a time.

The followers are taken in the order of their subscriptions' ids, and each slice is one short transaction that also notes how far it
came: whoever is interrupted goes on there, and followers who come or go meanwhile disturb nothing.
"""

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, F, Model, PositiveSmallIntegerField, Q, QuerySet, UUIDField, Value

from adapters import background, clock
from adapters.models import SubscriptionRecord
from adapters.observing import ids
from adapters.repositories import topic_key
from jobs_domain.digests import Frequency
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import PostingTopic
from notifications import farewell
from notifications.announcing import SEND
from notifications.models import Batch, Delivery, Kind, Notification

logger = logging.getLogger(__name__)

SLICE: Final = 5_000
SLICES: Final = 20
"""At most so many in one go, so that other work gets its turn."""
BEFORE_ALL: Final = UUID(int=0)


def fan_out_due() -> int:
    """Make deliveries of what is released. Returns how many slices it dealt with."""
    for done in range(SLICES):
        # asked first to spare an idle worker the lock that a transaction takes on SQLite
        if not _due().exists() or not _fan_out_next():
            return done
    return SLICES


def _due() -> QuerySet[Notification]:
    return Notification.objects.filter(fanned_out_at=None, release_at__lte=clock.now())


def _fan_out_next() -> bool:
    with transaction.atomic():
        notification = _due().select_for_update(skip_locked=True).order_by("release_at", "occurred_at", "id").first()
        if notification is None:
            return False
        with ids.bound(request_id=notification.request_id, notification_id=notification.pk):
            fan_out_slice(notification)
        background.wake(SEND)
    return True


def fan_out_slice(notification: Notification) -> None:
    """Make a delivery for each of the next `SLICE` followers. Doing it again adds nothing."""
    after = notification.fanned_out_up_to or BEFORE_ALL
    followers = _told_at_once(notification).filter(subscription_id__gt=after).order_by("subscription_id")
    ends, count = _ends_of_batches(followers)
    if ends:
        _insert_deliveries(notification, followers.filter(subscription_id__lte=ends[-1]))
        _insert_batches(notification, [after, *ends[:-1]], ends)
    is_done = count < SLICE
    logger.info("deliveries made", extra={"deliveries": count, "batches": len(ends), "is_last": is_done})
    Notification.objects.filter(pk=notification.pk).update(
        fanned_out_up_to=ends[-1] if ends else notification.fanned_out_up_to,
        fanned_out_at=clock.now() if is_done else None,
    )
    if is_done:
        farewell.begin(notification)


def followers_of(notification: Notification) -> QuerySet[SubscriptionRecord]:
    """Those who followed the posting when it happened, and still do."""
    if notification.posting_id is None:
        return SubscriptionRecord.objects.none()
    return SubscriptionRecord.objects.filter(
        topic_key=topic_key(PostingTopic(PostingId(notification.posting_id))),
        state=SubscriptionRecord.State.CONFIRMED,
        confirmed_at__lte=notification.occurred_at,
    )


def _told_at_once(notification: Notification) -> QuerySet[SubscriptionRecord]:
    """All of them, but for mere changes, which others read in their digests or after a pause."""
    followers = followers_of(notification)
    if notification.kind != Kind.REVISED:
        return followers
    not_paused = Q(paused_until=None) | Q(paused_until__lte=notification.release_at)
    return followers.filter(not_paused, frequency=Frequency.IMMEDIATE.value)


def _ends_of_batches(followers: QuerySet[SubscriptionRecord]) -> tuple[list[UUID], int]:
    """The last id of each batch of the slice, and how many followers the slice has. Nothing else of them comes into memory."""
    ids, parameters = followers.values_list("subscription_id")[:SLICE].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(ids, parameters)
        found: list[tuple[UUID | str]] = cursor.fetchall()
    ends = found[settings.MAIL_BATCH - 1 :: settings.MAIL_BATCH]
    if len(found) % settings.MAIL_BATCH:
        ends.append(found[-1])
    return [end if isinstance(end, UUID) else UUID(end) for (end,) in ends], len(found)


def _insert_deliveries(notification: Notification, followers: QuerySet[SubscriptionRecord]) -> None:
    """One statement, however many followers there are."""
    row: dict[str, Value | F] = {
        "notification_id": Value(notification.pk, UUIDField()),
        "subscription_id": F("subscription_id"),
        "state": Value(Delivery.State.WAITING.value, CharField()),
        "reason": Value("", CharField()),
        "attempts": Value(0, PositiveSmallIntegerField()),
    }
    select, parameters = followers.values_list(*row.values()).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{_insert(Delivery, *row)} {select} ON CONFLICT DO NOTHING", parameters)


def _insert_batches(notification: Notification, previous_ends: list[UUID], ends: list[UUID]) -> None:
    """Past the query builder, which would take as long as the deliveries do."""
    common = _in_sql(notification_id=notification.pk, lane=notification.lane, due_at=notification.release_at)
    own = (_in_sql(first=UUID(int=before.int + 1), last=end) for before, end in zip(previous_ends, ends, strict=True))
    rows = [common | bounds for bounds in own]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"{_insert(Batch, *rows[0])} VALUES ({', '.join(['%s'] * len(rows[0]))})",
            [tuple(row.values()) for row in rows],
        )


def _insert(model: type[Model], *columns: str) -> str:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)  # `_meta` is Django's documented way to a model's table
    return f"INSERT INTO {table} ({', '.join(quote(column) for column in columns)})"


def _in_sql(**values: UUID | int | datetime) -> dict[str, UUID | str | int | datetime]:
    """The values of a batch's columns as the database wants them."""
    fields = {field.column: field for field in Batch._meta.concrete_fields}
    return {column: fields[column].get_db_prep_value(value, connection) for column, value in values.items()}
