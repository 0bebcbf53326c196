"""For how long a page with a list of open postings stays as it is, if nobody changes anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cms import finding

LONGEST: Final = timedelta(minutes=5)
"""“Posted in the last day” and “closes soon” go by the clock, too, and need not be exact."""


def until(*, at: datetime) -> datetime:
    """The next instant at which a posting closes by itself, or a few minutes after `at`."""
    latest = at + LONGEST
    closing = finding.next_closing(at=at)
    return latest if closing is None else min(closing, latest)
