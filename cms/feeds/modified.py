"""Since when an answer is as it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpResponse
from django.utils.http import http_date

from adapters.models import Touched
from cms import finding

QUIET: Final = timedelta(seconds=2)


def mark(response: HttpResponse, *, at: datetime) -> HttpResponse:
    """Say that it was made anew at `at`: who has it from then on has what there is, as long as it is kept.

    HTTP tells instants by the second. An answer that is made so soon after a change that another one of the same second may have been
    different says nothing; its `ETag` does.
    """
    latest = Touched.objects.order_by("-pk").values_list("at", flat=True).first()
    closing = finding.next_closing(at=at - QUIET)
    has_changed = (latest is not None and latest > at - QUIET) or (closing is not None and closing <= at)
    if not has_changed:
        response.headers["Last-Modified"] = http_date(at.timestamp())
    return response
