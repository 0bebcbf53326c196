"""Since when the board is as it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from adapters.models import Touched
from cms import finding

QUIET: Final = timedelta(minutes=1)


def changed_at(*, at: datetime) -> datetime | None:
    """The last change of anything public, or closing by itself; `None` if it is not known, or too soon to say.

    A transaction that is committed only now wrote its instant down when it began. Until a minute has passed there may be one whose instant
    is earlier: who was told of the later one would not hear of it. An `ETag` tells in any case.
    """
    touched = Touched.objects.order_by("-pk").values_list("at", flat=True).first()
    if touched is None:
        return None
    closing = finding.last_closing(at=at)
    changed = touched if closing is None else max(touched, closing)
    return changed if changed <= at - QUIET else None
