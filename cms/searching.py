"""Searches as others know them: their names in words, and what the list shows for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, override
from uuid import UUID

from django.utils.translation import gettext, pgettext_lazy

from adapters import clock
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
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.topics import JobSearch

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WORKPLACE_TYPES: Final[dict[WorkplaceType, _StrPromise]] = {
    WorkplaceType.ON_SITE: pgettext_lazy("after “Data jobs,”", "on site"),
    WorkplaceType.HYBRID: pgettext_lazy("after “Data jobs,”", "hybrid"),
    WorkplaceType.REMOTE: pgettext_lazy("after “Data jobs,”", "remote"),
}
EMPLOYMENT_TYPES: Final[dict[EmploymentType, _StrPromise]] = {
    EmploymentType.FULL_TIME: pgettext_lazy("after “Data jobs,”", "full-time"),
    EmploymentType.PART_TIME: pgettext_lazy("after “Data jobs,”", "part-time"),
    EmploymentType.CONTRACTOR: pgettext_lazy("after “Data jobs,”", "contractor"),
    EmploymentType.TEMPORARY: pgettext_lazy("after “Data jobs,”", "temporary"),
    EmploymentType.INTERN: pgettext_lazy("after “Data jobs,”", "internship"),
    EmploymentType.VOLUNTEER: pgettext_lazy("after “Data jobs,”", "volunteer"),
    EmploymentType.PER_DIEM: pgettext_lazy("after “Data jobs,”", "per diem"),
    EmploymentType.OTHER: pgettext_lazy("after “Data jobs,”", "other kinds"),
}
"""As they stand within the name of a search."""


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
        return _either(
            labels.value(criterion, slug) for slug in sorted(slugs) if not only_known or known(criterion, slug)
        )

    def known(criterion: Criterion, slug: str) -> bool:
        return (criterion, slug) in labels.names

    typed = (
        (Criterion.CATEGORY, search.categories),
        (Criterion.PLACE, search.places),
        (Criterion.COMPANY, search.companies),
    )
    is_left_out = only_known and not all(known(criterion, slug) for criterion, slugs in typed for slug in slugs)
    categories = called(Criterion.CATEGORY, search.categories)
    name = gettext("%(categories)s jobs") % {"categories": categories} if categories else gettext("jobs")
    if search.text or is_left_out:
        text = gettext("words of your own") if only_known else quoted(search.text)
        name = gettext("%(jobs)s with %(text)s") % {"jobs": name, "text": text}
    if places := called(Criterion.PLACE, search.places):
        name = gettext("%(jobs)s in %(places)s") % {"jobs": name, "places": places}
    if companies := called(Criterion.COMPANY, search.companies):
        name = gettext("%(jobs)s at %(companies)s") % {"jobs": name, "companies": companies}
    return ", ".join([name, *_others(search, labels)])


def _others(search: JobSearch, labels: Labels) -> Iterator[str]:
    if search.workplace_types:
        yield _either(str(name) for kind, name in WORKPLACE_TYPES.items() if kind in search.workplace_types)
    if search.employment_types:
        yield _either(str(name) for kind, name in EMPLOYMENT_TYPES.items() if kind in search.employment_types)
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
