"""The pages of companies and categories: what is known of them, and their open postings."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from adapters import clock
from adapters.web.kept_pages import keep
from cms import finding
from cms.finding import address
from cms.finding.wanted import POSTINGS_PER_PAGE, Wanted
from cms.models import Category, Company, JobIndexPage
from cms.public import keeping
from cms.public.paging import Pages, first_of
from cms.public.postings import in_order
from jobs_domain.topics import JobSearch


@require_safe
def company(request: HttpRequest, slug: str) -> HttpResponse:
    def answer() -> HttpResponse:
        shown = get_object_or_404(Company.objects.select_related("logo"), slug=slug)
        here, search = reverse("public:company", args=[slug]), JobSearch(companies=frozenset({slug}))
        context = {"company": shown} | _postings(request, search, here=here)
        return render(request, "cms/finding/company.html", context)

    return _kept(request, f"company:{slug}", answer)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    def answer() -> HttpResponse:
        shown = get_object_or_404(Category, slug=slug)
        here, search = reverse("public:category", args=[slug]), JobSearch(categories=frozenset({slug}))
        context = {"category": shown, "name": shown.called} | _postings(request, search, here=here)
        return render(request, "cms/finding/category.html", context)

    return _kept(request, f"category:{slug}", answer)


def _kept(request: HttpRequest, subject: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    return keep(request, subjects={subject}, until=keeping.until(at=clock.now()), answer=answer)


def _postings(request: HttpRequest, search: JobSearch, *, here: str) -> dict[str, object]:
    """One page of the open postings, newest first, and links to the others and to the search of the board."""
    at = clock.now()
    wanted = Wanted(search=search, page=address.read(request.GET).page)
    found = finding.find(wanted, at=at)
    board = JobIndexPage.first_live()
    board_url = None if board is None else board.get_url(request)
    pages = Pages(found.page, found.pages, lambda number: f"{here}?page={number}" if number > 1 else here)
    return {
        "jobs": in_order(found.ids, at=at),
        "total": found.total,
        "pages": pages,
        "canonical": pages.shown,
        "first_number": first_of(found.page, size=POSTINGS_PER_PAGE),
        "board_url": board_url or "/",
        "narrow_url": f"{board_url}?{address.write(Wanted(search=search))}" if board_url else "",
    }
