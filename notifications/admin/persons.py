"""“Was this person told?”: a search by address."""

from http import HTTPStatus
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.generic import FormView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from adapters import blocking
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress
from notifications import lookups, persons, suppression
from notifications.admin import access


class PersonForm(forms.Form):
    address = forms.CharField(
        label="Address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="It is noted that you looked it up.",
    )

    def clean_address(self) -> EmailAddress:
        try:
            return EmailAddress(self.cleaned_data["address"])
        except InvalidEmailAddress as error:
            raise ValidationError(str(error)) from error


class PersonView(WagtailAdminTemplateMixin, FormView[PersonForm]):
    """The search is a `POST`, so that no address gets into the logs of a server or a browser. Each is noted."""

    form_class = PersonForm
    template_name = "notifications/admin/person.html"
    page_title = "Was this person told?"
    header_icon = "search"

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.demand(request, access.VIEW, access.SEE_ADDRESSES)
        return super().dispatch(request, *args, **kwargs)

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notifications_admin:index"), "label": "Notifications"},
            {"url": "", "label": self.page_title},
        ]

    @override
    def form_valid(self, form: PersonForm) -> HttpResponse:
        address: EmailAddress = form.cleaned_data["address"]
        found = persons.subscriptions_of(address)
        lookups.searched(access.somebody(self.request), address.key, found=len(found))
        context = self.get_context_data(
            form=form,
            address=address.value,
            found=found,
            suppressed=suppression.find(address.key),
            blocked=sorted(blocking.blocked_above(address.domain)),
        )
        return self.render_to_response(context)

    @override
    def form_invalid(self, form: PersonForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=HTTPStatus.BAD_REQUEST)
