"""From Wagtail to the core: whatever an editor or a program does with a page ends in *observe this posting*.

The receivers run in the transaction that saves or deletes the page, so that page, record and event are committed together or not at all.
A save is a hint to look again, nothing more; `cms.reconcile` finds what no signal tells.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page

from adapters import background, board
from cms import mapping
from cms.finding import texts
from cms.models import Category, Company, JobPage
from jobs_domain.changes import ChangeNote
from jobs_domain.events import PostingEvent, RetirementReason
from jobs_domain.identifiers import PostingId
from jobs_domain.posting import NotPublic, Publication

PUBLIC_FIELDS: Final = frozenset(
    """
    live title slug url_path path alias_of alias_of_id posting_id company company_id categories description workplace_type
    employment_types salary_minimum salary_maximum salary_currency salary_unit apply_url apply_email closing_date closing_time
    time_zone valid_through closed_reason
    """.split()
)
"""Columns that the public can see something of. A draft of a live page is saved without them, though with its values in memory."""


def connect() -> None:
    for sender in (JobPage, Page):
        post_save.connect(page_saved, sender=sender, weak=False, dispatch_uid=f"cms.page_saved.{sender.__name__}")
    post_delete.connect(job_deleted, sender=JobPage, weak=False, dispatch_uid="cms.job_deleted")
    for snippet in (Company, Category):
        post_save.connect(
            snippet_saved, sender=snippet, weak=False, dispatch_uid=f"cms.snippet_saved.{snippet.__name__}"
        )


def observe(page: JobPage, *, note: ChangeNote | None = None) -> tuple[PostingEvent, ...]:
    """Have the core look at the page as it is in memory. `note` is what an editor says about an action, in place of the page's own note.

    The page's note has then had its publication: it is removed from the row and from `page`, so that nothing later repeats it.
    """
    if page.alias_of_id:
        return ()
    seen = mapping.observation(page)
    if note is not None and isinstance(seen, Publication):
        seen = replace(seen, note=note)
    events = board.observe_posting(
        posting_id=PostingId(page.posting_id), seen=seen, whereabouts=mapping.whereabouts(page)
    )
    texts.put(page)
    if page.live and (page.change_note or page.minor_change):
        page.change_note, page.minor_change = "", False
        JobPage.objects.filter(pk=page.pk).update(change_note="", minor_change=False)
    return events


def observe_deletion(posting_id: PostingId) -> tuple[PostingEvent, ...]:
    return board.observe_posting(posting_id=posting_id, seen=NotPublic(RetirementReason.DELETED), whereabouts=None)


def page_saved(instance: Page, *, raw: bool = False, update_fields: frozenset[str] | None = None, **_: object) -> None:
    if raw or (update_fields is not None and PUBLIC_FIELDS.isdisjoint(update_fields)):
        return
    if isinstance(instance, JobPage) and update_fields is None:
        # categories and places are stored after this signal: they are read from memory
        observe(instance)
    elif issubclass(instance.specific_class or Page, JobPage):
        # a part of the page was saved, and the rest in memory may be a draft's
        observe(JobPage.objects.get(pk=instance.pk))


def job_deleted(instance: JobPage, **_: object) -> None:
    if not instance.alias_of_id:
        observe_deletion(PostingId(instance.posting_id))


def snippet_saved(*, raw: bool = False, created: bool = False, **_: object) -> None:
    """A company's new name or address shows on all its pages, and none of them is saved."""
    if not (raw or created):
        background.wake("reconcile")
