"""Keeps the words by which live postings are found. Written in the transaction that saves the page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import batched
from typing import Final

from babel import Locale
from django.db import transaction

from adapters import touched
from cms import rich_text
from cms.finding.text_index import text_index
from cms.finding.words import words
from cms.models.job_page import JobPage, JobPageQuerySet
from cms.models.searched_text import SearchedText
from jobs_domain.posting_details import Location, WorkplaceType

LANGUAGES: Final = ("en", "de")
"""In which visitors name countries."""
LONGEST: Final = 100_000
"""Letters of a description that are searched: PostgreSQL takes a megabyte of words."""
LONGEST_TITLE: Final = 500
"""What fits into an index of PostgreSQL, whatever the letters."""
CHUNK: Final = 500
FIELDS: Final = ("title", "beside", "description")


def put(page: JobPage) -> None:
    """Write the words of the page as it is in memory; of one that is not live, or an alias, none are kept."""
    if not page.live or page.alias_of_id:
        SearchedText.objects.filter(pk=page.pk).delete()
        return
    text = searched_text(page)
    kept = SearchedText.objects.filter(pk=page.pk).first()
    if kept is None:
        SearchedText.objects.bulk_create([text], update_conflicts=True, unique_fields=["page"], update_fields=FIELDS)
    elif _content(kept) != _content(text):
        SearchedText.objects.filter(pk=page.pk).update(**dict(zip(FIELDS, _content(text), strict=True)))


def searched_text(page: JobPage) -> SearchedText:
    """Not saved: for postings that are written past Wagtail's signals, many at once."""
    content = in_words(
        title=page.title,
        company=page.company.name,
        is_remote=page.workplace is WorkplaceType.REMOTE,
        locations=page.places,
        description=page.description,
    )
    return SearchedText(page_id=page.pk, **dict(zip(FIELDS, content, strict=True)))


def in_words(
    *, title: str, company: str, is_remote: bool, locations: Iterable[Location], description: str
) -> tuple[str, str, str]:
    """The values of `FIELDS`."""
    beside = [
        company,
        *(["remote"] if is_remote else []),
        *(part for location in locations for part in _parts(location)),
    ]
    return (
        " ".join(words(title))[:LONGEST_TITLE],
        " ".join(words(" ".join(beside))),
        " ".join(words(rich_text.text(description)))[:LONGEST],
    )


def mend() -> int:
    """Write the words of live postings that have none, and remove those of others. Returns how many there were."""
    live = JobPage.objects.live().originals()
    with transaction.atomic():
        gone = list(SearchedText.objects.exclude(page__in=live.order_by().values("pk")).values_list("pk", flat=True))
        for chunk in batched(gone, CHUNK, strict=False):
            SearchedText.objects.filter(pk__in=chunk).delete()
        mended = len(gone) + _write(live.exclude(pk__in=SearchedText.objects.values("pk")).order_by())
        if mended:
            touched.touch(touched.BOARD, touched.EVERYTHING)
    return mended


def rebuild() -> int:
    """Write all anew, and the indexes that the database derives. Returns how many postings can be found."""
    with transaction.atomic():
        SearchedText.objects.all().delete()
        number = _write(JobPage.objects.live().originals().order_by())
        text_index().rebuild()
        touched.touch(touched.BOARD, touched.EVERYTHING)
    return number


def _write(pages: JobPageQuerySet) -> int:
    number = 0
    keys = list(pages.values_list("pk", flat=True))
    for chunk in batched(keys, CHUNK, strict=False):
        found = JobPage.objects.filter(pk__in=chunk).select_related("company").prefetch_related("locations")
        texts = [searched_text(page) for page in found]
        SearchedText.objects.bulk_create(texts, update_conflicts=True, unique_fields=["page"], update_fields=FIELDS)
        number += len(texts)
    return number


def _content(text: SearchedText) -> tuple[str, str, str]:
    return text.title, text.beside, text.description


def _parts(location: Location) -> Iterable[str]:
    yield from (location.locality, location.region, location.postal_code)
    yield from dict.fromkeys(_territories(language).get(location.country, location.country) for language in LANGUAGES)


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale(language).territories)
