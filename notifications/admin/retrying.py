"""Having sent again what failed. The worker does it; the screens say how far it is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, override
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views import View
from wagtail.admin import messages
from wagtail.log_actions import log

from notifications import resending
from notifications.admin import access, words
from notifications.models import Notification, Resending

ALL: Final = "All that failed"
"""What the history calls it in place of a notification."""


class _Guarded(View):
    http_method_names = ("post", "options")

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.demand(request, access.VIEW, access.RETRY)
        return super().dispatch(request, *args, **kwargs)


class RetryAllView(_Guarded):
    def post(self, request: HttpRequest) -> HttpResponse:
        _ask(request)
        return redirect("notifications_admin:index")


class RetryView(_Guarded):
    """Of one notification."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        notification = get_object_or_404(Notification, pk=pk)
        _ask(request, notification)
        return redirect("notifications_admin:one", notification.pk)


def under_way(notification_id: UUID = Resending.EVERYTHING) -> Mapping[str, object]:
    """For a template: what became of the last wish to send again, of one notification or of all."""
    wish = resending.latest(notification_id)
    return {
        "resending": wish,
        "is_under_way": wish is not None and wish.finished_at is None,
        "account": [] if wish is None else _account(wish),
    }


def _account(wish: Resending) -> Sequence[str]:
    parts = (
        (wish.again, "put back to be sent again"),
        (wish.suppressed, "left: mail to the address is suppressed"),
        (wish.unknown, "left: the address is no longer known"),
    )
    said = [f"{words.messages(number)} {what}." for number, what in parts if number]
    return said or ([] if wish.finished_at is None else ["There was nothing to send again."])


@transaction.atomic
def _ask(request: HttpRequest, notification: Notification | None = None) -> None:
    """Of one notification or of all. Noted is who asked first; asking again while it is under way changes nothing."""
    scope = Resending.EVERYTHING if notification is None else notification.pk
    if resending.ask(scope):
        about = notification or Resending(pk=scope)
        title = ALL if notification is None else str(notification)
        log(instance=about, action="notifications.send_again", user=access.somebody(request), title=title)
        messages.success(request, "What failed will be sent again. It is under way.")
    else:
        messages.warning(request, "It is under way already: what failed will be sent again.")
