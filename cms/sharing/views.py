"""The picture of a posting."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from adapters import clock, touched
from adapters.web.kept_pages import keep
from cms.models.job_page import JobPage, JobPageQuerySet
from cms.public import keeping
from cms.sharing.card import png
from cms.sharing.markup import picture


@require_safe
def card(request: HttpRequest, posting_id: UUID) -> HttpResponse:
    """Of an open or closed posting; it says so when it is closed."""

    def answer() -> HttpResponse:
        page = get_object_or_404(_public(), posting_id=posting_id)
        return HttpResponse(png(picture(page)), content_type="image/png")

    return keep(
        request,
        subjects={touched.posting(posting_id)},
        until=keeping.until(at=clock.now()),
        answer=answer,
    )


def _public() -> JobPageQuerySet:
    return JobPage.objects.live().originals().select_related("company").prefetch_related("locations")
