"""What holds messages back: the mail server, the pace, and addresses that get none."""

from typing import override

from django.db import models

from notifications.models.kinds import Lane


class LanePause(models.Model):
    """The mail server takes nothing at present: why, since when, and when it is asked again."""

    lane = models.PositiveSmallIntegerField(choices=Lane, primary_key=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    times = models.PositiveIntegerField(help_text="How often in a row it refused.")
    answer = models.TextField()

    @override
    def __str__(self) -> str:
        return f"{Lane(self.lane).name} until {self.until:%Y-%m-%d %H:%M:%S}: {self.answer}"


class Pace(models.Model):
    """When the next message may leave, over all workers: for all messages (an empty domain) or for a recipient's domain."""

    domain = models.CharField(primary_key=True, max_length=255)
    free_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.domain or 'all'}: {self.free_at:%H:%M:%S}"


class Suppression(models.Model):
    """An address that gets no mail. The address itself is not kept: `address_hash` tells it again when it is met."""

    class Reason(models.TextChoices):
        BOUNCED = "BOUNCED", "mail to it came back for good"
        REFUSED = "REFUSED", "the mail server refused it for good, again and again"
        COMPLAINED = "COMPLAINED", "its owner reported a message as spam"
        BY_HAND = "BY_HAND", "put on the list by an operator"
        BY_OWNER = "BY_OWNER", "its owner wishes never to be written to"

    address_hash = models.CharField(max_length=64, primary_key=True)
    reason = models.CharField(max_length=10, choices=Reason)
    since = models.DateTimeField()
    detail = models.TextField(blank=True, help_text="What the server or the report said, without the address.")

    @override
    def __str__(self) -> str:
        return f"{self.reason} {self.since:%Y-%m-%d}"
