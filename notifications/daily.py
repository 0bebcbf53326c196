"""Counts the messages of each day for charts (`adapters.daily`): those that were sent, and those that could not be delivered."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from adapters import daily
from adapters.daily import Counted
from notifications.models import Delivery, DeliveryAttempt

DAYS: Final = 30
"""So many are counted when none has been yet."""
LATE: Final = timedelta(days=4)
"""Longer than a message that is put off again and again is tried. What leaves even later, because what failed was given another try, is
not counted."""
OURS: Final = frozenset({Counted.MAILS_SENT, Counted.MAILS_FAILED})


def count_mails() -> int:
    """Count today and yesterday anew. That is one portion of work and all of it, so it returns 0."""
    today = timezone.localdate()
    before = daily.counts(today - timedelta(days=DAYS - 1), today)
    days = 2 if any(what in OURS for _, what in before) else DAYS
    first = today - timedelta(days=days - 1)
    sent, failed = _sent(first), _failed(first)
    for back in range(days):
        day = today - timedelta(days=back)
        # deliveries may have been forgotten meanwhile, but what was sent stays sent
        daily.put(Counted.MAILS_SENT, day, max(sent.get(day, 0), before.get((day, Counted.MAILS_SENT), 0)))
        daily.put(Counted.MAILS_FAILED, day, failed.get(day, 0))
    return 0


def _sent(first: date) -> Mapping[date, int]:
    """Deliveries are not sorted by when they were sent: those are looked at that can have been since."""
    since = _beginning_of(first)
    sent = Delivery.objects.filter(
        notification__release_at__gte=since - LATE, state=Delivery.State.SENT, finished_at__gte=since
    )
    by_day = sent.order_by().annotate(day=TruncDate("finished_at")).values("day").annotate(number=Count("pk"))
    return {row["day"]: row["number"] for row in by_day}


def _failed(first: date) -> Mapping[date, int]:
    """Each message on the day on which it was given up, or came back. Each has left an answer, and those are sorted by their instants."""
    answers = DeliveryAttempt.objects.filter(at__gte=_beginning_of(first)).order_by()
    given_up = answers.filter(delivery__state=Delivery.State.FAILED).annotate(day=TruncDate("delivery__finished_at"))
    came_back = answers.filter(delivery__state=Delivery.State.SENT, outcome=DeliveryAttempt.Outcome.BOUNCED).annotate(
        day=TruncDate("at")
    )
    counted = Counter[date]()
    for of in (given_up, came_back):
        for row in of.values("day").annotate(number=Count("delivery", distinct=True)):
            counted[row["day"]] += row["number"]
    return counted


def _beginning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
