"""A feed, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from adapters.links import absolute
from adapters.web import languages
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
    """`html` is safe to show and has no relative addresses; `language` is that of the posting, empty if it is the feed's own."""

    urn: str
    url: str
    title: str
    company: str
    summary: str
    html: str
    categories: tuple[str, ...]
    posted_at: datetime
    changed_at: datetime
    language: str


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
        html=_html(posting),
        categories=tuple(plain.legible(name) for name in sorted(each.called.words for each in page.categories.all())),
        posted_at=posting.posted_at,
        changed_at=posting.changed_at,
        language="" if languages.is_spoken(page.language) else page.language,
    )


def _html(posting: PublicPosting) -> str:
    """What the posting says is in its own language, and what is said about it in the feed's."""
    page = posting.page
    facts = format_html_join(" · ", "{}", ((fact,) for fact in _facts(posting)))
    text = plain.rich_text(page.description)
    here = SafeString("")
    if not languages.is_spoken(page.language):
        here = languages.attribute(languages.active())
        text = f"<div{languages.attribute(page.language)}>{text}</div>"
    link = format_html('<p{}><a href="{}">{}</a></p>', here, posting.url, gettext("Read and follow this job"))
    return f"{format_html('<p{}>{}</p>', here, facts)}{text}{link}"


def _facts(posting: PublicPosting) -> Iterator[str]:
    """What a job seeker asks first, as far as it is known."""
    page = posting.page
    facts = (page.company.name, page.place, page.salary_words, page.employment_words, page.closing_sentence)
    return (plain.legible(str(fact)) for fact in facts if fact)


def own_url(path: str, query: str) -> str:
    return absolute(f"{path}?{query}" if query else path)
