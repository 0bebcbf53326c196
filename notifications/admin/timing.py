"""The setting of when followers are told."""

from typing import Any, override

from django.urls import reverse
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views.generic import EditView

from notifications import timing
from notifications.admin import access
from notifications.models import Timing


class TimingForm(WagtailAdminModelForm):
    class Meta:
        model = Timing
        fields = ("minutes_until_told",)

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes_until_told"].help_text = (
            "News of a posting waits so long before its followers get it. What changes meanwhile joins it in one mail, and an "
            f"editor can still tell nobody. From 0 (at once) to {Timing.MOST} (a day). "
            f"Empty: as the operator has set it, at present {_in_words()}."
        )


class TimingView(EditView):
    model = Timing
    form_class = TimingForm
    permission_policy = access.TIMING
    header_icon = "mail"
    success_message = "The setting is saved. It holds for what changes from now on."
    error_message = "The setting could not be saved due to errors."

    @override
    def get_object(self, queryset: object = None) -> Timing:
        if self.request.method == "POST":
            return Timing.objects.get_or_create(pk=Timing.THE_ONE)[0]
        return Timing.objects.filter(pk=Timing.THE_ONE).first() or Timing()

    @override
    def get_page_subtitle(self) -> str:
        return "Mails"

    @override
    def get_edit_url(self) -> str:
        return reverse("notifications_admin:timing")

    @override
    def get_success_url(self) -> str:
        return self.get_edit_url()

    @override
    def get_success_buttons(self) -> list[tuple[str, str, bool]]:
        return []


def _in_words() -> str:
    seconds = round(timing.operators_choice().total_seconds())
    minutes, rest = divmod(seconds, 60)
    if rest:
        return f"{seconds} seconds"
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
