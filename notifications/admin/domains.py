"""The domains that the board writes to nobody at."""

from typing import override

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, IndexView
from wagtail.admin.widgets.button import Button

from adapters.models import BlockedDomain
from jobs_domain.email_address import InvalidEmailAddress, ascii_domain
from notifications.admin import access


class DomainForm(WagtailAdminModelForm):
    class Meta:
        model = BlockedDomain
        fields = ("domain", "note")
        help_texts = {  # noqa: RUF012 - as Django declares it
            "domain": "What stands after the @, such as spam.example. All domains below it are blocked, too."
        }

    def clean_domain(self) -> str:
        try:
            return ascii_domain(self.cleaned_data["domain"])
        except InvalidEmailAddress as error:
            raise ValidationError(str(error)) from error


class DomainsView(IndexView):
    model = BlockedDomain
    permission_policy = access.DOMAINS
    page_title = "Blocked domains"
    header_icon = "no-view"
    template_name = "notifications/admin/domains.html"
    index_url_name = "notifications_admin:domains"
    index_results_url_name = "notifications_admin:domains_results"
    add_url_name = "notifications_admin:block_domain"
    delete_url_name = "notifications_admin:release_domain"
    add_item_label = "Block"
    search_fields = ("domain", "note")
    default_ordering = "domain"
    paginate_by = 50
    columns = [  # noqa: RUF012 - as Wagtail declares it
        TitleColumn("domain", label="Domain", sort_key="domain", url_name="notifications_admin:release_domain"),
        Column("note", label="Why"),
        DateColumn("blocked_at", label="Since", sort_key="blocked_at"),
    ]

    @cached_property
    @override
    def header_more_buttons(self) -> list[Button]:  # type: ignore[override]  # stub gap: it is a cached property in Wagtail
        addresses = Button("Blocked addresses", url=reverse("notifications_admin:suppressed"), icon_name="no-view")
        return [
            *super().header_more_buttons,
            *([addresses] if access.may(self.request, access.VIEW_SUPPRESSED) else []),
        ]


class BlockDomainView(CreateView):
    model = BlockedDomain
    form_class = DomainForm
    permission_policy = access.DOMAINS
    page_title = "Block a domain"
    header_icon = "no-view"
    index_url_name = "notifications_admin:domains"
    add_url_name = "notifications_admin:block_domain"
    submit_button_label = "Block"
    success_message = "Nobody at %(object)s is written to any more."

    @override
    def get_success_buttons(self) -> list[tuple[str, str, bool]]:
        return []


class ReleaseDomainView(DeleteView):
    model = BlockedDomain
    permission_policy = access.DOMAINS
    page_title = "Unblock"
    template_name = "notifications/admin/release_domain.html"
    header_icon = "no-view"
    index_url_name = "notifications_admin:domains"
    delete_url_name = "notifications_admin:release_domain"
    success_message = "%(object)s is no longer blocked."

    @property
    @override
    def confirmation_message(self) -> str:
        return f"People at {self.object} can follow again, and those who follow are written to again. What they missed is not sent."
