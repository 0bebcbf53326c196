"""What every answer tells browsers not to do with it, error pages and files included. Probes say the same by themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, override
from urllib.parse import urlsplit

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from adapters.web import open_to_all
from config.admin_path import is_of_the_admin

FEATURES: Final = "Permissions-Policy"
XML: Final = frozenset({"application/atom+xml", "application/rss+xml", "application/xml"})
"""Of what browsers show in their own way; not what they show as a page, such as XHTML."""
ENDINGS_OF_XML: Final = (".atom", ".rss", ".xml")
READERS: Final = "Cross-Origin-Resource-Policy"


class Policy(CSPMiddleware):
    """One Content Security Policy for the public pages, one for Wagtail's admin. What a view has set itself stays.

    Neither has a nonce, so that a page that is kept can be given to many. Stands before all that may answer.
    """

    @override
    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if parts.config is None and not report_only:
            parts.config = _directives(request, response)
        return parts


class OtherHeaders:
    """`Permissions-Policy`, and who may embed what; Django's own middleware sets those that are left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(FEATURES, settings.PERMISSIONS_POLICY)
        if response.status_code != 304:
            # that of an answer that the browser has already holds on
            response.headers.setdefault(READERS, "cross-origin" if _is_for_other_sites(response) else "same-origin")
        return response


def _directives(request: HttpRequest, response: HttpResponseBase) -> dict[str, list[str]]:
    if _is_xml(request, response):
        return dict(settings.XML_POLICY)
    if "Content-Disposition" in response.headers and _is_a_document(request):
        return dict(settings.DOCUMENT_POLICY)
    directives = dict(settings.ADMIN_POLICY if is_of_the_admin(request.path_info) else settings.PUBLIC_POLICY)
    directives["img-src"] = [*directives["img-src"], *_uploads_elsewhere()]
    if getattr(request, "is_dummy", False):
        # Wagtail shows a preview in a frame of its editor
        directives["frame-ancestors"] = [SELF]
    return directives


def _is_xml(request: HttpRequest, response: HttpResponseBase) -> bool:
    if response.status_code == 304:
        # has no type: it is an answer that the browser has already
        return request.path_info.endswith(ENDINGS_OF_XML)
    return response.headers.get("Content-Type", "").partition(";")[0] in XML


def _is_a_document(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "wagtaildocs_serve"


def _is_for_other_sites(response: HttpResponseBase) -> bool:
    """Feeds and the API; pictures, which other sites and mails show."""
    is_picture = response.headers.get("Content-Type", "").startswith("image/")
    return is_picture or f"{open_to_all.PREFIX}Allow-Origin" in response.headers


@cache
def _uploads_elsewhere() -> tuple[str, ...]:
    """The origin of what editors upload, if that is not the board's own."""
    address = urlsplit(default_storage.url("a"))
    return (f"{address.scheme}://{address.netloc}",) if address.netloc else ()
