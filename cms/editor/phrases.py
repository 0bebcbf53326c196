"""Numbers and times as the editor's screens say them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format


def instant(at: datetime) -> str:
    """`14:05`, with the day if it is another; in the editor's time zone."""
    local = timezone.localtime(at)
    return date_format(local, "H:i" if local.date() == timezone.localdate() else "j F Y, H:i")


def people(number: int) -> str:
    return f"{number:,} follower{'' if number == 1 else 's'}"


def people_are(number: int) -> str:
    return f"{people(number)} {'is' if number == 1 else 'are'}"


def duration(time: timedelta) -> str:
    """`5 minutes`, `90 seconds`, `1 hour`."""
    seconds = round(time.total_seconds())
    for unit, length in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % length == 0:
            number = seconds // length
            return f"{number} {unit}{'' if number == 1 else 's'}"
    raise AssertionError("A whole number of seconds is divisible by one.")
