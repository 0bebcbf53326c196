"""The picture of a posting."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from adapters import touched
from adapters.web.kept_pages import keep
from cms.models.job_page import JobPage, JobPageQuerySet
from cms.public import keeping
from cms.sharing.card import Card, png
from cms.sharing.markup import facts


@require_safe
def card(request: HttpRequest, posting_id: UUID) -> HttpResponse:
    """Of an open or closed posting; it says so when it is closed."""

    def answer() -> HttpResponse:
        page = get_object_or_404(_public(), posting_id=posting_id)
        company = page.company.name
        drawn = png(Card(title=page.title, company=company, facts=facts(page), board=settings.BOARD_NAME))
        return HttpResponse(drawn, content_type="image/png")

    return keep(
        request,
        subjects={touched.posting(posting_id)},
        until=keeping.until(at=timezone.now()),
        answer=answer,
    )


def _public() -> JobPageQuerySet:
    return JobPage.objects.live().originals().select_related("company").prefetch_related("locations")
