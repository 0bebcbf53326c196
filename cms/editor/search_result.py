"""How a search engine may show the posting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils import timezone

from cms import rich_text, structured_data
from cms.editor.typed import Readable
from cms.models import JobPage
from cms.structured_data import Missing

TITLE_LENGTH: Final = 60
SNIPPET_LENGTH: Final = 155


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """`missing` is what Google's rules for jobs ask for and the posting does not say."""

    title: str
    address: str
    snippet: str
    missing: Missing


def search_result(page: JobPage, seen: Readable) -> SearchResult:
    details = seen.details
    says = {"Title": "title", "Company": "hiringOrganization"}
    data = structured_data.job_posting(
        details,
        description=page.description if rich_text.text(page.description) else "",
        posted_on=page.posted_on or timezone.localdate(timezone=page.zone),
        identifier=page.identifier or str(page.posting_id),
    )
    for label, name in says.items():
        if label in seen.unreadable:
            data.pop(name, None)
    return SearchResult(
        title=rich_text.shortened(f"{details.title}, {details.hiring_organization}", TITLE_LENGTH),
        address=_address(page),
        snippet=rich_text.shortened(_snippet(page, seen), SNIPPET_LENGTH),
        missing=structured_data.missing(data),
    )


def _address(page: JobPage) -> str:
    """`jobs.example.org › jobs › baker`."""
    above = unquote(page.path_on_site).split("/")[1:-2]
    return " › ".join(step for step in (urlsplit(settings.BOARD_URL).netloc, *above, page.slug) if step)


def _snippet(page: JobPage, seen: Readable) -> str:
    """What the page says of itself to search engines, and then the beginning of its text."""
    details = seen.details
    place = f", {page.place}" if "Place" not in seen.unreadable and page.place else ""
    pay = f" {page.salary_words}." if "Pay" not in seen.unreadable and page.salary_words else ""
    closing = f" {page.closing_words}." if "Closing date" not in seen.unreadable and page.closing_words else ""
    return f"{details.title} at {details.hiring_organization}{place}.{pay}{closing} {rich_text.text(page.description)}"
