"""The root of the site."""

from __future__ import annotations

from typing import Any, ClassVar, override

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from wagtail.models import Page


class HomePage(Page):
    """Shows nothing itself: it leads to the board."""

    max_count = 1
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["cms.JobIndexPage"]
    private_page_options: ClassVar[list[str]] = []
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    @override
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from cms.models.job_index_page import JobIndexPage

        board = JobIndexPage.objects.descendant_of(self).live().order_by("path").first()
        if board is None:
            raise Http404("There is no board yet.")
        return HttpResponseRedirect(board.get_url(request) or "/")
