"""The ledger: what there was to tell, to whom, and what became of each message."""

import uuid
from typing import ClassVar, override

from django.db import models
from django.db.models import Q


class Audience(models.TextChoices):
    REQUESTER = "REQUESTER", "the person who asked to follow"
    COMPANY = "COMPANY", "the company that hires"
    FOLLOWERS = "FOLLOWERS", "the followers"


class Kind(models.TextChoices):
    CONFIRMATION = "CONFIRMATION", "please confirm"
    NEW_FOLLOWER = "NEW_FOLLOWER", "one more follower"
    REVISED = "REVISED", "the posting changed"
    CLOSED = "CLOSED", "the posting closed"
    REOPENED = "REOPENED", "the posting is open again"
    RETIRED = "RETIRED", "the posting was taken down"


class Lane(models.IntegerChoices):
    """The lower the number, the sooner it is sent."""

    TRANSACTIONAL = 0, "somebody is waiting for it"
    IMMEDIATE = 1, "news as it happens"
    DIGEST = 2, "news of a day or a week"


class WhyNot(models.TextChoices):
    """Why somebody was not told."""

    MINOR = "MINOR", "the editor marked the change as minor"
    NO_CONTACT = "NO_CONTACT", "the company has given no contact address"
    NOT_NEWS = "NOT_NEWS", "followers are not told of this"
    OTHER_TOPIC = "OTHER_TOPIC", "it is about something that they do not follow"
    BEFORE_FOLLOWING = "BEFORE_FOLLOWING", "it happened before they followed"
    NEVER_CONFIRMED = "NEVER_CONFIRMED", "they have not confirmed that they want to follow"
    ALREADY_CONFIRMED = "ALREADY_CONFIRMED", "they had confirmed before it was sent"
    LAPSED = "LAPSED", "the time to confirm had run out before it was sent"
    LEFT = "LEFT", "they had stopped following before it was sent"
    ERASED = "ERASED", "nothing is known about the subscription any more: it was erased"
    REFUSED = "REFUSED", "the mail server refused the message for good"
    GAVE_UP = "GAVE_UP", "the mail server put the message off until we gave up"


class Notification(models.Model):
    """One change × one audience, with its text as it is sent; marks (`personal.py`) stand for what each message has of its own.

    One that is withheld is told nobody, and says why. `fanned_out_at` is set once there is a delivery for everybody it is meant for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event_id = models.UUIDField()
    occurred_at = models.DateTimeField(help_text="When the change happened.")
    audience = models.CharField(max_length=10, choices=Audience)
    kind = models.CharField(max_length=12, choices=Kind)
    lane = models.PositiveSmallIntegerField(choices=Lane)
    posting_id = models.UUIDField(null=True, help_text="Empty for what is about a search.")
    withheld = models.CharField(max_length=20, choices=WhyNot, blank=True)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField()
    release_at = models.DateTimeField(help_text="Deliveries are made from then on.")
    fanned_out_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_id", "audience"], name="one_notification_per_audience"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["release_at"], name="notification_to_fan_out", condition=Q(fanned_out_at=None)),
        ]

    @override
    def __str__(self) -> str:
        return self.subject or f"{self.kind}: {self.withheld}"


class Delivery(models.Model):
    """One notification for one subscription.

    `next_attempt_at` is when a worker may take it: of a waiting one the time to send it, of one being sent the end of the sender's lease.
    It is unfinished as long as `finished_at` is empty; the index says it that way because SQLite uses a partial index only where the
    condition has no parameters. `attempts` counts answers of the mail server, not claims. The address is emptied when its owner asks
    for erasure.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "waiting"
        SENDING = "SENDING", "being sent"
        SENT = "SENT", "sent"
        FAILED = "FAILED", "failed"
        SKIPPED = "SKIPPED", "not sent"

    # Without a constraint in the database: a fan-out to a million followers takes more than twice as long with one.
    # Without an index of its own: the unique one begins with it.
    notification = models.ForeignKey(
        Notification, on_delete=models.DO_NOTHING, related_name="deliveries", db_constraint=False, db_index=False
    )
    subscription_id = models.UUIDField(db_index=True)
    address = models.CharField(max_length=254, blank=True)
    lane = models.PositiveSmallIntegerField(choices=Lane, help_text="That of the notification.")
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=20, choices=WhyNot, blank=True)
    attempts = models.PositiveSmallIntegerField()
    next_attempt_at = models.DateTimeField()
    finished_at = models.DateTimeField(
        null=True, help_text="When it was sent, or when it was clear that it would not be."
    )

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "subscription_id"], name="one_delivery_per_subscription"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["WAITING", "SENDING"], finished_at=None, reason="")
                    | Q(state="SENT", finished_at__isnull=False, reason="")
                    | (Q(state__in=["FAILED", "SKIPPED"], finished_at__isnull=False) & ~Q(reason=""))
                ),
                name="delivery_state_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["lane", "next_attempt_at", "id"],
                name="delivery_due",
                condition=Q(finished_at=None),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.state}"


class DeliveryAttempt(models.Model):
    """What the mail server answered, without the recipient's address."""

    class Outcome(models.TextChoices):
        ACCEPTED = "ACCEPTED", "accepted"
        DEFERRED = "DEFERRED", "refused for now"
        REFUSED = "REFUSED", "refused for good"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="answers")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    answer = models.TextField(blank=True)

    @override
    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome} {self.answer}"
