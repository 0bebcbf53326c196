"""Writes imported postings into the page tree, hundreds at a time.

Adding pages one by one moves every row of the tree through Wagtail's signals, and takes longer the more pages there are. Here new
pages of a batch are inserted together; what the signals would have done (observe, search index, references) is done for the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page, ReferenceIndex
from wagtail.search.backends import get_search_backend

from adapters import clock
from cms import touching
from cms.bridge import observe
from cms.editor.likeness import text_prints
from cms.importing.schema_org import ImportedPosting
from cms.models import Category, Company, JobIndexPage, JobLocation, JobPage, TextPrint
from cms.rich_text import canonical
from jobs_domain.posting_details import ApplyByEmail, ApplyOnline, Location


class Outcome(Enum):
    """What became of an imported posting."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT_ALONE = "left alone"
    """An editor has taken the posting down: an import does not bring it back."""


class Writer:
    """Upserts postings below one index page, by their identifiers."""

    def __init__(self, index: JobIndexPage) -> None:
        self._index = index
        self._companies = {company.name: company for company in Company.objects.all()}
        self._categories = {category.name: category for category in Category.objects.all()}
        self._slugs = set(index.get_children().values_list("slug", flat=True))
        self._job_type = ContentType.objects.get_for_model(JobPage)

    def write(self, postings: Sequence[ImportedPosting]) -> list[Outcome]:
        """One transaction. The identifiers must differ."""
        with transaction.atomic():
            for posting in postings:
                self._ensure_names(posting)
            known = {page.identifier: page for page in _pages({posting.identifier for posting in postings})}
            outcomes = []
            new: list[ImportedPosting] = []
            for posting in postings:
                page = known.get(posting.identifier)
                if page is None:
                    new.append(posting)
                    outcomes.append(Outcome.CREATED)
                else:
                    outcomes.append(self._update(page, posting))
            if new:
                self._insert(new)
        return outcomes

    def _ensure_names(self, posting: ImportedPosting) -> None:
        if posting.company.name not in self._companies:
            self._companies[posting.company.name] = _new_company(posting)
        for name in posting.categories - self._categories.keys():
            self._categories[name] = Category.objects.create(name=name)

    def _update(self, page: JobPage, posting: ImportedPosting) -> Outcome:
        if not page.live:
            return Outcome.LEFT_ALONE
        columns = self._columns(posting)
        if canonical(page.description) == canonical(posting.description):
            del columns["description"]
        names = set(page.category_names)
        same_places = page.places == posting.locations
        if (
            same_places
            and names == posting.categories
            and all(getattr(page, name) == value for name, value in columns.items())
        ):
            return Outcome.UNCHANGED
        for name, value in columns.items():
            setattr(page, name, value)
        page.categories.set([self._categories[name] for name in sorted(posting.categories)])
        if not same_places:
            page.locations.set([_location(place, order) for order, place in enumerate(posting.locations)])
        if page.has_unpublished_changes:
            # an editor's draft, or a scheduled one, waits: what is live is updated, and the draft goes on waiting
            page.save()
        else:
            page.draft_title = page.title
            page.save_revision(changed=True).publish()
        return Outcome.UPDATED

    def _insert(self, postings: Sequence[ImportedPosting]) -> None:
        jobs = [self._page(posting) for posting in postings]
        self._place_in_tree(jobs)
        bases = Page.objects.bulk_create(_base_of(job) for job in jobs)
        for job, base in zip(jobs, bases, strict=True):
            job.id, job.page_ptr_id = base.pk, base.pk
            job.save_base(raw=True, force_insert=True)
        JobLocation.objects.bulk_create(
            JobLocation(page_id=job.pk, **_place_columns(place), sort_order=order)
            for job, posting in zip(jobs, postings, strict=True)
            for order, place in enumerate(posting.locations)
        )
        in_category = JobPage.categories.through
        in_category.objects.bulk_create(
            in_category(jobpage_id=job.pk, category_id=self._categories[name].pk)
            for job, posting in zip(jobs, postings, strict=True)
            for name in posting.categories
        )
        touching.postings(jobs)
        TextPrint.objects.bulk_create(text_prints(jobs))
        written = _pages({posting.identifier for posting in postings})
        for job in written:
            observe(job)
            ReferenceIndex.create_or_update_for_object(job)
        get_search_backend().add_bulk(JobPage, written)

    def _page(self, posting: ImportedPosting) -> JobPage:
        posted = posting.date_posted or clock.now()
        job = JobPage(
            slug=self._free_slug(posting.title),
            draft_title=posting.title,
            content_type=self._job_type,
            locale=self._index.locale,
            translation_key=uuid4(),
            live=True,
            first_published_at=posted,
            last_published_at=posted,
            **self._columns(posting),
        )
        job.derive_valid_through()
        return job

    def _place_in_tree(self, jobs: Sequence[JobPage]) -> None:
        """Behind the last child; the parent's row is locked, so that two imports do not take the same places."""
        parent = Page.objects.select_for_update().get(pk=self._index.pk)
        last = parent.get_last_child()
        first_free = 1 if last is None else last._get_lastpos_in_path() + 1  # noqa: SLF001 - treebeard's own arithmetic
        for position, job in enumerate(jobs, start=first_free):
            job.depth = parent.depth + 1
            job.path = Page._get_path(  # type: ignore[attr-defined]  # noqa: SLF001  # stub gap: treebeard's MP_Node
                parent.path, job.depth, position
            )
            job.url_path = f"{parent.url_path}{job.slug}/"
        Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(jobs))

    def _free_slug(self, title: str) -> str:
        base = slugify(title, allow_unicode=True)[:200] or "job"
        slug, number = base, 1
        while slug in self._slugs:
            number += 1
            slug = f"{base}-{number}"
        self._slugs.add(slug)
        return slug

    def _columns(self, posting: ImportedPosting) -> dict[str, object]:
        """The columns of a job that an import sets, and to what."""
        salary, apply_to = posting.salary, posting.apply_to
        return {
            "identifier": posting.identifier,
            "title": posting.title,
            "company": self._companies[posting.company.name],
            "description": posting.description,
            "workplace_type": posting.workplace_type.value,
            "employment_types": sorted(kind.value for kind in posting.employment_types),
            "salary_minimum": salary and salary.minimum,
            "salary_maximum": salary and salary.maximum,
            "salary_currency": salary.currency if salary else "",
            "salary_unit": salary.unit.value if salary else JobPage._meta.get_field("salary_unit").get_default(),
            "apply_url": apply_to.url if isinstance(apply_to, ApplyOnline) else "",
            "apply_email": apply_to.address.value if isinstance(apply_to, ApplyByEmail) else "",
            "closing_date": posting.closing_date,
            "closing_time": posting.closing_time,
            "time_zone": posting.zone,
            **_language(posting),
        }


def _pages(identifiers: Iterable[str]) -> list[JobPage]:
    pages = JobPage.objects.filter(identifier__in=identifiers, alias_of=None).select_related("company")
    return list(pages.prefetch_related("categories", "locations"))


def _base_of(job: JobPage) -> Page:
    """The part of the job that is in Wagtail's own table."""
    return Page(**{field.attname: getattr(job, field.attname) for field in Page._meta.concrete_fields})


def _new_company(posting: ImportedPosting) -> Company:
    company = posting.company
    return Company.objects.create(
        name=company.name,
        website=company.website,
        description=company.description,
        contact_address="" if company.contact_address is None else company.contact_address.value,
        **_language(posting),
    )


def _language(posting: ImportedPosting) -> dict[str, str]:
    """A file that tells none leaves the one that an editor has chosen."""
    return {"language": posting.language} if posting.language else {}


def _location(place: Location, order: int) -> JobLocation:
    return JobLocation(**_place_columns(place), sort_order=order)


def _place_columns(place: Location) -> dict[str, str]:
    return {
        "street": place.street,
        "postal_code": place.postal_code,
        "locality": place.locality,
        "region": place.region,
        "country": place.country,
    }
