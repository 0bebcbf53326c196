"""The ledger: what there was to tell, to whom, and what became of each message."""

import uuid
from typing import ClassVar, override

from django.db import models
from django.db.models import Q

from notifications.models.kinds import Audience, Kind, Lane, WhyNot


class Notification(models.Model):
    """One change × one audience, with its text as it is sent, in each language in which somebody may read it.

    Marks (`personal.py`) stand for what each message has of its own. One that is withheld is told nobody, and says why; if that is
    because its news is part of a later one's, `merged_into` is that one's id. Deliveries are made from `release_at` on, in the order of
    the subscriptions' ids: `fanned_out_up_to` is the last that has one, and `fanned_out_at` is set once there is one for everybody it
    is meant for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event_id = models.UUIDField()
    occurred_at = models.DateTimeField(help_text="When the change happened.")
    audience = models.CharField(max_length=10, choices=Audience)
    kind = models.CharField(max_length=12, choices=Kind)
    lane = models.PositiveSmallIntegerField(choices=Lane)
    posting_id = models.UUIDField(null=True, help_text="Empty for what is about a search.")
    subscription_id = models.UUIDField(
        null=True, db_index=True, help_text="Because of which it is told, if it is because of one."
    )
    also_for = models.JSONField[list[str]](
        default=list, help_text="Other subscriptions of the same follower that the one message is about, too."
    )
    contact_address = models.CharField(
        max_length=254, blank=True, help_text="Where it goes if not to the subscriptions' own addresses."
    )
    withheld = models.CharField(max_length=20, choices=WhyNot, blank=True)
    merged_into = models.UUIDField(null=True)
    note = models.TextField(  # noqa: DJ001 - an editor may also wish that nothing is said
        null=True,
        help_text="What followers read in place of what was said to the events; null if no editor changed that.",
    )
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    translations = models.JSONField[dict[str, dict[str, str]]](
        default=dict, help_text="Subject, text and html in other languages than the board's own, by language."
    )
    created_at = models.DateTimeField()
    release_at = models.DateTimeField(help_text="Deliveries are made from then on.")
    fanned_out_up_to = models.UUIDField(null=True)
    fanned_out_at = models.DateTimeField(null=True)
    counts = models.JSONField[dict[str, int]](
        default=dict, help_text="How many deliveries ended in which state, once they are no longer kept one by one."
    )
    pruned_at = models.DateTimeField(null=True, help_text="Since when nothing but these numbers is kept.")
    request_id = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="Because of which it is."
    )
    traceparent = models.CharField(max_length=55, default="", db_default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_id", "audience"], name="one_notification_per_audience"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["release_at"], name="notification_to_fan_out", condition=Q(fanned_out_at=None)),
            models.Index(fields=["created_at"], name="notification_to_prune", condition=Q(pruned_at=None)),
            models.Index(fields=["created_at"], name="notification_by_age"),
            # a posting with many followers has as many messages to its company
            models.Index(fields=["posting_id", "audience", "release_at"], name="notification_of_posting"),
        ]
        permissions: ClassVar = [
            ("retry_deliveries", "Can have failed messages sent again"),
            ("see_addresses", "Can look up followers by address, and see addresses in full"),
            ("decide_news", "Can tell followers now, or nobody, what waits for its settling time"),
        ]

    @override
    def __str__(self) -> str:
        return self.subject or f"{self.kind}: {self.withheld}"

    @property
    def goes_elsewhere(self) -> bool:
        """Whether it goes to `contact_address`, which is empty when it is no longer known, and not to the subscriptions' own."""
        return self.audience == Audience.COMPANY or self.kind == Kind.MOVE


class Delivery(models.Model):
    """One notification for one subscription.

    It is unfinished as long as `finished_at` is empty. `next_attempt_at` is set only when it has been put off. `attempts` counts
    answers of the mail server. Nothing that changes when it is sent is indexed: a fan-out to a million followers writes, and a mark
    touches, as little as possible. Who may send it when is for its `Batch` to say.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "waiting"
        SENT = "SENT", "sent"
        FAILED = "FAILED", "failed"
        SKIPPED = "SKIPPED", "not sent"

    # Without a constraint in the database: a fan-out to a million followers takes more than twice as long with one.
    # Without an index of its own: the unique one begins with it.
    notification = models.ForeignKey(
        Notification, on_delete=models.DO_NOTHING, related_name="deliveries", db_constraint=False, db_index=False
    )
    # Not by itself: `reach.py` finds a person's deliveries by what they follow.
    subscription_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=20, choices=WhyNot, blank=True)
    attempts = models.PositiveSmallIntegerField()
    next_attempt_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(
        null=True, help_text="When it was sent, or when it was clear that it would not be."
    )

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "subscription_id"], name="one_delivery_per_subscription"),
            models.CheckConstraint(
                condition=(
                    Q(state="WAITING", finished_at=None, reason="")
                    | Q(state="SENT", finished_at__isnull=False, reason="")
                    | (Q(state__in=["FAILED", "SKIPPED"], finished_at__isnull=False) & ~Q(reason=""))
                ),
                name="delivery_state_is_whole",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.state}"


class Batch(models.Model):
    """A stretch of a notification's deliveries, by the ids of their subscriptions, that one worker sends at a time.

    There is one for every unfinished delivery, and no two overlap. `due_at` is when a worker may take it; while one holds it, the end
    of that worker's lease. It is gone when all its deliveries are finished.
    """

    notification = models.ForeignKey(
        Notification, on_delete=models.DO_NOTHING, related_name="batches", db_constraint=False
    )
    lane = models.PositiveSmallIntegerField(choices=Lane, help_text="That of the notification.")
    first = models.UUIDField()
    last = models.UUIDField(help_text="Itself included.")
    due_at = models.DateTimeField()
    holder = models.UUIDField(null=True, help_text="The claim of the worker that holds it.")

    class Meta:
        verbose_name_plural = "batches"
        indexes: ClassVar = [models.Index(fields=["lane", "due_at", "id"], name="batch_due")]

    @override
    def __str__(self) -> str:
        return f"{self.notification_id} {self.first} – {self.last}"


class DeliveryAttempt(models.Model):
    """An answer of the mail server other than yes, or what came back later; without the recipient's address."""

    class Outcome(models.TextChoices):
        DEFERRED = "DEFERRED", "refused for now"
        REFUSED = "REFUSED", "refused for good"
        BOUNCED = "BOUNCED", "came back after it had been accepted"
        COMPLAINED = "COMPLAINED", "reported as spam"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="answers")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    answer = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="attempt_by_instant")]

    @override
    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome} {self.answer}"
