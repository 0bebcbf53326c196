"""Which recipients' domains messages do not get to."""

from typing import Any, override

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn
from wagtail.admin.views.reports import ReportView

from notifications.admin import access
from notifications.models import Delivery, DeliveryAttempt, WhyNot
from notifications.status import domain_of, recipient
from notifications.trouble import NOT_DELIVERED


class DomainColumn(Column):
    empty_value_display = "(address no longer known)"


class DomainPaginator(WagtailPaginator):
    verbose_name = "domain"
    verbose_name_plural = "domains"


class FailuresView(ReportView):  # type: ignore[misc]  # not in the stubs
    """Of the messages that are kept one by one."""

    page_title = "Delivery failures by domain"
    template_name = "notifications/admin/report.html"
    results_template_name = "notifications/admin/report_results.html"
    header_icon = "warning"
    permission_policy = access.NOTIFICATIONS
    permission_required = "view"
    index_url_name = "notifications_admin:failures"
    index_results_url_name = "notifications_admin:failures_results"
    default_ordering = "-failed"
    paginator_class = DomainPaginator
    verbose_name_plural = "failures"
    export_filename = "delivery-failures"
    columns = (
        DomainColumn("domain", label="Domain", sort_key="domain"),
        NumberColumn("failed", label="Messages", sort_key="failed"),
        NumberColumn("refused", label="Refused", sort_key="refused"),
        NumberColumn("gave_up", label="Given up", sort_key="gave_up"),
        NumberColumn("came_back", label="Came back", sort_key="came_back"),
        DateColumn("latest", label="Latest", sort_key="latest"),
    )
    list_export = ("domain", "failed", "refused", "gave_up", "came_back", "latest")
    export_headings = {column.name: str(column.label) for column in columns}  # noqa: RUF012 - as Wagtail declares it

    @override
    def get_base_queryset(self) -> QuerySet[Delivery, Any]:
        """A row for each domain."""
        answers = DeliveryAttempt.objects.filter(NOT_DELIVERED)
        bounces = DeliveryAttempt.objects.filter(delivery=OuterRef("pk"), outcome=DeliveryAttempt.Outcome.BOUNCED)
        failed = Q(state=Delivery.State.FAILED)
        return (
            Delivery.objects.filter(pk__in=answers.values("delivery"))
            .annotate(to=recipient(), has_come_back=Exists(bounces))
            .annotate(domain=domain_of("to"))
            .values("domain")
            .annotate(
                failed=Count("pk"),
                refused=Count("pk", filter=failed & Q(reason=WhyNot.REFUSED)),
                gave_up=Count("pk", filter=failed & Q(reason=WhyNot.GAVE_UP)),
                came_back=Count("pk", filter=Q(has_come_back=True)),
                latest=Max("finished_at"),
            )
        )

    @override
    def order_queryset(self, queryset: QuerySet[Delivery, Any]) -> QuerySet[Delivery, Any]:
        return queryset.order_by(self.ordering, F("domain"))
