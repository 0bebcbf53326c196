"""A feed, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from adapters.links import absolute
from cms.feeds import plain
from cms.feeds.newest import newest
from cms.feeds.postings import LONG_AGO, PublicPosting
from cms.finding.wanted import Wanted
from cms.rich_text import summary
from jobs_domain.topics import JobSearch

ENTRIES: Final = 50
"""The newest so many postings at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`html` is safe to show and has no relative addresses."""

    urn: str
    url: str
    title: str
    company: str
    summary: str
    html: str
    categories: tuple[str, ...]
    posted_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`url` is its own address, `page_url` that of the same list for people. The entries come newest first."""

    title: str
    description: str
    url: str
    page_url: str
    language: str
    entries: tuple[Entry, ...]

    @property
    def changed_at(self) -> datetime:
        return max((entry.changed_at for entry in self.entries), default=LONG_AGO)


def entries(wanted: Wanted, *, at: datetime) -> tuple[Entry, ...]:
    """The newest of the open postings that are wanted."""
    return tuple(_entry(posting) for posting in newest(wanted, at=at, limit=ENTRIES).postings)


def title(search: JobSearch | None, name: str = "") -> str:
    """`name` is that of the company or category that the feed is about."""
    if name:
        return plain.legible(gettext("%(name)s: open jobs") % {"name": name})
    if search is not None and search.text:
        return plain.legible(gettext("Open jobs for “%(text)s”") % {"text": search.text})
    if search is not None:
        return gettext("Open jobs of a search")
    return gettext("All open jobs")


def description() -> str:
    return gettext("Open jobs on %(board)s, newest first.") % {"board": settings.BOARD_NAME}


def _entry(posting: PublicPosting) -> Entry:
    page = posting.page
    return Entry(
        urn=posting.urn,
        url=posting.url,
        title=plain.legible(f"{page.title}, {page.company.name}"),
        company=plain.legible(page.company.name),
        summary=plain.legible(". ".join((*_facts(posting), summary(page.description)))),
        html=format_html("<p>{}</p>", format_html_join(" · ", "{}", ((fact,) for fact in _facts(posting))))
        + plain.rich_text(page.description)
        + format_html('<p><a href="{}">{}</a></p>', posting.url, gettext("Read and follow this job")),
        categories=tuple(plain.legible(name) for name in page.category_names),
        posted_at=posting.posted_at,
        changed_at=posting.changed_at,
    )


def _facts(posting: PublicPosting) -> Iterator[str]:
    """What a job seeker asks first, as far as it is known."""
    page = posting.page
    facts = (page.company.name, page.place, page.salary_words, page.employment_words, page.closing_sentence)
    return (plain.legible(str(fact)) for fact in facts if fact)


def own_url(path: str, query: str) -> str:
    return absolute(f"{path}?{query}" if query else path)
