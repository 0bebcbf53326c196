"""Feeds of the board, of a company, of a category and of any search; Indeed's XML; what robots are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from adapters import clock, touched
from adapters.links import absolute
from adapters.web.kept_pages import ASK_AGAIN, keep
from adapters.web.open_to_all import open_to_all
from cms import finding, former_slugs
from cms.feeds import feed as feeds
from cms.feeds import indeed, modified
from cms.feeds.formats import FORMATS
from cms.finding import address
from cms.finding.wanted import Wanted
from cms.models import Category, Company, JobIndexPage
from cms.public import keeping
from jobs_domain.topics import JobSearch


@require_safe
def board(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - its name in addresses
    """The newest open postings, or those that the query asks for."""

    def answer() -> HttpResponse:
        wanted = address.read(request.GET)
        sought = replace(wanted, sort=address.usual_sort(wanted.search), page=1)
        response = _feed(request, format, sought, page=_list(), query=address.write(sought))
        search = finding.current(wanted.search)
        if search == wanted.search:
            return response
        return HttpResponsePermanentRedirect(feeds.own_url(request.path, address.write(replace(sought, search=search))))

    return _kept(request, touched.BOARD, answer, reads_query=True)


@require_safe
def company(request: HttpRequest, slug: str, format: str) -> HttpResponse:  # noqa: A002
    def answer() -> HttpResponse:
        found = Company.objects.filter(slug=slug).first()
        if found is None:
            return _renamed(Company, "public:company_feed", slug, format)
        search = JobSearch(companies=frozenset({slug}))
        return _feed(
            request, format, Wanted(search=search), page=reverse("public:company", args=[slug]), name=found.name
        )

    return _kept(request, touched.company(slug), answer)


@require_safe
def category(request: HttpRequest, slug: str, format: str) -> HttpResponse:  # noqa: A002
    def answer() -> HttpResponse:
        found = Category.objects.filter(slug=slug).first()
        if found is None:
            return _renamed(Category, "public:category_feed", slug, format)
        name = found.called.words
        search = JobSearch(categories=frozenset({slug}))
        return _feed(request, format, Wanted(search=search), page=reverse("public:category", args=[slug]), name=name)

    return _kept(request, touched.category(slug), answer)


@require_safe
def indeed_xml(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """It is as it was as long as the same postings are open and none was touched."""
    at = clock.now()
    stamp = touched.stamp([touched.BOARD])
    ids = finding.every(None, at=at)
    etag = f'W/"{sha256(f"{stamp} {ids}".encode()).hexdigest()[:32]}"'
    changed_at = modified.changed_at(at=at)
    since = None if changed_at is None else int(changed_at.timestamp())
    not_modified = get_conditional_response(request, etag=etag, last_modified=since)
    if not_modified is not None:
        return not_modified
    return StreamingHttpResponse(
        indeed.document(ids, at=at),
        content_type="application/xml; charset=utf-8",
        headers={"ETag": etag, "Cache-Control": ASK_AGAIN} | _last_modified(changed_at),
    )


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    text = render_to_string("cms/robots.txt", {"sitemap": absolute(reverse("public:sitemap"))})
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _feed(
    request: HttpRequest,
    name_of_format: str,
    wanted: Wanted,
    *,
    page: str,
    query: str = "",
    name: str = "",
) -> HttpResponse:
    at = clock.now()
    made = feeds.Feed(
        title=feeds.title(wanted.search, name),
        description=feeds.description(),
        url=feeds.own_url(request.path, query),
        page_url=feeds.own_url(page, query),
        language=get_language() or "en",
        entries=feeds.entries(wanted, at=at),
    )
    written = FORMATS[name_of_format]
    # who asks for postings of the last days loses the older ones without any change
    headers = _last_modified(modified.changed_at(at=at) if wanted.since is None else None)
    return open_to_all(HttpResponse(written.write(made), content_type=written.content_type, headers=headers))


def _last_modified(changed_at: datetime | None) -> dict[str, str]:
    return {} if changed_at is None else {"Last-Modified": http_date(changed_at.timestamp())}


def _renamed(kind: type[Company | Category], view: str, slug: str, format: str) -> HttpResponse:  # noqa: A002
    """Raises `Http404` if there was never anything of that slug."""
    now = former_slugs.successors(kind, [slug]).get(slug)
    if now is None:
        raise Http404
    return HttpResponsePermanentRedirect(reverse(view, args=[now, format]))


def _kept(
    request: HttpRequest, subject: str, answer: Callable[[], HttpResponse], *, reads_query: bool = False
) -> HttpResponse:
    until = keeping.until(at=clock.now())
    return keep(request, subjects={subject}, until=until, answer=answer, reads_query=reads_query)


def _list() -> str:
    page = JobIndexPage.first_live()
    return "/" if page is None else page.get_url() or "/"
