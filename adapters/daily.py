"""How many of something there were on each day, for charts: kept as it happens, so that nobody waits for a count.

Days are those of the board's time zone (`TIME_ZONE`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Final

from django.db.models import F
from django.utils import timezone

from adapters.models import DailyCount
from jobs_domain.events import EndReason, SubscriptionConfirmed, SubscriptionEnded

NEVER_FOLLOWED_OR_STILL_DO: Final = frozenset({EndReason.NEVER_CONFIRMED, EndReason.REPLACED})


class Counted(Enum):
    FOLLOWERS_GAINED = "followers gained"
    FOLLOWERS_LOST = "followers lost"
    MAILS_SENT = "mails sent"
    MAILS_FAILED = "mails failed"


def count_gained(event: SubscriptionConfirmed) -> None:
    _add_one(Counted.FOLLOWERS_GAINED, event.occurred_at)


def count_lost(event: SubscriptionEnded) -> None:
    """Not those whose data was erased: nothing about them is kept, not even that."""
    if event.reason not in NEVER_FOLLOWED_OR_STILL_DO:
        _add_one(Counted.FOLLOWERS_LOST, event.occurred_at)


def put(what: Counted, day: date, number: int) -> None:
    """In place of what was counted before."""
    DailyCount.objects.update_or_create(day=day, what=what.value, defaults={"number": number})


def counts(first: date, last: date) -> Mapping[tuple[date, Counted], int]:
    """Of the days from `first` to `last`, both included; days without any are left out."""
    found = DailyCount.objects.filter(day__range=(first, last)).values_list("day", "what", "number")
    return {(day, Counted(what)): number for day, what, number in found}


def _add_one(what: Counted, at: datetime) -> None:
    """Of an event: in the transaction that notes it as handled, and so once for each."""
    day = timezone.localdate(at)
    DailyCount.objects.get_or_create(day=day, what=what.value, defaults={"number": 0})
    DailyCount.objects.filter(day=day, what=what.value).update(number=F("number") + 1)
