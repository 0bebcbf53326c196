"""Postings that have become public for the first time, and which of them somebody's search finds.

A posting is new once: one that returns after it was taken down is not. Whether it is found is for the list to say at the moment of the
digest, so that a mail and the page that it links to agree.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from adapters.models import PostingRecord
from adapters.searching import searching
from jobs_domain.events import PostingPublished
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import JobSearch
from notifications.models import NewPosting

KEPT: Final = timedelta(days=30)
"""Much longer than from one weekly digest to the next, for workers that are down for long."""


def note(event: PostingPublished) -> None:
    NewPosting.objects.get_or_create(posting_id=event.posting_id, defaults={"noted_at": timezone.now()})


def found(search: JobSearch, *, after: datetime, until: datetime) -> Sequence[PostingRecord]:
    """Those that were noted after the one instant and not after the other, and are on the list now; the newest first."""
    noted = NewPosting.objects.filter(noted_at__gt=after, noted_at__lte=until).values_list("posting_id", flat=True)
    listed = searching().listed(search, [PostingId(posting_id) for posting_id in noted])
    records = PostingRecord.objects.in_bulk(listed)
    return [records[posting_id] for posting_id in listed if posting_id in records]


def prune() -> int:
    forgotten, _ = NewPosting.objects.filter(noted_at__lt=timezone.now() - KEPT).delete()
    return forgotten
