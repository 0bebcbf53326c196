"""Every notification, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, override
from uuid import UUID

import django_filters
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, Table, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button

from adapters.models import PostingRecord
from notifications import progress, trouble
from notifications.admin import access, retrying, words
from notifications.models import Audience, Kind, Notification
from notifications.progress import Progress, Stage

FAILED: Final = "FAILED"
TROUBLE: Final = "TROUBLE"


class NotificationFilterSet(WagtailFilterSet):
    audience = django_filters.ChoiceFilter(label="To", choices=Audience.choices)
    kind = django_filters.MultipleChoiceFilter(label="What", choices=Kind.choices)
    state = django_filters.ChoiceFilter(
        label="State",
        choices=[
            *((stage.name, stage.value) for stage in Stage),
            (FAILED, "with messages that failed"),
            (TROUBLE, "with messages in trouble now"),
        ],
        method="with_state",
    )
    created_at = django_filters.DateFromToRangeFilter(label="Date", widget=DateRangePickerWidget)

    class Meta:
        model = Notification
        fields = ("audience", "kind", "state", "created_at")

    def with_state(self, queryset: QuerySet[Notification], _name: str, value: str) -> QuerySet[Notification]:
        if value == TROUBLE:
            return trouble.among(queryset)
        return progress.with_failures(queryset) if value == FAILED else progress.at(Stage[value], queryset)


@dataclass(frozen=True, slots=True)
class Row:
    """A notification as the list shows it."""

    notification: Notification
    posting: str
    progress: Progress

    @property
    def pk(self) -> UUID:
        return self.notification.pk

    @property
    def title(self) -> str:
        return title_of(self.notification)


class MessageColumn(TitleColumn):
    cell_template_name = "notifications/admin/message_cell.html"


class ProgressColumn(Column):
    cell_template_name = "notifications/admin/progress_cell.html"


class WhenColumn(Column):
    cell_template_name = "notifications/admin/when_cell.html"


class NotificationsView(IndexView):
    model = Notification
    permission_policy = access.NOTIFICATIONS
    any_permission_required = ["view"]  # noqa: RUF012 - as Wagtail declares it
    page_title = "Notifications"
    header_icon = "mail"
    template_name = "notifications/admin/index.html"
    index_url_name = "notifications_admin:index"
    index_results_url_name = "notifications_admin:index_results"
    filterset_class = NotificationFilterSet
    search_fields = ("subject",)
    paginate_by = 20
    columns = [  # noqa: RUF012 - as Wagtail declares it
        MessageColumn("title", label="Message", url_name="notifications_admin:one"),
        WhenColumn("notification", label="When", sort_key="created_at"),
        ProgressColumn("progress", label="Progress"),
    ]

    @override
    def get_base_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.defer("text", "html")

    @override
    def order_queryset(self, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.order_by(self.ordering or "-created_at", "-pk")

    @override
    def get_table(self, object_list: QuerySet[Model]) -> Table:
        shown = rows([each for each in object_list if isinstance(each, Notification)])
        return self.table_class(self.columns, shown, **self.get_table_kwargs())

    @cached_property
    @override
    def header_more_buttons(self) -> list[Button]:  # type: ignore[override]  # stub gap: it is a cached property in Wagtail
        """Not beside the title, which has no room for it on a narrow screen."""
        search = Button("Was this person told?", url=reverse("notifications_admin:person"), icon_name="search")
        return [*super().header_more_buttons, *([search] if access.may(self.request, access.SEE_ADDRESSES) else [])]

    @override
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        if self.results_only:
            return context
        undelivered = trouble.undelivered()
        return context | {
            "undelivered": words.messages(undelivered) if undelivered else "",
            "may_retry": access.may(self.request, access.RETRY),
            **retrying.under_way(),
        }


def rows(notifications: Sequence[Notification]) -> list[Row]:
    far = progress.of(notifications)
    titles = posting_titles(notifications)
    return [Row(each, titles.get(each.posting_id, ""), far[each.pk]) for each in notifications]


def posting_titles(notifications: Sequence[Notification]) -> Mapping[UUID | None, str]:
    wanted = {each.posting_id for each in notifications if each.posting_id is not None}
    return dict(PostingRecord.objects.filter(pk__in=wanted).values_list("posting_id", "title"))


def title_of(notification: Notification) -> str:
    """Its subject, or why there is none."""
    if notification.subject:
        return notification.subject
    return "Told nobody" if notification.withheld else "(no longer kept)"
