"""Where mail providers tell of bounces and complaints: django-anymail's addresses for that, and none of those for mail that comes in.

Who has the secret may still send what is no report of that provider: it is refused (400), for it will not be one when it is sent again.
What goes wrong on our side stays an error (500), for providers then try again later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, Final, override

from anymail.exceptions import (  # type: ignore[import-untyped]  # Anymail has neither types nor stubs
    AnymailAPIError,
    AnymailConfigurationError,
)
from anymail.urls import urlpatterns as anymails  # type: ignore[import-untyped]  # as above
from anymail.webhooks.base import AnymailCoreWebhookView  # type: ignore[import-untyped]  # as above
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

logger = logging.getLogger(__name__)

MANDRILL: Final = "mandrill/"
"""Its one address is for both."""
UNREADABLE: Final = (
    AnymailAPIError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Careful(AnymailCoreWebhookView):  # type: ignore[misc]  # as above
    """To be put before a provider's view."""

    @override
    def run_validators(self, request: HttpRequest) -> None:
        try:
            super().run_validators(request)
        except UNREADABLE as error:
            raise SuspiciousOperation("Nobody can tell who sent this.") from error

    @override
    def parse_events(self, request: HttpRequest) -> Sequence[object]:
        try:
            events: Sequence[object] = super().parse_events(request)
        except UNREADABLE as error:
            raise SuspiciousOperation(f"This is no report of {self.esp_name}.") from error
        return events


def _webhook(view_class: type) -> Callable[..., HttpResponseBase]:
    careful: Any = type(view_class.__name__, (Careful, view_class), {})
    view = careful.as_view()

    @wraps(view)
    def webhook(request: HttpRequest) -> HttpResponseBase:
        try:
            response: HttpResponseBase = view(request)
        except AnymailConfigurationError as error:
            logger.warning("A webhook was asked for that lacks a setting: %s", error)
            raise Http404 from error
        return response

    return webhook


def _patterns() -> Iterator[URLPattern]:
    for pattern in anymails:
        route = str(pattern.pattern)
        if route == MANDRILL or route.endswith("/tracking/"):
            yield path(route, _webhook(pattern.callback.view_class), name=pattern.name)


app_name: Final = "anymail"
urlpatterns: Final = list(_patterns())
