"""What is no longer needed of signing in."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from adapters import clock
from cms.signin import throttle

PORTION = 5_000
"""Rows in one go, until there are no more."""


def forget() -> int:
    """Attempts that no longer count, and sessions that have ended. Returns how many."""
    ended = Session.objects.filter(expire_date__lt=clock.now()).values_list("pk", flat=True)
    forgotten = 0
    while portion := list(ended[:PORTION]):
        forgotten += Session.objects.filter(pk__in=portion).delete()[0]
    return forgotten + throttle.forget_old_attempts()
