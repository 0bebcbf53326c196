"""The addresses of all open postings, and of the pages that list them, for search engines (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from adapters import clock, touched
from adapters.links import absolute
from adapters.models import PostingRecord
from adapters.web.kept_pages import keep
from cms import finding
from cms.models import Category, Company, JobIndexPage, JobPage
from cms.public import keeping
from cms.sharing.addresses import alternates

POSTINGS: Final = 5_000
"""In one file: with their other languages that makes about 3 MB, and a sitemap may have 50 MB and 50,000 addresses."""
XMLNS: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XHTML: Final = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'

type Address = tuple[str, datetime | None]
"""A path on this site, and when what is there was changed last, if that is known."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    def answer() -> HttpResponse:
        parts = -(-len(finding.every(None, at=clock.now())) // POSTINGS)
        paths = [reverse("public:sitemap_of_pages")]
        paths += [reverse("public:sitemap_of_postings", args=[part]) for part in range(1, parts + 1)]
        maps = (f"<sitemap><loc>{escape(absolute(path))}</loc></sitemap>\n" for path in paths)
        return _xml(f"<sitemapindex {XMLNS}>\n", maps, "</sitemapindex>\n")

    return _kept(request, answer)


@require_safe
def postings(request: HttpRequest, part: int) -> HttpResponse:
    """`part` begins at 1."""

    def answer() -> HttpResponse:
        at = clock.now()
        ids = sorted(finding.every(None, at=at))[(part - 1) * POSTINGS : part * POSTINGS]
        if not ids:
            raise Http404("So many postings are not open.")
        return _urlset(_of_postings(ids, at=at))

    return _kept(request, answer)


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The list, and the pages of companies and categories with open postings."""

    def answer() -> HttpResponse:
        lists = JobIndexPage.objects.live().order_by("path")
        open_now = JobPage.objects.open(at=clock.now())
        companies = Company.objects.filter(pk__in=open_now.values("company")).order_by("slug")
        categories = Category.objects.filter(pk__in=open_now.values("categories")).order_by("slug")
        addresses: list[Address] = [(page.get_url() or "/", None) for page in lists]
        for name, slugs in (("company", companies), ("category", categories)):
            found = slugs.values_list("slug", flat=True)
            addresses += [(reverse(f"public:{name}", args=[slug]), None) for slug in found]
        return _urlset(addresses)

    return _kept(request, answer)


def _of_postings(ids: Iterable[int], *, at: datetime) -> Iterator[Address]:
    found = JobPage.objects.open(at=at).filter(pk__in=tuple(ids)).order_by("pk")
    jobs = list(found.only("url_path", "posting_id", "first_published_at"))
    records = PostingRecord.objects.filter(pk__in=[job.posting_id for job in jobs])
    changed = dict(records.values_list("posting_id", "updated_at"))
    for job in jobs:
        yield job.path_on_site, changed.get(job.posting_id, job.first_published_at)


def _urlset(addresses: Iterable[Address]) -> HttpResponse:
    entries = (entry for path, changed_at in addresses for entry in _entries(path, changed_at))
    return _xml(f"<urlset {XMLNS} {XHTML}>\n", entries, "</urlset>\n")


def _entries(path: str, changed_at: datetime | None) -> Iterator[str]:
    """One for each language, each with all the others."""
    lastmod = "" if changed_at is None else f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>"
    languages = alternates(path)
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(address)}"/>' for code, address in languages
    )
    for _, address in languages:
        yield f"<url><loc>{escape(address)}</loc>{lastmod}{links}</url>\n"


def _xml(head: str, parts: Iterable[str], foot: str) -> HttpResponse:
    text = "".join(('<?xml version="1.0" encoding="utf-8"?>\n', head, *parts, foot))
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _kept(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    until = keeping.until(at=clock.now())
    return keep(request, subjects={touched.BOARD}, until=until, answer=answer, reads_query=False)
