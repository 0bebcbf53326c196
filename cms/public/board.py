"""The board: all open postings, and those that a visitor asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect

from adapters import clock
from adapters.web.kept_pages import keep
from cms import finding
from cms.finding import address
from cms.finding.wanted import POSTINGS_PER_PAGE, Wanted
from cms.models.job_index_page import JobIndexPage
from cms.public import keeping
from cms.public.listing import Listing
from cms.public.paging import first_of
from cms.public.postings import in_order

FIELDS: Final = ("q", "salary", "since")
"""The parts of the form that a browser sends even if nobody filled them in."""


def serve(page: JobIndexPage, request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """What a browser without scripts has sent leads on to the short address of the same search."""
    if any(not value for name in FIELDS for value in request.GET.getlist(name)):
        return HttpResponseRedirect(_to(page, request, address.write(address.read(request.GET))))
    wanted = address.read(request.GET)
    subjects = {"board", f"page:{page.pk}"}
    until = keeping.until(at=clock.now())

    def answer_or_lead_on() -> HttpResponse:
        response = answer()
        search = finding.current(wanted.search)
        if search == wanted.search:
            return response
        return HttpResponsePermanentRedirect(_to(page, request, address.write(replace(wanted, search=search))))

    return keep(request, subjects=subjects, until=until, answer=answer_or_lead_on)


def context(page: JobIndexPage, request: HttpRequest | None, *, at: datetime) -> dict[str, object]:
    """What the template of the list shows."""
    wanted = Wanted() if request is None else address.read(request.GET)
    found = finding.find(wanted, at=at)
    title, intro = page.title_and_intro
    return {
        "title": title,
        "intro": intro,
        "listing": Listing(wanted, found, page.get_url(request) or "/"),
        "jobs": in_order(found.ids, at=at),
        "first_number": first_of(found.page, size=POSTINGS_PER_PAGE),
    }


def _to(page: JobIndexPage, request: HttpRequest, query: str) -> str:
    here = page.get_url(request) or "/"
    return f"{here}?{query}" if query else here
