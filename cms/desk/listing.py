"""All postings as one list, and the board in Wagtail's page explorer with the same state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, override

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.functions import Cast, Coalesce, Lower
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.models import Page, WorkflowState
from wagtail.permissions import page_permission_policy

from adapters import clock
from cms.admin.editor import editor_of
from cms.desk.columns import MEDIUM, WIDE, ClosingColumn, FollowersColumn, PostingTable, StandingColumn, ToldColumn
from cms.desk.export import PostingSpreadsheet
from cms.desk.filters import PostingFilterSet
from cms.desk.standing import by_rank, with_standing
from cms.followers import followers_of_each
from cms.models import JobPage
from cms.models.job_page import JobPageQuerySet

type SortKey = F | Lower | Case | Coalesce

LATEST_FIRST: Final = "-latest_revision_created_at"
ANY_RIGHT: Final = frozenset({"add", "change", "publish", "lock", "unlock", "bulk_delete"})
"""What lets an editor see a page in Wagtail's explorer."""
MOST_WORDS: Final = 10
"""Of a search: databases bear no query of any length."""


def visible_pages(user: AbstractBaseUser) -> QuerySet[Page]:
    """Those that the editor has a right to. Wagtail's explorer shows the pages above them, too, of which none is a posting."""
    return page_permission_policy.instances_user_has_any_permission_for(user, ANY_RIGHT).order_by()


def visible_postings(user: AbstractBaseUser) -> JobPageQuerySet:
    """Those that the editor may see in Wagtail's explorer; aliases are further addresses of a posting, not postings."""
    return JobPage.objects.originals().filter(pk__in=visible_pages(user).values("pk"))


def for_listing(postings: JobPageQuerySet) -> QuerySet[JobPage]:
    """With all that a row shows and that its buttons ask for, but for what `PostingTable` reads for the whole page."""
    listed = postings.select_related("company").annotate_site_root_state().annotate_approved_schedule()
    moderated = _moderation().filter(object_id=Cast(OuterRef("pk"), output_field=CharField()))
    return with_standing(listed, at=clock.now()).annotate(in_moderation=Exists(moderated))


def read_moderation(pages: Sequence[JobPage]) -> None:
    """For rows and their buttons; where nothing waits for moderation nothing is asked."""
    waits = any(getattr(page, "in_moderation", False) for page in pages)
    moderation = _moderation().select_related("current_task_state__task") if waits else WorkflowState.objects.none()
    wagtails_own = Prefetch("_specific_workflow_states", queryset=moderation, to_attr="_current_workflow_states")
    prefetch_related_objects(pages, wagtails_own)


def _moderation() -> QuerySet[WorkflowState]:
    return WorkflowState.objects.active().filter(content_type=ContentType.objects.get_for_model(JobPage))


class PostingsView(PostingSpreadsheet, IndexView):  # type: ignore[misc]  # stub gap: the bases of Wagtail’s view contradict each other
    """Every posting that the editor may see, whatever board it is on."""

    model = JobPage
    page_title = "Jobs"
    template_name = "cms/desk/postings.html"
    table_class = PostingTable
    default_ordering = LATEST_FIRST
    export_filename = "jobs"
    base_columns: list[BaseColumn] = [  # noqa: RUF012  # as in Wagtail's own views
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label="Title", sort_key="title", classname="title"),
        Column("company", label="Company", sort_key="company", classname=WIDE),
        StandingColumn("standing", label="State", classname="desk-state", sort_key="standing"),
        ClosingColumn("closing", label="Closing date", classname="desk-closing", sort_key="closing"),
        FollowersColumn("followers", label="Followers", sort_key="followers", classname=MEDIUM),
        ToldColumn("last_told", label="Last change told", classname=WIDE),
        DateColumn(
            "latest_revision_created_at", label="Updated", sort_key="latest_revision_created_at", classname=WIDE
        ),
    ]

    @override
    def get_base_queryset(self) -> QuerySet[JobPage]:
        return for_listing(visible_postings(editor_of(self.request)))

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.is_export:
            read_moderation(list(context["object_list"]))
        # nothing on a board can be made private: there is no need to look for restrictions
        vars(self.request)["all_page_view_restriction_paths"] = ()
        return context

    @override
    def get_ordering(self) -> str:
        wanted = self.request.GET.get("ordering", "")
        return wanted if wanted in self.get_valid_orderings() else LATEST_FIRST

    @override
    def order_queryset[M: Model](self, queryset: QuerySet[M]) -> QuerySet[M]:
        """Postings without a value come last, whichever way the list is sorted."""
        ordering = self.get_ordering()
        key = _sort_keys()[ordering.removeprefix("-")]
        if ordering.startswith("-"):
            return queryset.order_by(key.desc(nulls_last=True), "-pk")
        return queryset.order_by(key.asc(nulls_last=True), "-pk")

    @override
    def search_queryset[M: Model](self, queryset: QuerySet[M]) -> QuerySet[M]:
        """Each word must be part of the title, the company's name or the number in another system.

        The search index knows nothing of followers and states, by which the result can still be narrowed and sorted.
        """
        for word in self.search_query.split()[:MOST_WORDS]:
            queryset = queryset.filter(
                Q(title__icontains=word)
                | Q(draft_title__icontains=word)
                | Q(company__name__icontains=word)
                | Q(identifier__icontains=word)
            )
        return queryset


class PostingsMenuItem(MenuItem):
    @override
    def is_shown(self, request: HttpRequest) -> bool:
        return page_permission_policy.user_has_any_permission(editor_of(request), PostingsView.any_permission_required)


class PostingsViewSet(PageListingViewSet):
    model = JobPage
    index_view_class = PostingsView
    filterset_class = PostingFilterSet  # type: ignore[assignment]  # stub gap: any filters of pages will do
    menu_item_class = PostingsMenuItem
    icon = "clipboard-list"
    menu_label = "Jobs"
    menu_name = "jobs"
    menu_order = 200
    add_to_admin_menu = True
    url_prefix = "jobs"


EXPLORED: Final[list[BaseColumn]] = [
    BulkActionsColumn("bulk_actions"),
    PageTitleColumn("title", label="Title", sort_key="title", classname="title"),
    ClosingColumn("closing", label="Closing date", classname="desk-closing"),
    DateColumn("latest_revision_created_at", label="Updated", sort_key="latest_revision_created_at", classname=WIDE),
    StandingColumn("standing", label="State", classname="desk-state"),
]
"""Wagtail calls a posting live that has long been closed: its lists of postings show the state instead."""


class BoardView(ExplorableIndexView):
    base_columns = EXPLORED
    table_class = PostingTable

    @override
    def annotate_queryset(self, pages: QuerySet[Page]) -> QuerySet[Page]:
        return with_standing(super().annotate_queryset(pages), at=clock.now())


class PostingsByTypeView(ContentTypeUseView):
    base_columns = EXPLORED
    table_class = PostingTable

    @override
    def annotate_queryset(self, pages: QuerySet[Page]) -> QuerySet[Page]:
        return with_standing(super().annotate_queryset(pages), at=clock.now())


class BoardViewSet(PageViewSet):
    model = JobPage
    index_view_class = BoardView
    content_type_use_view_class = PostingsByTypeView


def _sort_keys() -> Mapping[str, SortKey]:
    return {
        "title": Lower("title"),
        "company": Lower("company__name"),
        "standing": by_rank(),
        "closing": F("valid_through"),
        "followers": followers_of_each(),
        "latest_revision_created_at": F("latest_revision_created_at"),
    }


postings_viewset = PostingsViewSet("jobs")
board_viewset = BoardViewSet()
