"""What editors and operators decide, ask for and look up."""

import uuid
from typing import ClassVar, override

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q


class Timing(models.Model):
    """When followers are told, where editors want it otherwise than the operator has set it. There is one row, or none."""

    THE_ONE: ClassVar = 1
    MOST: ClassVar = 24 * 60

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    minutes_until_told = models.PositiveSmallIntegerField(
        "minutes until followers are told",
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST)],
    )

    class Meta:
        verbose_name = "time of mails"
        verbose_name_plural = "times of mails"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_timing")]

    @override
    def __str__(self) -> str:
        return "Mails"


class Resending(models.Model):
    """The last wish of an editor that what failed by `asked_at` be sent again, of one notification or of all.

    It is under way as long as `finished_at` is empty. Deliveries are dealt with in the order of their notifications' and
    subscriptions' ids: `notification_id` is the one in hand, and `subscription_id` the last of it that was dealt with.
    """

    EVERYTHING: ClassVar = uuid.UUID(int=0)

    scope = models.UUIDField(primary_key=True, help_text="The notification; zero for all.")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    notification_id = models.UUIDField(null=True)
    subscription_id = models.UUIDField(null=True)
    again = models.PositiveIntegerField(default=0, help_text="Deliveries that wait again.")
    suppressed = models.PositiveIntegerField(default=0, help_text="Those that do not: the address gets no mail.")
    unknown = models.PositiveIntegerField(default=0, help_text="Those that do not: the address is no longer known.")

    @override
    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}: {self.again} again"


class AddressLookup(models.Model):
    """Somebody looked up what became of mail to an address, or had addresses shown in full.

    `address_hash` is that of `suppression.py`, empty if it was not about one address. `username` outlives the account.
    """

    class Purpose(models.TextChoices):
        SEARCH = "SEARCH", "looked up an address"
        FULL_VIEW = "FULL_VIEW", "had addresses shown in full"

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    username = models.CharField(max_length=150)
    purpose = models.CharField(max_length=10, choices=Purpose)
    address_hash = models.CharField(max_length=64, blank=True, db_index=True)
    notification_id = models.UUIDField(null=True)
    addresses = models.PositiveIntegerField(help_text="How many were shown, or found.")

    class Meta:
        verbose_name = "look-up of addresses"
        verbose_name_plural = "look-ups of addresses"
        indexes: ClassVar = [models.Index(fields=["at"], name="lookup_by_instant")]

    @override
    def __str__(self) -> str:
        return f"{self.username}: {self.get_purpose_display()}"
