"""Finds the postings whose page and record differ, because nobody was told of the change: bulk updates, raw SQL, a renamed company,
a changed address of the page above, a closing date that has passed, a change of the time zone data base."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched
from typing import Final

from django.db import transaction

from adapters import clock
from adapters.board import Whereabouts
from adapters.models import PostingRecord
from adapters.repositories import posting_of
from cms import bridge, mapping, touching
from cms.finding import texts
from cms.models import JobPage
from cms.models.job_page import JobPageQuerySet
from jobs_domain.identifiers import PostingId
from jobs_domain.posting import Observation, observe

logger = logging.getLogger(__name__)

CHUNK: Final = 500
EXPIRED_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is public of a posting, read in bulk."""

    posting_id: PostingId
    public: Observation
    whereabouts: Whereabouts | None


def reconcile() -> int:
    """Observe every posting whose page and record differ. Returns how many there were, without those that cannot be read."""
    changed = _refresh_instants() + _observe_pages() + _observe_deletions()
    texts.mend()
    return changed


def close_expired() -> int:
    """Observe the postings whose closing date has passed since they were last looked at. Returns how many changed."""
    passed = PostingRecord.objects.filter(state=PostingRecord.State.OPEN, closes_at__lte=clock.now())
    due = passed.order_by("closes_at").values_list("posting_id", flat=True)[:EXPIRED_AT_ONCE]
    return sum(_observe_again(PostingId(posting_id)) for posting_id in list(due))


def _refresh_instants() -> int:
    changed = 0
    with_date = JobPage.objects.exclude(closing_date=None, valid_through=None)
    for page in with_date.only("title", "closing_date", "closing_time", "time_zone", "valid_through").iterator(CHUNK):
        stored = page.valid_through
        page.derive_valid_through()
        if page.valid_through != stored:
            with transaction.atomic():
                changed += JobPage.objects.filter(pk=page.pk).update(valid_through=page.valid_through)
                touching.posting(page)
    return changed


def _observe_pages() -> int:
    # of pages that share an id the live one speaks for the posting
    ids = dict(JobPage.objects.originals().order_by("live", "-pk").values_list("posting_id", "pk"))
    return sum(_observe_chunk(chunk) for chunk in batched(ids.values(), CHUNK, strict=False))


def _observe_chunk(keys: tuple[int, ...]) -> int:
    pages = _with_all_that_is_public(JobPage.objects.filter(pk__in=keys))
    records = PostingRecord.objects.in_bulk([page.posting_id for page in pages])
    return sum(_observe_again(seen.posting_id) for seen in _seen(pages) if _differs(seen, records.get(seen.posting_id)))


def _with_all_that_is_public(pages: JobPageQuerySet) -> JobPageQuerySet:
    return pages.select_related("company").prefetch_related("categories", "locations")


def _seen(pages: Iterable[JobPage]) -> Iterable[_Seen]:
    for page in pages:
        try:
            yield _Seen(PostingId(page.posting_id), mapping.observation(page), mapping.whereabouts(page))
        except ValueError:
            logger.exception("Page %s says something that no posting can say", page.pk)


def _differs(seen: _Seen, record: PostingRecord | None) -> bool:
    posting = None if record is None else posting_of(record)
    if observe(posting, seen.public, posting_id=seen.posting_id, at=clock.now()):
        return True
    if record is None or seen.whereabouts is None:
        return False
    contact = seen.whereabouts.contact_address
    return (record.path, record.contact_address) != (seen.whereabouts.path, "" if contact is None else contact.value)


def _observe_deletions() -> int:
    public = PostingRecord.objects.exclude(state=PostingRecord.State.RETIRED).values_list("posting_id", flat=True)
    gone = set(public) - set(JobPage.objects.originals().values_list("posting_id", flat=True))
    return sum(_observe_again(PostingId(posting_id)) for posting_id in gone)


def _observe_again(posting_id: PostingId) -> bool:
    """Look at one posting, now with the page as it is at this moment. One that cannot be read stops no other."""
    try:
        with transaction.atomic():
            page = JobPage.objects.originals().filter(posting_id=posting_id).order_by("-live", "pk").first()
            if page is None:
                touching.everything()
                return bool(bridge.observe_deletion(posting_id))
            before = _recorded_whereabouts(posting_id)
            has_changed = bool(bridge.observe(page)) or _recorded_whereabouts(posting_id) != before
            if has_changed:
                touching.posting(page)
            return has_changed
    except ValueError:
        logger.exception("Posting %s could not be observed", posting_id)
        return False


def _recorded_whereabouts(posting_id: PostingId) -> tuple[str, str] | None:
    return PostingRecord.objects.filter(pk=posting_id).values_list("path", "contact_address").first()
