"""The public pages, as Wagtail serves them, and what this board adds to that."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from wagtail import views as wagtail_views
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from adapters.web.languages import kept_in_language, without_prefix
from adapters.web.same_origin import comes_from_elsewhere, forbidden
from cms import former_addresses
from cms.models import JobIndexPage
from cms.public.postings import newest
from jobs_domain.use_cases import CannotFollow

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
POSTINGS_TO_GO_ON_WITH: Final = 5


@csrf_exempt
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve the page at `path`.

    Forms on public pages have no token, for that would need a cookie: their sender is checked instead. The address of a posting that was
    taken down answers 410 and leads on to open ones; for any other unknown address Wagtail's redirects are asked.
    """
    if request.method not in SAFE_METHODS and comes_from_elsewhere(request):
        return forbidden(request)
    try:
        return wagtail_views.serve(request, path)
    except CannotFollow:
        return _gone(request, gettext("This posting"))
    except Http404:
        if moved := _form_moved_to(request):
            return moved
        retired = former_addresses.taken_down(_and_above(escape_uri_path(request.path_info)))
        if retired is None or _leads_elsewhere(request):
            raise
        return _gone(request, retired.title)


def _and_above(path: str) -> Iterator[str]:
    while path.strip("/"):
        yield path
        path = path.rstrip("/").rpartition("/")[0] + "/"


def _leads_elsewhere(request: HttpRequest) -> bool:
    """Whether Wagtail redirects the address. A page that came back to it leaves a redirect to the same one behind."""
    here = Redirect.normalise_path(request.path_info)
    redirect = _redirects(request).filter(old_path=here).first()
    if redirect is None:
        return False
    with without_prefix():
        return Redirect.normalise_path(urlsplit(redirect.link or "").path) != here


def _form_moved_to(request: HttpRequest) -> HttpResponse | None:
    """Pages below a posting move with it: somebody may be filling in the form while the posting gets a new address.

    308 keeps the method and what was sent (RFC 9110 §15.4.9).
    """
    above, form, below = request.path_info.rpartition("/subscribe/")
    moved = _redirects(request).filter(old_path=Redirect.normalise_path(above)).first() if form else None
    if moved is None or moved.link is None:
        return None
    response = HttpResponsePermanentRedirect(f"{moved.link.rstrip('/')}{form}{below}")
    response.status_code = HTTPStatus.PERMANENT_REDIRECT
    return response


def _redirects(request: HttpRequest) -> models.QuerySet[Redirect]:
    redirects: models.QuerySet[Redirect] = Redirect.get_for_site(Site.find_for_request(request))  # type: ignore[no-untyped-call]  # stub gap
    return redirects


def _gone(request: HttpRequest, title: str) -> HttpResponse:
    board = JobIndexPage.first_live()
    context = {
        "title": title,
        "board_url": kept_in_language("/") if board is None else board.get_url(request),
        "postings": [] if board is None else newest(POSTINGS_TO_GO_ON_WITH),
    }
    return render(request, "gone.html", context, status=HTTPStatus.GONE)
