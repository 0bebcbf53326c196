"""All open postings in the XML that Indeed and many other job sites read (docs.indeed.com, “XML job feeds”)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime
from itertools import batched
from typing import Final

from django.conf import settings

from adapters import clock
from cms.feeds import plain
from cms.feeds.postings import PublicPosting, public_postings
from jobs_domain.posting_details import ApplyByEmail, EmploymentType, Location, WorkplaceType

BATCH: Final = 200
JOB_TYPES: Final = {
    EmploymentType.FULL_TIME: "full-time",
    EmploymentType.PART_TIME: "part-time",
    EmploymentType.CONTRACTOR: "contract",
    EmploymentType.TEMPORARY: "temporary",
    EmploymentType.INTERN: "internship",
    EmploymentType.VOLUNTEER: "volunteer",
    EmploymentType.PER_DIEM: "per diem",
    EmploymentType.OTHER: "other",
}
REMOTE: Final = {
    WorkplaceType.ON_SITE: "",
    WorkplaceType.HYBRID: "Hybrid remote",
    WorkplaceType.REMOTE: "Fully remote",
}

type Elements = Iterator[tuple[str, str]]


def document(ids: Iterable[int], *, at: datetime) -> Iterator[str]:
    """In parts, so that a large board is never in memory as a whole. What has closed since `at` is left out."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<source>\n'
    yield _written(
        (
            ("publisher", settings.BOARD_NAME),
            ("publisherurl", settings.BOARD_URL),
            ("lastBuildDate", format_datetime(at)),
        )
    )
    for batch in batched(ids, BATCH, strict=False):
        for posting in public_postings(batch, at=clock.now()):
            yield f"<job>\n{_written(_job(posting))}</job>\n"
    yield "</source>\n"


def _job(posting: PublicPosting) -> Elements:
    page = posting.page
    yield "title", page.title
    yield "date", format_datetime(posting.posted_at)
    yield "lastactivitydate", format_datetime(posting.changed_at)
    yield "referencenumber", str(page.posting_id)
    yield "requisitionid", page.identifier
    yield "url", posting.url
    yield "company", page.company.name
    yield "sourcename", page.company.name
    yield from _place(page.places[0] if page.places else None)
    yield "email", page.apply_to.address.value if isinstance(page.apply_to, ApplyByEmail) else ""
    yield "description", plain.rich_text(page.description)
    yield "salary", page.salary_words
    yield "jobtype", ", ".join(words for kind, words in JOB_TYPES.items() if kind in page.employment)
    yield "category", ", ".join(page.category_names)
    yield "remotetype", REMOTE[page.workplace]
    yield "expirationdate", "" if page.closing is None else format_datetime(page.closing.local)


def _place(place: Location | None) -> Elements:
    if place is None:
        return
    yield "streetaddress", place.street
    yield "city", place.locality
    yield "state", place.region
    yield "postalcode", place.postal_code
    yield "country", place.country


def _written(elements: Iterable[tuple[str, str]]) -> str:
    """Elements that have something to say."""
    return "".join(f"<{name}>{_literal(text)}</{name}>\n" for name, text in elements if text)


def _literal(text: str) -> str:
    """The characters as they are: Indeed asks for CDATA and shows entities to its readers."""
    return f"<![CDATA[{plain.legible(text).replace(']]>', ']]]]><![CDATA[>')}]]>"
