"""How long a posting can still be applied to, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext, ngettext

from jobs_domain.valid_through import ValidThrough

LAST_HOURS: Final = timedelta(hours=12)
WEEKS_FROM: Final = 28
"""Days from which on weeks are said."""


def time_left(closing: ValidThrough, *, at: datetime) -> str:
    """`closes in 5 hours`, `closes today`, `closes tomorrow`, `closes in 12 days`, `closes in 6 weeks`.

    Days are those of the closing date's zone. Empty once it has passed.
    """
    rest = closing.instant - at
    if rest <= timedelta(0):
        return ""
    days = (closing.last_day - at.astimezone(closing.local.tzinfo).date()).days
    if rest < timedelta(hours=1):
        return gettext("closes within the hour")
    if rest < LAST_HOURS:
        hours = rest // timedelta(hours=1)
        return ngettext("closes in %(number)s hour", "closes in %(number)s hours", hours) % {"number": hours}
    if days < 1:
        return gettext("closes today")
    if days == 1:
        return gettext("closes tomorrow")
    if days < WEEKS_FROM:
        return ngettext("closes in %(number)s day", "closes in %(number)s days", days) % {"number": days}
    weeks = days // 7
    return ngettext("closes in %(number)s week", "closes in %(number)s weeks", weeks) % {"number": weeks}
