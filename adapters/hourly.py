"""How many signed up in each hour, and what was refused: kept as counts, without a word of who it was.

Hours are those of the clocks of the board (`TIME_ZONE`), each told by the instant at which it began.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from django.db.models import F, Sum
from django.utils import timezone

from adapters import clock
from adapters.models import HourlyCount, SubscriptionRecord
from adapters.observing import figures
from jobs_domain.events import SubscriptionConfirmed, SubscriptionRequested

KEPT: Final = timedelta(days=35)


class Counted(Enum):
    ASKED = "asked"
    """Requests to follow that got a confirmation mail."""
    CONFIRMED = "confirmed"
    """Those that were confirmed, in the hour in which they were asked."""
    CLIENT_TOO_OFTEN = "client too often"
    ADDRESS_TOO_OFTEN = "address too often"
    TRAPPED = "trapped"
    TOO_QUICK = "too quick"
    NO_STAMP = "no stamp"
    CHALLENGE = "challenge"
    MALFORMED = "malformed"
    NOT_ASCII = "not ascii"
    ROLE = "role"
    DISPOSABLE = "disposable"
    BLOCKED_DOMAIN = "blocked domain"
    FROM_ELSEWHERE = "from elsewhere"


SIGN_UPS: Final = frozenset({Counted.ASKED, Counted.CONFIRMED})
REFUSALS: Final = tuple(what for what in Counted if what not in SIGN_UPS)


def count(what: Counted, at: datetime | None = None) -> None:
    """Of an event: in the transaction that notes it as handled, and so once for each."""
    figures.SIGN_UPS.labels(what.value).inc()
    hour = beginning(clock.now() if at is None else at)
    HourlyCount.objects.bulk_create([HourlyCount(hour=hour, what=what.value, number=0)], ignore_conflicts=True)
    HourlyCount.objects.filter(hour=hour, what=what.value).update(number=F("number") + 1)


def count_asked(event: SubscriptionRequested) -> None:
    count(Counted.ASKED, event.occurred_at)


def count_confirmed(event: SubscriptionConfirmed) -> None:
    """Where it was asked for, so that no hour has more confirmed than asked."""
    asked = SubscriptionRecord.objects.filter(pk=event.subscription_id).values_list("requested_at", flat=True).first()
    if asked is not None:
        count(Counted.CONFIRMED, asked)


def beginning(at: datetime) -> datetime:
    """Of the hour on the board's clocks; in a zone half an hour off, that is not one of UTC."""
    return timezone.localtime(at).replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def counts(first: datetime, last: datetime) -> Mapping[tuple[datetime, Counted], int]:
    """Of the hours that began from `first` to `last`, both included; hours without any are left out."""
    found = HourlyCount.objects.filter(hour__range=(first, last)).values_list("hour", "what", "number")
    return {(hour, Counted(what)): number for hour, what, number in found}


def totals(since: datetime) -> Mapping[Counted, int]:
    found = HourlyCount.objects.filter(hour__gte=since).values_list("what").annotate(Sum("number")).order_by()
    return {Counted(what): number for what, number in found}


def prune() -> int:
    """Forget what is older than `KEPT`. Returns how many rows."""
    return HourlyCount.objects.filter(hour__lt=clock.now() - KEPT).delete()[0]
