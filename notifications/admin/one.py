"""One notification: what it says, and what became of each of its messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, override

import django_filters
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, Table
from wagtail.admin.views.generic import IndexView
from wagtail.log_actions import registry

from notifications import addresses, lookups, personal, progress
from notifications.admin import access, decisions, retrying, words
from notifications.admin.listing import posting_titles, title_of
from notifications.models import Delivery, DeliveryAttempt, Notification


class DeliveryFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label="State", choices=Delivery.State.choices)

    class Meta:
        model = Delivery
        fields = ("state",)


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as the page shows it. `answers` are the mail server's, the latest first."""

    delivery: Delivery
    recipient: str
    answers: Sequence[DeliveryAttempt]


class RecipientColumn(Column):
    empty_value_display = "no longer known"


class StateColumn(Column):
    cell_template_name = "notifications/admin/state_cell.html"


class NotificationView(IndexView):
    """`POST` shows the addresses on this page of the list in full, and notes who wished so."""

    model = Delivery
    permission_policy = access.NOTIFICATIONS
    any_permission_required = ["view"]  # noqa: RUF012 - as Wagtail declares it
    header_icon = "mail"
    template_name = "notifications/admin/notification.html"
    filterset_class = DeliveryFilterSet
    paginate_by = 50
    verbose_name_plural = "messages"
    columns = [  # noqa: RUF012 - as Wagtail declares it
        RecipientColumn("recipient", label="Recipient"),
        StateColumn("delivery", label="What became of it"),
    ]
    shows_addresses = False
    notification: Notification

    @override
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.notification = get_object_or_404(Notification, pk=kwargs["pk"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access.demand(request, access.SEE_ADDRESSES)
        self.shows_addresses = True
        return self.get(request, *args, **kwargs)

    @override
    def get_base_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(notification=self.notification).prefetch_related("answers")

    @override
    def order_queryset(self, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.order_by("subscription_id")

    @override
    def get_table(self, object_list: QuerySet[Model]) -> Table:
        deliveries = [each for each in object_list if isinstance(each, Delivery)]
        known = addresses.of(self.notification, [delivery.subscription_id for delivery in deliveries])
        if self.shows_addresses:
            lookups.shown_in_full(access.somebody(self.request), self.notification.pk, addresses=len(known))
        else:
            known = {subscription_id: addresses.shortened(address) for subscription_id, address in known.items()}
        shown = [
            Row(
                delivery,
                known.get(delivery.subscription_id, ""),
                sorted(delivery.answers.all(), key=lambda answer: (answer.at, answer.pk), reverse=True),
            )
            for delivery in deliveries
        ]
        return self.table_class(self.columns, shown, **self.get_table_kwargs())

    @override
    def get_page_title(self) -> str:
        """Wagtail's header has no room for a subject, which stands below."""
        return "Notification"

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        home, *_, here = super().get_breadcrumbs_items()
        return [home, {"url": reverse("notifications_admin:index"), "label": "Notifications"}, here]

    @override
    def get_index_url(self) -> str:
        return reverse("notifications_admin:one", args=[self.notification.pk])

    @override
    def get_index_results_url(self) -> str:
        return reverse("notifications_admin:one_results", args=[self.notification.pk])

    @override
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        notification = self.notification
        news = decisions.pending(notification)
        return context | {
            "notification": notification,
            "title": title_of(notification),
            "posting": posting_titles([notification]).get(notification.posting_id, ""),
            "progress": progress.of([notification])[notification.pk],
            "text": personal.fill_text(notification.text, notification.pk, personal.EXAMPLES),
            "html": personal.fill_html(notification.html, notification.pk, personal.EXAMPLES),
            "shows_addresses": self.shows_addresses,
            "may_see_addresses": access.may(self.request, access.SEE_ADDRESSES),
            "may_retry": access.may(self.request, access.RETRY),
            "may_decide": access.may(self.request, access.DECIDE),
            "pending": news,
            "followers": "" if news is None else words.followers(news.followers),
            "decisions": registry.get_logs_for_instance(notification).select_related("user"),
            **retrying.under_way(notification.pk),
        }
