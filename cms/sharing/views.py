"""The picture of a posting."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from adapters import clock, touched
from adapters.web.kept_pages import CACHE, keep
from cms.models.job_page import JobPage, JobPageQuerySet
from cms.public import keeping
from cms.sharing.card import Card, png
from cms.sharing.markup import picture

KEPT: Final = timedelta(hours=1)
"""Where hosts share what they keep, a new version may draw otherwise."""


@require_safe
def card(request: HttpRequest, posting_id: UUID) -> HttpResponse:
    """Of an open or closed posting; it says so when it is closed."""

    def answer() -> HttpResponse:
        page = get_object_or_404(_public(), posting_id=posting_id)
        return HttpResponse(_drawn(picture(page)), content_type="image/png")

    return keep(
        request,
        subjects={touched.posting(posting_id)},
        until=keeping.until(at=clock.now()),
        answer=answer,
        reads_query=False,
    )


def _drawn(shown: Card) -> bytes:
    """Drawn once as long as it says the same, whoever asks for it."""
    key = f"card:{shown.digest}"
    drawn = caches[CACHE].get(key)
    if not isinstance(drawn, bytes):
        drawn = png(shown)
        caches[CACHE].set(key, drawn, timeout=KEPT.total_seconds())
    return drawn


def _public() -> JobPageQuerySet:
    return JobPage.objects.live().originals().select_related("company").prefetch_related("locations")
