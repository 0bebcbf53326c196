"""A list of earlier postings, one of which a new one is made from."""

from __future__ import annotations

from typing import Any, Final, override

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.generic import ListView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.models import JobIndexPage, JobPage
from cms.models.job_page import JobPageQuerySet

POSTINGS_PER_PAGE: Final = 20


class ChooseEarlierView(WagtailAdminTemplateMixin, ListView[JobPage]):
    """The newest first. Each leads to Wagtail's own screen for a copy, on which nothing is published unless that is ticked."""

    template_name = "cms/editor/choose_earlier.html"
    page_title = "Copy an earlier posting"
    header_icon = "copy"
    paginate_by = POSTINGS_PER_PAGE
    context_object_name = "postings"
    board: JobIndexPage

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.board = get_object_or_404(JobIndexPage, pk=kwargs["parent_pk"])
        if not request.user.is_authenticated or not self.board.permissions_for_user(request.user).can_add_subpage():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @override
    def get_queryset(self) -> JobPageQuerySet:
        postings = JobPage.objects.child_of(self.board).originals().select_related("company")
        wanted = self.request.GET.get("q", "").strip()
        if wanted:
            postings = postings.filter(Q(title__icontains=wanted) | Q(company__name__icontains=wanted))
        return postings.order_by("-latest_revision_created_at", "-pk")

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"q": self.request.GET.get("q", ""), "board": self.board}
