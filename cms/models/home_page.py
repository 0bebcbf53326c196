"""The root of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, override

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class AlwaysPublic:
    """A page that everybody may read: a posting is public or it is not there.

    So no choice of privacy is offered, and none is looked for.
    """

    private_page_options: ClassVar[list[str]] = []

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        return PageViewRestriction.objects.none()


class HomePage(AlwaysPublic, Page):
    """Shows nothing itself: it leads to the board."""

    max_count = 1
    parent_page_types = ("wagtailcore.Page",)
    subpage_types = ("cms.JobIndexPage",)

    @property
    @override
    def preview_modes(self) -> list[tuple[str, _StrPromise]]:
        """There is nothing to see."""
        return []

    @override
    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """A posting is found at once, in place of page by page from the top: that took more than all that is done on it."""
        from cms.models.job_page import JobPage

        if len(path_components) > 1:
            board, posting, *below = path_components
            here = JobPage.objects.filter(slug=posting, url_path=f"{self.url_path}{board}/{posting}/").first()
            if here is not None:
                return here.route(request, below)
        return super().route(request, path_components)

    @override
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from cms.models.job_index_page import JobIndexPage

        board = JobIndexPage.first_live()
        if board is None:
            raise Http404("There is no board yet.")
        return HttpResponseRedirect(board.get_url(request) or "/")
