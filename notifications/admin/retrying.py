"""Having sent again what failed."""

from typing import Any, override
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views import View
from wagtail.admin import messages

from notifications import retrying
from notifications.admin import access
from notifications.models import Notification
from notifications.retrying import Retried


class _Guarded(View):
    http_method_names = ("post", "options")

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.demand(request, access.VIEW, access.RETRY)
        return super().dispatch(request, *args, **kwargs)


class RetryAllView(_Guarded):
    def post(self, request: HttpRequest) -> HttpResponse:
        _say(request, retrying.retry_failed())
        return redirect("notifications_admin:index")


class RetryView(_Guarded):
    """Of one notification."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        notification = get_object_or_404(Notification, pk=pk)
        _say(request, retrying.retry_failed(notification_id=notification.pk))
        return redirect("notifications_admin:one", notification.pk)


def _say(request: HttpRequest, retried: Retried) -> None:
    if retried.again:
        messages.success(request, f"{_messages(retried.again)} will be sent again.")
    if retried.suppressed:
        messages.warning(request, f"{_messages(retried.suppressed)} will not: mail to the address is suppressed.")
    if retried.unknown:
        messages.warning(request, f"{_messages(retried.unknown)} will not: the address is no longer known.")
    if not (retried.again or retried.suppressed or retried.unknown):
        messages.warning(request, "There is nothing to send again.")


def _messages(number: int) -> str:
    return f"{number:,} message" if number == 1 else f"{number:,} messages"
