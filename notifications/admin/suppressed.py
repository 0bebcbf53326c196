"""Addresses that get no mail: how many and why, and whether one of them is among them. The addresses themselves are not known."""

from http import HTTPStatus
from typing import Any, override

import django_filters
from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from adapters import blocking, clock
from jobs_domain.email_address import EmailAddress
from notifications import lookups, suppression
from notifications.admin import access
from notifications.admin.persons import PersonForm
from notifications.models import Suppression


class SuppressedFilterSet(WagtailFilterSet):
    reason = django_filters.MultipleChoiceFilter(
        label="Why", choices=Suppression.Reason.choices, widget=forms.CheckboxSelectMultiple
    )
    since = django_filters.DateFromToRangeFilter(label="Since", widget=DateRangePickerWidget)

    class Meta:
        model = Suppression
        fields = ("reason", "since")


class SuppressedPaginator(WagtailPaginator):
    verbose_name = "address"
    verbose_name_plural = "addresses"


class SuppressedView(ReportView):  # type: ignore[misc]  # not in the stubs
    page_title = "Blocked addresses"
    template_name = "notifications/admin/report.html"
    results_template_name = "notifications/admin/report_results.html"
    header_icon = "no-view"
    permission_policy = access.SUPPRESSED
    permission_required = "view"
    index_url_name = "notifications_admin:suppressed"
    index_results_url_name = "notifications_admin:suppressed_results"
    filterset_class = SuppressedFilterSet
    default_ordering = "-since"
    paginator_class = SuppressedPaginator
    verbose_name_plural = "addresses that get no mail"
    export_filename = "blocked-addresses"
    columns = (
        DateColumn("since", label="Since", sort_key="since"),
        Column("get_reason_display", label="Why", sort_key="reason"),
        Column("detail", label="What was said"),
        Column("address_hash", label="Address (hash)", accessor=lambda entry: entry.address_hash[:12]),
    )
    list_export = ("since", "get_reason_display", "detail", "address_hash")
    export_headings = {column.name: str(column.label) for column in columns}  # noqa: RUF012 - as Wagtail declares it

    @override
    def get_base_queryset(self) -> QuerySet[Suppression]:
        return Suppression.objects.all()

    @override
    def order_queryset(self, queryset: QuerySet[Suppression]) -> QuerySet[Suppression]:
        return queryset.order_by(self.ordering, "pk")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        one = reverse("notifications_admin:suppressed_one")
        return [HeaderButton("Look up", url=one, icon_name="search")]


class SuppressedOneView(WagtailAdminTemplateMixin, FormView[PersonForm]):
    """Looks an address up, and blocks or unblocks it. By `POST`, so that no address gets into a log; each look-up is noted."""

    form_class = PersonForm
    template_name = "notifications/admin/suppressed_one.html"
    page_title = "Look up, block or unblock"
    header_icon = "no-view"

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.demand(request, access.VIEW_SUPPRESSED)
        return super().dispatch(request, *args, **kwargs)

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notifications_admin:suppressed"), "label": "Blocked addresses"},
            {"url": "", "label": self.page_title},
        ]

    @override
    def form_valid(self, form: PersonForm) -> HttpResponse:
        address: EmailAddress = form.cleaned_data["address"]
        if "block" in self.request.POST:
            self._block(address)
        elif "release" in self.request.POST:
            self._release(address)
        entry = suppression.find(address.key)
        lookups.searched(access.somebody(self.request), address.key, found=0 if entry is None else 1)
        context = self.get_context_data(
            form=form,
            address=address.value,
            entry=entry,
            blocked=sorted(blocking.blocked_above(address.domain)),
            may_block=access.may(self.request, access.BLOCK),
            may_release=access.may(self.request, access.RELEASE),
        )
        return self.render_to_response(context)

    @override
    def form_invalid(self, form: PersonForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=HTTPStatus.BAD_REQUEST)

    @transaction.atomic
    def _block(self, address: EmailAddress) -> None:
        access.demand(self.request, access.BLOCK)
        if suppression.find(address.key) is None:
            suppression.suppress(address.key, Suppression.Reason.BY_HAND, "", clock.now())
            self._log("notifications.block_address", suppression.find(address.key))
        messages.success(self.request, "Nothing is sent to the address any more.")

    @transaction.atomic
    def _release(self, address: EmailAddress) -> None:
        access.demand(self.request, access.RELEASE)
        entry = suppression.find(address.key)
        if suppression.release(address.key):
            self._log("notifications.release_address", entry)
        messages.success(self.request, "The address is written to again.")

    def _log(self, action: str, entry: Suppression | None) -> None:
        """Without the address."""
        if entry is not None:
            who, what = access.somebody(self.request), {"hash": entry.address_hash[:12], "reason": entry.reason}
            log(instance=entry, action=action, user=who, title=f"Address {entry.address_hash[:12]}", data=what)
