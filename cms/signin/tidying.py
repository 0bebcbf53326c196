"""What is no longer needed of signing in."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from adapters import clock
from cms.signin import throttle

PORTION = 5_000
"""Rows in one go."""


def forget() -> int:
    """Attempts that no longer count, and sessions that have ended. Returns how many."""
    ended = Session.objects.filter(expire_date__lt=clock.now()).values_list("pk", flat=True)[:PORTION]
    forgotten, _by_model = Session.objects.filter(pk__in=list(ended)).delete()
    return forgotten + throttle.forget_old_attempts()
