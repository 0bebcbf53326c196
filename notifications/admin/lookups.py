"""Who looked up followers' addresses."""

from typing import override

from django.db.models import QuerySet
from django.urls import reverse
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from notifications.admin import access
from notifications.models import AddressLookup


def _beginning(lookup: AddressLookup) -> str:
    return str(lookup.notification_id or "")[:8]


def _of_notification(lookup: AddressLookup) -> str | None:
    known = lookup.notification_id
    return None if known is None else reverse("notifications_admin:one", args=[known])


class LinkColumn(TitleColumn):
    empty_value_display = ""


class LookupsView(ReportView):  # type: ignore[misc]  # not in the stubs
    page_title = "Look-ups of addresses"
    template_name = "notifications/admin/report.html"
    results_template_name = "notifications/admin/report_results.html"
    header_icon = "key"
    permission_policy = access.LOOKUPS
    permission_required = "view"
    index_url_name = "notifications_admin:lookups"
    index_results_url_name = "notifications_admin:lookups_results"
    default_ordering = "-at"
    verbose_name_plural = "look-ups"
    export_filename = "address-look-ups"
    columns = (
        DateColumn("at", label="When", sort_key="at"),
        Column("username", label="Who", sort_key="username"),
        Column("get_purpose_display", label="What"),
        NumberColumn("addresses", label="Found or shown", sort_key="addresses"),
        LinkColumn("notification_id", label="Notification", accessor=_beginning, get_url=_of_notification),
        Column("address_hash", label="Address (hash)", accessor=lambda lookup: lookup.address_hash[:12]),
    )
    list_export = ("at", "username", "get_purpose_display", "addresses", "notification_id", "address_hash")
    export_headings = {column.name: str(column.label) for column in columns}  # noqa: RUF012 - as Wagtail declares it

    @override
    def get_base_queryset(self) -> QuerySet[AddressLookup]:
        return AddressLookup.objects.all()

    @override
    def order_queryset(self, queryset: QuerySet[AddressLookup]) -> QuerySet[AddressLookup]:
        return queryset.order_by(self.ordering, "-pk")
