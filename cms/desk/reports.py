"""Reports on postings, in Wagtail's menu of reports."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any, Final, override

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import page_permission_policy

from adapters import clock
from cms.admin.editor import editor_of
from cms.desk.columns import WIDE, ClosingColumn, FollowersColumn, PostingTable, StandingColumn
from cms.desk.export import PostingSpreadsheet
from cms.desk.listing import visible_postings
from cms.desk.standing import with_standing
from cms.followers import followers_of_each, is_followed
from cms.models import JobPage
from cms.models.job_page import JobPageQuerySet

MAY_READ: Final = ("add", "change", "publish")
LONG_IN_DAYS: Final = 60
MOST_DAYS: Final = 36500


class PostingReport(PostingSpreadsheet, ReportView, ABC):  # type: ignore[misc]  # the stubs do not have Wagtail’s reports
    """Shows what the editor may see in Wagtail's explorer."""

    permission_policy = page_permission_policy
    any_permission_required = MAY_READ
    table_class = PostingTable
    verbose_name_plural = "postings"
    columns: list[BaseColumn] = [  # noqa: RUF012  # as in Wagtail's own views
        TitleColumn("title", label="Title", url_name="wagtailadmin_pages:edit", classname="title"),
        Column("company", label="Company", classname=WIDE),
        StandingColumn("standing", label="State", classname="desk-state"),
        DateColumn("first_published_at", label="First published", classname=WIDE),
        ClosingColumn("closing", label="Closing date", classname="desk-closing"),
        FollowersColumn("followers", label="Followers"),
    ]

    @abstractmethod
    def postings(self, visible: JobPageQuerySet) -> QuerySet[JobPage]:
        """What the report is about, in its order."""

    @override
    def get_base_queryset(self) -> QuerySet[JobPage]:
        postings = self.postings(visible_postings(editor_of(self.request)))
        return with_standing(postings, at=clock.now()).select_related("company")


class UnfollowedView(PostingReport):
    page_title = "Postings nobody follows"
    header_icon = "view"
    index_url_name = "cms_desk:unfollowed"
    index_results_url_name = "cms_desk:unfollowed_results"
    export_filename = "postings-nobody-follows"

    @override
    def postings(self, visible: JobPageQuerySet) -> QuerySet[JobPage]:
        return visible.open(at=clock.now()).filter(~is_followed()).order_by("first_published_at", "pk")


class LongOpenFilterSet(WagtailFilterSet):
    days = django_filters.NumberFilter(
        label="Open for at least so many days", method="open_for", min_value=0, max_value=MOST_DAYS, decimal_places=0
    )

    class Meta:
        model = JobPage
        fields: Final[list[str]] = []

    @override
    def __init__(self, data: QueryDict, *args: Any, **kwargs: Any) -> None:
        data = data.copy()
        data["days"] = data.get("days") or str(LONG_IN_DAYS)
        super().__init__(data, *args, **kwargs)

    def open_for(self, postings: QuerySet[JobPage], _name: str, days: int) -> QuerySet[JobPage]:
        return postings.filter(first_published_at__lte=clock.now() - timedelta(days=int(days)))


class LongOpenView(PostingReport):
    page_title = "Postings open for long"
    header_icon = "time"
    index_url_name = "cms_desk:long_open"
    index_results_url_name = "cms_desk:long_open_results"
    export_filename = "postings-open-for-long"
    filterset_class = LongOpenFilterSet

    @override
    def postings(self, visible: JobPageQuerySet) -> QuerySet[JobPage]:
        return visible.open(at=clock.now()).order_by("first_published_at", "pk")


class FollowersView(PostingReport):
    page_title = "Followers by posting"
    header_icon = "group"
    index_url_name = "cms_desk:followers"
    index_results_url_name = "cms_desk:followers_results"
    export_filename = "followers-by-posting"

    @override
    def postings(self, visible: JobPageQuerySet) -> QuerySet[JobPage]:
        return visible.filter(is_followed()).order_by(followers_of_each().desc(), "pk")


class ReportMenuItem(MenuItem):
    @override
    def is_shown(self, request: HttpRequest) -> bool:
        return page_permission_policy.user_has_any_permission(editor_of(request), MAY_READ)


def menu_item(view: type[PostingReport], *, order: int) -> ReportMenuItem:
    url_name = view.index_url_name
    return ReportMenuItem(view.page_title, reverse(url_name), name=url_name, icon_name=view.header_icon, order=order)
