"""How often somebody may have the board write to an address: so many times from one client, so many times to one address.

Each client and each address has an allowance that fills up evenly (the generic cell rate algorithm, ITU-T I.371): whoever asked as often
as they may waits until there is room for one more. So who was idle may ask as often as it says at once, and nearly as often again while it
fills up: `2 * times - 1` in the first period at most, and `times` in each that follows. It is kept in the database, and so counts for all
processes and hosts. Neither of the two addresses is: a keyed hash tells them again.

Both are spent before anything is looked up, so that the answer says nothing about who is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from adapters import clock, hourly
from adapters.hourly import Counted
from adapters.models import Allowance
from jobs_domain.email_address import EmailAddress

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
SKEW: Final = timedelta(minutes=5)
"""By so much the clocks of web servers may differ."""
PRUNED: Final = 5_000
"""Rows in one go."""


@dataclass(frozen=True, slots=True)
class TooOften:
    """There is room for one more after this time. `whose` says whose allowance is used up, of those that are counted."""

    retry_after: timedelta
    whose: Counted | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """`times` at once, and one more after each part of `period` that is one of so many, for what is told by `key`."""

    key: str
    times: int
    period: timedelta
    whose: Counted | None = None

    @property
    def spacing(self) -> timedelta:
        return self.period / self.times


class Mails(Enum):
    """Each has an allowance of its own: whoever has confirmations sent to somebody must not keep them from what is theirs."""

    REQUESTS = "address"
    """Please confirm."""
    LINKS = "link"
    """Links to all that one follows."""


def spend(*, client: str, target: EmailAddress, mails: Mails = Mails.REQUESTS) -> TooOften | None:
    """Count one more message that the client has sent to the address, unless that is too often; then nothing is counted but the refusal."""
    limits = [
        Limit(key("client", client), settings.ASKS_PER_CLIENT, HOUR, Counted.CLIENT_TOO_OFTEN),
        Limit(key(mails.value, target.key), settings.ASKS_PER_ADDRESS, DAY, Counted.ADDRESS_TOO_OFTEN),
    ]
    refused = take([limit for limit in limits if limit.times])
    if refused is not None and refused.whose is not None:
        hourly.count(refused.whose)
    return refused


def prune() -> int:
    """Forget allowances that are full again. Returns how many."""
    full = Allowance.objects.filter(used_until__lt=clock.now() - SKEW).values_list("pk", flat=True)[:PRUNED]
    forgotten, _ = Allowance.objects.filter(pk__in=list(full)).delete()
    return forgotten


def take(limits: Sequence[Limit]) -> TooOften | None:
    """Use each of these once more, or none of them if one is used up."""
    with transaction.atomic():
        now = clock.now()
        # in one order for all, so that no two wait for each other
        in_order = sorted(limits, key=lambda limit: limit.key)
        # not looked up first: it would take longer for an address that nobody asked for yet
        Allowance.objects.bulk_create(
            [Allowance(pk=limit.key, used_until=now) for limit in in_order], ignore_conflicts=True
        )
        found = Allowance.objects.select_for_update().filter(pk__in=[limit.key for limit in limits]).order_by("pk")
        used_until = {allowance.pk: allowance.used_until for allowance in found}
        waits: list[TooOften] = []
        for limit in in_order:
            used = max(used_until.get(limit.key, now), now)
            if used > now + limit.period + SKEW:  # written before the clock was set back
                used = now
            used_until[limit.key] = used + limit.spacing
            waits.append(TooOften(used + limit.spacing - limit.period - now, limit.whose))
        longest = max(waits, key=lambda wait: wait.retry_after, default=None)
        if longest is not None and longest.retry_after > timedelta():
            return longest
        Allowance.objects.bulk_create(
            [Allowance(pk=limit.key, used_until=used_until[limit.key]) for limit in in_order],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["used_until"],
        )
        return None


def give_back(limits: Sequence[Limit]) -> None:
    """What was taken was not needed."""
    for limit in sorted(limits, key=lambda limit: limit.key):
        Allowance.objects.filter(pk=limit.key).update(used_until=F("used_until") - limit.spacing)


def key(kind: str, value: str) -> str:
    """How the allowance of `value` is told from others, without keeping it."""
    return salted_hmac(f"board.limits.{kind}", value, algorithm="sha256").hexdigest()
