"""How fast messages may leave, over all workers: the instants at which the next may leave are kept in the database.

Messages are evenly spaced as they are begun; how long each takes may bring one or two more into a second. A rate of 0 is no limit, and
then nothing is asked.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings

from adapters import clock
from notifications.models import Pace

SKEW: Final = timedelta(minutes=1)
"""By so much the clocks of workers may differ."""
ALL: Final = ""
NOW: Final = timedelta()
_PAST: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Turns:
    """One worker's view: it remembers who has to wait until when, so that it need not ask for every message."""

    free_at: dict[str, datetime] = field(default_factory=dict)

    def has_turn(self, domain: str) -> bool:
        """Whether a message to the domain may leave now; it then has to."""
        limits = tuple(_limits(domain))
        if any(self.free_at.get(name, _PAST) > clock.now() for name, _ in limits):
            return False
        for name, spacing in limits:
            free_at = _take(name, spacing)
            if free_at is not None:
                self.free_at[name] = free_at
                return False
        return True

    @property
    def is_for_all(self) -> bool:
        """Whether the limit for all messages is what there is to wait for."""
        return self.free_at.get(ALL, _PAST) > clock.now()

    def wait(self, domains: Collection[str]) -> timedelta:
        """How long until a message to any of the domains may leave, as far as is known; nothing if one may be tried now."""
        now = clock.now()
        soonest = min((self.free_at.get(domain, _PAST) for domain in domains), default=_PAST)
        return max(soonest - now, self.free_at.get(ALL, _PAST) - now, NOW)


def _limits(domain: str) -> Iterator[tuple[str, timedelta]]:
    if settings.MAIL_RATE_PER_DOMAIN:
        yield domain, timedelta(seconds=1 / settings.MAIL_RATE_PER_DOMAIN)
    if settings.MAIL_RATE:
        yield ALL, timedelta(seconds=1 / settings.MAIL_RATE)


def _take(name: str, spacing: timedelta) -> datetime | None:
    """Take the next turn, or say from when on there is one."""
    while True:
        now = clock.now()
        pace, is_new = Pace.objects.get_or_create(pk=name, defaults={"free_at": now + spacing})
        if is_new:
            return None
        if now < pace.free_at <= now + spacing + SKEW:  # what lies further was written before the clock was set back
            return pace.free_at
        if Pace.objects.filter(pk=name, free_at=pace.free_at).update(free_at=now + spacing):
            return None  # else another worker was quicker
