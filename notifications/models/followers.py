"""What comes when, for each follower, and what followers have asked for."""

from typing import ClassVar, override

from django.db import models


class DigestPlan(models.Model):
    """When somebody hears next who does not want to hear at once, and up to when, or up to which match, they were told.

    There is one for each subscription that is told by digests, and for a while for one that was; and for each search that is told at
    once, whose digest is due when something was found.
    """

    subscription_id = models.UUIDField(primary_key=True)
    told_until = models.DateTimeField()
    told_match = models.BigIntegerField(default=0, help_text="The last match of the search that was told.")
    due_at = models.DateTimeField(null=True, help_text="Empty until something is found, for those who hear at once.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="digest_due")]

    @override
    def __str__(self) -> str:
        return (
            str(self.subscription_id) if self.due_at is None else f"{self.subscription_id} {self.due_at:%Y-%m-%d %H:%M}"
        )


class InterestPlan(models.Model):
    """Since when nothing shows that a follower is still there, and when something is to be done about that; see `interest.py`.

    There is one for each subscription that is confirmed.
    """

    subscription_id = models.UUIDField(primary_key=True)
    silent_since = models.DateTimeField(
        help_text="The last sign, or when it was found that a question had not arrived."
    )
    due_at = models.DateTimeField()
    question = models.UUIDField(null=True, help_text="The notification that asks, as long as there is no answer.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="interest_due")]

    @override
    def __str__(self) -> str:
        return f"{self.subscription_id} {self.due_at:%Y-%m-%d %H:%M}"


class SignInRequest(models.Model):
    """Somebody asked that a link to all that is followed be sent to the address; gone as soon as that is done, or there is nothing."""

    address_key = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    request_id = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="Because of which it is."
    )
    traceparent = models.CharField(max_length=55, default="", db_default="", blank=True)

    @override
    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}"


class AddressChange(models.Model):
    """Somebody wants to be told at another address, which has not agreed yet. The id is that of the notification to that address."""

    id = models.UUIDField(primary_key=True)
    subscription_id = models.UUIDField(db_index=True, help_text="One of those of the old address.")
    address = models.CharField(max_length=254, help_text="The new one.")
    address_key = models.CharField(max_length=254)
    asked_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.subscription_id} {self.asked_at:%Y-%m-%d %H:%M}"


class Farewell(models.Model):
    """A posting that was taken down and whose followers have a delivery of that news: their subscriptions are to end now."""

    posting_id = models.UUIDField(primary_key=True)
    since = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return str(self.posting_id)
