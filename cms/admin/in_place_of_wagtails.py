"""Views that take the place of Wagtail's.

Redirects are entered, not imported: Wagtail's import unpacks a workbook of any size in memory, and leaves the file behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import override

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import display_custom_404
from wagtail.admin.widgets.button import Button
from wagtail.contrib.redirects.views import IndexView
from wagtail.utils.urlpatterns import decorate_urlpatterns


class RedirectsView(IndexView):
    """Wagtail's, without the button for the import."""

    @cached_property
    @override
    def header_more_buttons(self) -> list[Button]:  # type: ignore[override]  # stub gap: it is a cached property in Wagtail
        importing = reverse("wagtailredirects:start_import")
        buttons: list[Button] = super().header_more_buttons
        return [button for button in buttons if button.url != importing]


def not_there(_request: HttpRequest) -> HttpResponseBase:
    raise Http404


urlpatterns: Sequence[URLPattern | URLResolver] = [
    path("redirects/", RedirectsView.as_view()),
    path("redirects/import/", not_there),
    path("redirects/import/process/", not_there),
]
for decorator in (require_admin_access, display_custom_404, never_cache):
    urlpatterns = decorate_urlpatterns(urlpatterns, decorator)
