"""The searches that are followed, each once, with the anchors by which new postings find it."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from adapters import clock, locks
from adapters.codec import decode_topic, encode_topic
from adapters.models import SubscriptionRecord
from adapters.repositories import topic_key
from adapters.searching import searching
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import JobSearch
from notifications.alerts import TURN
from notifications.models import FollowedSearch, NewPosting, SearchAnchor, SearchMatch

INDEX: Final = "index followed searches"
PRUNE: Final = "prune followed searches"
SLICE: Final = 200
RECENT: Final = timedelta(days=1)
"""What became new so long ago is matched once more when searches get other anchors."""


def register(search: JobSearch, *, since: datetime) -> None:
    """Match new postings against the search from now on, and those that have become new since the instant."""
    locks.take_turns(TURN)
    followed, _ = FollowedSearch.objects.get_or_create(
        topic_key=topic_key(search), defaults={"topic": encode_topic(search)}
    )
    _index(followed, search)
    _catch_up(followed, search, since)


def index_due() -> int:
    """Give anchors to searches that have none, or those of an earlier version of the program. Returns how many it dealt with."""
    due = FollowedSearch.objects.exclude(anchors_version=searching().anchors_version)
    if not due.exists():
        return 0
    with transaction.atomic():
        locks.take_turns(TURN)
        found = list(due.order_by("pk")[:SLICE])
        for followed in found:
            match decode_topic(followed.topic):
                case JobSearch() as search:
                    _index(followed, search)
                    _catch_up(followed, search, clock.now() - RECENT)
                case _:
                    followed.delete()
    return len(found)


def prune() -> int:
    """Forget searches that nobody follows any more. Returns how many."""
    confirmed = SubscriptionRecord.objects.filter(
        topic_key=OuterRef("topic_key"), state=SubscriptionRecord.State.CONFIRMED
    )
    with transaction.atomic():
        locks.take_turns(TURN)
        left = list(FollowedSearch.objects.exclude(Exists(confirmed)).values_list("pk", flat=True)[:SLICE])
        FollowedSearch.objects.filter(pk__in=left).delete()
    return len(left)


def _index(followed: FollowedSearch, search: JobSearch) -> None:
    version = searching().anchors_version
    if followed.anchors_version == version:
        return
    followed.anchors.all().delete()
    anchors = searching().anchors(search)
    SearchAnchor.objects.bulk_create([SearchAnchor(value=value, search=followed) for value in sorted(anchors.values)])
    followed.needs, followed.anchors_version = [sorted(need) for need in anchors.needs], version
    followed.save(update_fields=["needs", "anchors_version"])


def _catch_up(followed: FollowedSearch, search: JobSearch, since: datetime) -> None:
    new = dict(NewPosting.objects.filter(noted_at__gte=since).values_list("posting_id", "noted_at"))
    listed = searching().listed(search, [PostingId(posting_id) for posting_id in new])
    # the oldest first, as they would have been matched
    matches = [SearchMatch(search=followed, posting_id=pk, noted_at=new[pk]) for pk in reversed(listed)]
    SearchMatch.objects.bulk_create(matches, ignore_conflicts=True)
