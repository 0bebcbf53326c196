"""What a change of a page, a company or a category touches in public; told to `adapters.touched` in the transaction of the change.

A posting is looked at before it is saved and after, so that the company and the categories that it leaves hear of it, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Q
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from wagtail.images.models import Image
from wagtail.models import Page, Site

from adapters import touched
from cms.models import (
    BoardInLanguage,
    Category,
    CategoryInLanguage,
    Company,
    HomePage,
    JobIndexPage,
    JobPage,
)

NOT_SHOWN: Final = frozenset(
    """
    draft_title has_unpublished_changes latest_revision latest_revision_id latest_revision_created_at live_revision live_revision_id
    go_live_at expire_at approved_schedule locked locked_at locked_by locked_by_id owner owner_id change_note minor_change
    """.split()
)
"""Columns of pages that visitors see nothing of; drafts of live pages are saved with these alone."""
FETCHED: Final = 2_000


def connect() -> None:
    for sender in (JobPage, JobIndexPage, HomePage, Page):
        pre_save.connect(page_is_saved, sender=sender, weak=False, dispatch_uid=f"cms.touch.before.{sender.__name__}")
        post_save.connect(page_was_saved, sender=sender, weak=False, dispatch_uid=f"cms.touch.after.{sender.__name__}")
    in_category = JobPage.categories.through
    m2m_changed.connect(categories_change, sender=in_category, weak=False, dispatch_uid="cms.touch.categories")
    pre_delete.connect(page_is_deleted, sender=Page, weak=False, dispatch_uid="cms.touch.deleted.Page")
    for moment in (pre_save, post_save, pre_delete):
        moment.connect(company_changes, sender=Company, weak=False, dispatch_uid="cms.touch.Company")
        moment.connect(category_changes, sender=Category, weak=False, dispatch_uid="cms.touch.Category")
    for moment in (post_save, pre_delete):
        moment.connect(
            board_in_language_changes, sender=BoardInLanguage, weak=False, dispatch_uid="cms.touch.BoardInLanguage"
        )
        moment.connect(
            category_in_language_changes,
            sender=CategoryInLanguage,
            weak=False,
            dispatch_uid="cms.touch.CategoryInLanguage",
        )
        moment.connect(image_changes, sender=Image, weak=False, dispatch_uid="cms.touch.Image")
        moment.connect(site_changes, sender=Site, weak=False, dispatch_uid="cms.touch.Site")


def posting(page: JobPage) -> None:
    """All that shows something of the posting, or did so until it was taken down past all signals."""
    touched.touch(*_of_pages(Q(pk=page.pk)))


def postings(pages: Iterable[JobPage]) -> None:
    """All that shows something of postings which were written past all signals, with their companies, places and categories."""
    touched.touch(*_of_pages(Q(pk__in=[page.pk for page in pages])))


def everything() -> None:
    """All that there is, for whoever writes past all signals."""
    touched.touch(touched.BOARD, touched.EVERYTHING)


def page_is_saved(
    instance: Page, *, raw: bool = False, update_fields: frozenset[str] | None = None, **_: object
) -> None:
    if _shows(raw, update_fields) and instance.pk and _is_posting(instance):
        touched.touch(*_of_public(Q(pk=instance.pk)))


def page_was_saved(
    instance: Page, *, raw: bool = False, update_fields: frozenset[str] | None = None, **_: object
) -> None:
    if not _shows(raw, update_fields):
        return
    if not _is_posting(instance):
        # the addresses of all that is beneath it may be others now
        touched.touch(touched.page(instance.pk), touched.BOARD, touched.EVERYTHING)
        return
    touched.touch(*_of_public(Q(pk=instance.pk)))


def categories_change(instance: JobPage, *, action: str, **_: object) -> None:
    """They are stored after the page, or by themselves."""
    if action in {"pre_remove", "pre_clear", "post_add"}:
        touched.touch(*_of_public(Q(pk=instance.pk)))


def page_is_deleted(instance: Page, **_: object) -> None:
    if _is_posting(instance):
        touched.touch(*_of_public(Q(pk=instance.pk)))
    else:
        touched.touch(touched.page(instance.pk), touched.BOARD, touched.EVERYTHING)


def company_changes(instance: Company, *, raw: bool = False, **_: object) -> None:
    """Its name and logo stand on the pages of its postings, and in all lists that have one of them."""
    if instance.pk and not raw:
        slugs = Company.objects.filter(pk=instance.pk).values_list("slug", flat=True)
        touched.touch(touched.BOARD, *map(touched.company, slugs), *_of_public(Q(company_id=instance.pk)))


def category_changes(instance: Category, *, raw: bool = False, **_: object) -> None:
    if instance.pk and not raw:
        slugs = Category.objects.filter(pk=instance.pk).values_list("slug", flat=True)
        touched.touch(touched.BOARD, *map(touched.category, slugs), *_of_public(Q(categories=instance.pk)))


def board_in_language_changes(instance: BoardInLanguage, *, raw: bool = False, **_: object) -> None:
    if not raw:
        touched.touch(touched.page(instance.page_id), touched.BOARD)


def category_in_language_changes(instance: CategoryInLanguage, *, raw: bool = False, **_: object) -> None:
    """It is stored after the category, or by itself."""
    category_changes(instance.category, raw=raw)


def image_changes(instance: Image, *, raw: bool = False, created: bool = False, **_: object) -> None:
    if not (raw or created):
        for company in Company.objects.filter(logo_id=instance.pk):
            company_changes(company)


def site_changes(*, raw: bool = False, **_: object) -> None:
    if not raw:
        everything()


def _shows(raw: bool, update_fields: frozenset[str] | None) -> bool:
    return not raw and (update_fields is None or not update_fields <= NOT_SHOWN)


def _is_posting(page: Page) -> bool:
    return issubclass(page.specific_class or Page, JobPage)


def _of_public(which: Q) -> dict[str, None]:
    return _of_pages(which & Q(live=True))


def _of_pages(which: Q) -> dict[str, None]:
    """Each subject once."""
    return dict.fromkeys(_subjects(which))


def _subjects(which: Q) -> Iterator[str]:
    pages = JobPage.objects.filter(which).order_by("pk")
    for posting_id, company in pages.values_list("posting_id", "company__slug").iterator(FETCHED):
        yield touched.BOARD
        yield touched.posting(posting_id)
        yield touched.company(company)
    of_them = JobPage.categories.through.objects.filter(jobpage_id__in=pages.order_by().values("pk"))
    categories = Category.objects.filter(pk__in=of_them.values("category_id"))
    yield from map(touched.category, categories.order_by("pk").values_list("slug", flat=True))
