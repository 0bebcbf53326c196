"""A mail server that takes nothing at present: its lane pauses, for longer each time, and the deliveries' attempts are not used up."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from adapters import background, clock
from notifications import hold
from notifications.announcing import SEND
from notifications.models import Lane, LanePause

logger = logging.getLogger(__name__)

FIRST: Final = timedelta(seconds=15)
LONGEST: Final = {
    # where people are waiting, sooner
    Lane.TRANSACTIONAL: timedelta(minutes=1),
    Lane.IMMEDIATE: timedelta(minutes=5),
    Lane.DIGEST: timedelta(minutes=5),
}


def begin(lane: Lane, answer: str) -> datetime | None:
    """Pause for 15 s, 30 s, 1 min, … up to `LONGEST`, the longer the more often the server has refused in a row.

    Returns until when, if it ends by itself.
    """
    now = clock.now()
    pause = LanePause.objects.filter(pk=lane).first() or LanePause(lane=lane, since=now, until=now, times=0)
    if pause.until == hold.HELD:
        return None
    if now < pause.until <= now + 2 * LONGEST[lane]:  # another worker has met the same refusal
        return pause.until
    pause.times += 1
    pause.until = now + min(FIRST * (1 << min(pause.times - 1, 10)), LONGEST[lane])
    pause.answer = answer
    pause.save()
    logger.warning(
        "The mail server takes nothing at present, lane %s waits until %s: %s", lane.name, pause.until, answer
    )
    return pause.until


def end() -> None:
    """The server takes messages (again): what held up one lane no longer holds up any."""
    if hold.other_pauses().exists():
        hold.other_pauses().delete()
        background.wake(SEND)
        logger.warning("The mail server takes messages again")


def is_paused(lane: Lane) -> bool:
    now = clock.now()
    in_force = Q(until__gt=now, until__lte=now + 2 * LONGEST[lane]) | Q(until=hold.HELD)
    return LanePause.objects.filter(in_force, pk=lane).exists()
