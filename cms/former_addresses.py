"""Addresses that outlive their page: whoever comes to one of them later hears that the posting was taken down, not that it never was."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.signals import pre_delete
from wagtail.contrib.redirects.models import Redirect

from adapters.models import PostingRecord
from cms.models import FormerAddress, JobPage


def connect() -> None:
    pre_delete.connect(keep_addresses, sender=JobPage, weak=False, dispatch_uid="cms.keep_addresses")


def keep_addresses(instance: JobPage, **_: object) -> None:
    """In the transaction that deletes the page, or an alias of it, and with it its redirects."""
    moved_from = Redirect.objects.filter(redirect_page_id=instance.pk).values_list("old_path", flat=True)
    paths = {Redirect.normalise_path(path) for path in (*moved_from, instance.path_on_site) if path}
    FormerAddress.objects.bulk_create(
        [FormerAddress(posting_id=instance.posting_id, path=path) for path in sorted(paths)], ignore_conflicts=True
    )


def taken_down(paths: Iterable[str]) -> PostingRecord | None:
    """The posting that was read at one of the paths and is not public any more."""
    escaped = [path.rstrip("/") for path in paths]
    decoded = [Redirect.normalise_path(path) for path in escaped]
    retired = PostingRecord.objects.filter(state=PostingRecord.State.RETIRED).order_by("-updated_at")
    if last_here := retired.filter(path__in=[f"{path}/" for path in escaped]).first():
        return last_here
    before = FormerAddress.objects.filter(path__in=decoded).values_list("posting_id", flat=True)
    offline = JobPage.objects.filter(live=False, slug__in={path.rpartition("/")[2] for path in decoded})
    at_these = [page.posting_id for page in offline if page.path_on_site.rstrip("/") in escaped]
    return retired.filter(pk__in=[*before, *at_these]).first()
