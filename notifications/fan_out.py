"""From one notification to a delivery for every follower."""

from typing import Final

from django.db import connection, transaction
from django.db.models import CharField, DateTimeField, F, PositiveSmallIntegerField, QuerySet, UUIDField, Value
from django.utils import timezone

from adapters import background
from adapters.models import SubscriptionRecord
from adapters.repositories import topic_key
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import PostingTopic
from notifications.announcing import SEND
from notifications.models import Delivery, Notification

BATCH: Final = 20


def fan_out_due() -> int:
    """Make the deliveries of what is released, at most `BATCH` notifications. Returns how many notifications it dealt with."""
    for done in range(BATCH):
        # asked first to spare an idle worker the lock that a transaction takes on SQLite
        if not _due().exists() or not _fan_out_next():
            return done
    return BATCH


def _due() -> QuerySet[Notification]:
    return Notification.objects.filter(fanned_out_at=None, release_at__lte=timezone.now())


def _fan_out_next() -> bool:
    with transaction.atomic():
        notification = _due().select_for_update(skip_locked=True).order_by("release_at", "occurred_at", "id").first()
        if notification is None:
            return False
        fan_out(notification)
    return True


def fan_out(notification: Notification) -> None:
    """Make a delivery for everybody who followed the posting when it happened, and still does. Doing it again adds nothing."""
    now = timezone.now()
    if notification.posting_id is not None:
        _insert_deliveries(notification, PostingId(notification.posting_id))
    Notification.objects.filter(pk=notification.pk).update(fanned_out_at=now)
    background.wake(SEND)


def _insert_deliveries(notification: Notification, posting_id: PostingId) -> None:
    """One statement however many followers there are: none of them comes into this process's memory."""
    followers = SubscriptionRecord.objects.filter(
        topic_key=topic_key(PostingTopic(posting_id)),
        state=SubscriptionRecord.State.CONFIRMED,
        confirmed_at__lte=notification.occurred_at,
    )
    row: dict[str, Value | F] = {
        "notification_id": Value(notification.pk, UUIDField()),
        "subscription_id": F("subscription_id"),
        "address": F("address"),
        "lane": Value(notification.lane, PositiveSmallIntegerField()),
        "state": Value(Delivery.State.WAITING.value, CharField()),
        "reason": Value("", CharField()),
        "attempts": Value(0, PositiveSmallIntegerField()),
        "next_attempt_at": Value(notification.release_at, DateTimeField()),
    }
    select, parameters = followers.order_by("subscription_id").values_list(*row.values()).query.sql_with_params()
    quote = connection.ops.quote_name
    table = quote(Delivery._meta.db_table)  # `_meta` is Django's documented way to a model's table
    columns = ", ".join(quote(column) for column in row)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {select} ON CONFLICT DO NOTHING", parameters)
