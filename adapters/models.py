"""The tables behind the core: what was public, who follows, what has happened and who has yet to hear of it."""

import uuid
from typing import ClassVar, override

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from adapters.web.languages import own


class PostingRecord(models.Model):
    """A posting as it was last seen in public. Outlives the page, so that followers of a deleted one are still known."""

    class State(models.TextChoices):
        OPEN = "OPEN", "open"
        CLOSED = "CLOSED", "closed"
        RETIRED = "RETIRED", "taken down"

    posting_id = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=255)
    details = models.JSONField[dict[str, object]]()
    closes_at = models.DateTimeField(null=True, help_text="The instant of `valid_through`, to find what has expired.")
    path = models.CharField(max_length=1024, blank=True, db_index=True)
    contact_address = models.CharField(max_length=254, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "posting"
        indexes: ClassVar = [models.Index(fields=["state", "closes_at"], name="posting_by_state_and_close")]

    @override
    def __str__(self) -> str:
        return self.title


class SubscriptionRecord(models.Model):
    """One address, one topic, from the request to the end."""

    class State(models.TextChoices):
        PENDING = "PENDING", "waiting for confirmation"
        CONFIRMED = "CONFIRMED", "confirmed"
        ENDED = "ENDED", "ended"

    subscription_id = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField()
    address = models.CharField(max_length=254, help_text="As the follower typed it.")
    address_key = models.CharField(max_length=254, db_index=True, help_text="As it is compared.")
    topic_key = models.CharField(max_length=80, help_text="The same text for the same topic.")
    topic = models.JSONField[dict[str, object]]()
    frequency = models.CharField(max_length=10)
    digest_hour = models.PositiveSmallIntegerField(null=True, help_text="Empty, as the next two, for the board's own.")
    digest_weekday = models.PositiveSmallIntegerField(null=True, help_text="0 is Monday.")
    digest_zone = models.CharField(max_length=64, blank=True)
    paused_until = models.DateTimeField(null=True)
    share_address = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default=own, help_text="In which its mails are written.")
    state = models.CharField(max_length=10, choices=State)
    requested_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(auto_now_add=True)
    end_reason = models.CharField(max_length=20, blank=True)
    successor_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = "subscription"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address_key", "topic_key"],
                condition=Q(state__in=["PENDING", "CONFIRMED"]),
                name="one_active_subscription",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="PENDING", confirmed_at=None, ended_at=None)
                    | Q(state="CONFIRMED", confirmed_at__isnull=False, ended_at=None)
                    | Q(state="ENDED", ended_at__isnull=False)
                ),
                name="subscription_state_has_its_instant",
            ),
        ]
        indexes: ClassVar = [
            # no condition: SQLite does not use an index whose condition came as a parameter
            # with all that a fan-out asks for, so that it need not look into the table
            models.Index(
                fields=["topic_key", "state", "subscription_id", "confirmed_at", "frequency", "paused_until"],
                name="subscription_followers",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.topic_key} ({self.state})"


class FollowRequest(models.Model):
    """Somebody asked to follow something; gone as soon as a worker has seen to it (`following.py`)."""

    address = models.CharField(max_length=254, help_text="As it was typed.")
    address_key = models.CharField(max_length=254, db_index=True, help_text="As it is compared.")
    topic = models.JSONField[dict[str, object]]()
    language = models.CharField(max_length=10)
    frequency = models.CharField(max_length=10)
    share_address = models.BooleanField()
    asked_at = models.DateTimeField()
    request_id = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="Because of which it is."
    )
    traceparent = models.CharField(max_length=55, default="", db_default="", blank=True)

    @override
    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}"


class BlockedDomain(models.Model):
    """The board writes to nobody at this domain, nor at those below it."""

    domain = models.CharField(max_length=253, unique=True, help_text="In lower-case ASCII.")
    note = models.CharField(max_length=255, blank=True, help_text="Why, for others who run the board.")
    blocked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "blocked domain"
        ordering: ClassVar = ["domain"]

    @override
    def __str__(self) -> str:
        return self.domain


class OutboxEvent(models.Model):
    """An event, written in the same transaction as the state it tells of; the worker brings it to its listeners."""

    event_id = models.UUIDField(unique=True, default=uuid.uuid4)
    name = models.CharField(max_length=60)
    format_version = models.PositiveSmallIntegerField()
    payload = models.JSONField[dict[str, object]]()
    occurred_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, help_text="Empty when no listener is waiting any more.")
    request_id = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="Because of which it is."
    )
    traceparent = models.CharField(max_length=55, default="", db_default="", blank=True)

    class Meta:
        verbose_name = "event"
        indexes: ClassVar = [
            # in the order in which they are dispatched: events are kept for good, and those that were dealt with may not be looked through
            models.Index(fields=["id"], name="outbox_in_order", condition=Q(next_attempt_at__isnull=False)),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class Handling(models.Model):
    """What became of one event at one listener."""

    class State(models.TextChoices):
        DONE = "DONE", "done"
        RETRYING = "RETRYING", "to be tried again"
        DEAD = "DEAD", "given up"

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="handlings")
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "handler"], name="one_handling_per_handler"),
        ]
        indexes: ClassVar = [models.Index(fields=["state"], name="handling_by_state")]

    @override
    def __str__(self) -> str:
        return f"{self.handler}: {self.state}"


class JobRun(models.Model):
    """When a periodic job is due next; the row decides which of several workers runs it."""

    name = models.CharField(primary_key=True, max_length=60)
    due_at = models.DateTimeField()
    last_started_at = models.DateTimeField(null=True)
    last_seconds = models.FloatField(null=True, help_text="How long that took.")
    last_error = models.TextField(blank=True)

    @override
    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """A worker's sign of life, and what it has counted; see `observing/beats.py`. By the clock of the database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    host = models.CharField(max_length=255, blank=True)
    pid = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    beat_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    job = models.CharField(max_length=60, blank=True, help_text="What it was busy with.")
    job_seconds = models.FloatField(default=0, help_text="For how long.")
    figures = models.JSONField[list[tuple[str, dict[str, str], float]]](default=list)

    class Meta:
        verbose_name = "worker"

    @override
    def __str__(self) -> str:
        return f"{self.host} {self.pid}"


class DailyCount(models.Model):
    """How many of something there were on one day; see `daily.py`."""

    day = models.DateField()
    what = models.CharField(max_length=20)
    number = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "what"], name="one_count_a_day"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.day}: {self.number} {self.what}"


class HourlyCount(models.Model):
    """How many of something there were in one hour; see `hourly.py`."""

    hour = models.DateTimeField(help_text="When it began.")
    what = models.CharField(max_length=20)
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = "count of sign-ups and refusals"
        verbose_name_plural = "counts of sign-ups and refusals"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hour", "what"], name="one_count_an_hour"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H:%M}: {self.number} {self.what}"


class Allowance(models.Model):
    """Up to when a client, or an address that is written to, has used what it is allowed; see `limits.py`."""

    key = models.CharField(primary_key=True, max_length=64, help_text="A keyed hash: neither address is kept.")
    used_until = models.DateTimeField(db_index=True)

    @override
    def __str__(self) -> str:
        return f"{self.used_until:%Y-%m-%d %H:%M:%S}"


class Touched(models.Model):
    """That something public was changed, written in the transaction of the change; see `touched.py`."""

    subject = models.CharField(max_length=250)
    mark = models.BigIntegerField(help_text="Drawn by lot.")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "public change"
        indexes: ClassVar = [
            # all that a kept page asks for, so that the database need not look into the table
            models.Index(fields=["subject", "mark"], name="touched_marks"),
        ]

    @override
    def __str__(self) -> str:
        return self.subject
