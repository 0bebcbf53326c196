"""The root of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, override

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from wagtail.models import Page

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ALWAYS_PUBLIC: Final[list[str]] = []
"""Choices of privacy that the pages of the board offer: none, for a posting is public or it is not there."""


class HomePage(Page):
    """Shows nothing itself: it leads to the board."""

    max_count = 1
    parent_page_types = ("wagtailcore.Page",)
    subpage_types = ("cms.JobIndexPage",)
    private_page_options = ALWAYS_PUBLIC

    @property
    @override
    def preview_modes(self) -> list[tuple[str, _StrPromise]]:
        """There is nothing to see."""
        return []

    @override
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from cms.models.job_index_page import JobIndexPage

        board = JobIndexPage.first_live()
        if board is None:
            raise Http404("There is no board yet.")
        return HttpResponseRedirect(board.get_url(request) or "/")
