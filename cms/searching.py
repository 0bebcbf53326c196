"""Searches as others know them: their names in words, and what the list shows for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import override
from uuid import UUID

from django.utils.translation import gettext

from adapters import clock, words
from adapters.searching import Anchors, OnTheList, Searching, SearchInWords
from adapters.web.languages import without_prefix
from cms import finding
from cms.finding import address, anchors, kept
from cms.finding.by_itself import ByItself
from cms.finding.found import Criterion
from cms.finding.wanted import Wanted
from cms.models import JobIndexPage, JobPage
from cms.public.labels import Labels, quoted
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import JobSearch


class ListOfJobs(Searching):
    @override
    def in_words(self, search: JobSearch, *, only_known: bool = False) -> SearchInWords:
        now = up_to_date(search)
        found = finding.find(Wanted(search=now), at=clock.now())
        labels = Labels.of(found.facets, currency="" if now.salary is None else now.salary.currency)
        return SearchInWords(_name(now, labels, only_known=only_known), _path(now))

    @override
    def listed(self, search: JobSearch, posting_ids: Collection[PostingId]) -> tuple[PostingId, ...]:
        if not posting_ids:
            return ()
        pages = JobPage.objects.filter(posting_id__in=posting_ids)
        ids: dict[int, UUID] = dict(pages.values_list("pk", "posting_id"))
        shown = finding.every(up_to_date(search), at=clock.now())
        return tuple(PostingId(ids[page]) for page in shown if page in ids)

    @property
    @override
    def anchors_version(self) -> int:
        return anchors.VERSION

    @override
    def anchors(self, search: JobSearch) -> Anchors:
        return anchors.of_search(search)

    @override
    def on_the_list(self, posting_id: PostingId) -> OnTheList | None:
        posting = ByItself.of(posting_id, at=clock.now())
        return None if posting is None else _Listed(posting)


@dataclass(frozen=True, slots=True)
class _Listed(OnTheList):
    posting: ByItself

    @property
    @override
    def numbers(self) -> frozenset[int]:
        return anchors.of_posting(self.posting)

    @override
    def is_shown_for(self, searches: Sequence[JobSearch]) -> Sequence[bool]:
        return self.posting.is_shown_for(searches)


def up_to_date(search: JobSearch) -> JobSearch:
    """With the names that companies and categories have today."""
    kept.columns(at=clock.now())
    return finding.current(search) or search


def _name(search: JobSearch, labels: Labels, *, only_known: bool) -> str:
    def called(criterion: Criterion, slugs: Iterable[str]) -> str:
        known = (slug for slug in sorted(slugs) if not only_known or (criterion, slug) in labels.names)
        return _either(labels.value(criterion, slug) for slug in known)

    categories = called(Criterion.CATEGORY, search.categories)
    name = gettext("%(categories)s jobs") % {"categories": categories} if categories else gettext("jobs")
    if search.text:
        text = gettext("words of your own") if only_known else quoted(search.text)
        name = gettext("%(jobs)s with %(text)s") % {"jobs": name, "text": text}
    if places := called(Criterion.PLACE, search.places):
        name = gettext("%(jobs)s in %(places)s") % {"jobs": name, "places": places}
    if companies := called(Criterion.COMPANY, search.companies):
        name = gettext("%(jobs)s at %(companies)s") % {"jobs": name, "companies": companies}
    return ", ".join([name, *_others(search, labels)])


def _others(search: JobSearch, labels: Labels) -> Iterator[str]:
    if search.workplace_types:
        yield _either(
            str(words.WORKPLACE_TYPES[kind]) for kind in words.WORKPLACE_TYPES if kind in search.workplace_types
        )
    if search.employment_types:
        yield _either(
            str(words.EMPLOYMENT_TYPES[kind]) for kind in words.EMPLOYMENT_TYPES if kind in search.employment_types
        )
    if search.salary is not None:
        pay = labels.value(Criterion.SALARY, str(int(search.salary.amount)))
        yield pay[:1].lower() + pay[1:]


def _either(names: Iterable[str]) -> str:
    """`Berlin, Ghent or Vienna`"""
    *others, last = [*names] or [""]
    return gettext("%(some)s or %(last)s") % {"some": ", ".join(others), "last": last} if others else last


def _path(search: JobSearch) -> str:
    with without_prefix():
        board = JobIndexPage.first_live()
        here = "/" if board is None else board.get_url() or "/"
    return f"{here}?{address.write(Wanted(search=search, sort=address.usual_sort(search)))}"
