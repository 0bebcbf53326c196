"""Which followed searches show a posting that has come onto the list."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import batched
from typing import Final

from django.db.models import Q
from django.db.models.functions import Coalesce, Least

from adapters import background, clock, locks
from adapters.codec import decode_topic
from adapters.models import SubscriptionRecord
from adapters.searching import OnTheList, searching
from jobs_domain.digests import Frequency
from jobs_domain.events import PostingPublished, PostingReopened, PostingRevised
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import JobSearch
from notifications import history
from notifications.alerts import TURN
from notifications.alerts.telling import PREPARE
from notifications.models import DigestPlan, FollowedSearch, NewPosting, SearchAnchor, SearchMatch
from notifications.timing import settling_time

NEW_AGAIN: Final = timedelta(days=30)
"""A posting that was off the list for so long is new when it comes back."""
CORRECTED: Final = timedelta(days=1)
"""For so long after it became new a change may still bring a posting to searches that did not show it before."""
KEPT: Final = timedelta(days=400)
"""Longer than anybody can have mails pause."""
PROBES: Final = 500
"""Anchors in one query."""
CANDIDATES: Final = 1_000
"""Searches in memory at a time."""


def match_published(event: PostingPublished) -> None:
    """It became public for the first time."""
    locks.take_turns(TURN)
    new, _ = NewPosting.objects.get_or_create(posting_id=event.posting_id, defaults={"noted_at": clock.now()})
    _match(new)


def match_reopened(event: PostingReopened) -> None:
    """It is on the list again. Searches that have shown it do not tell of it again, unless it was away for long."""
    locks.take_turns(TURN)
    new = NewPosting.objects.filter(pk=event.posting_id).first()
    gone_at = history.gone_at(event)
    if gone_at is None or event.occurred_at - gone_at >= NEW_AGAIN:
        SearchMatch.objects.filter(posting_id=event.posting_id).delete()
        new, _ = NewPosting.objects.update_or_create(posting_id=event.posting_id, defaults={"noted_at": clock.now()})
    if new is not None:  # else it was public before the board knew of searches
        _match(new)


def match_revised(event: PostingRevised) -> None:
    """It may have been put right soon after it was published."""
    new = NewPosting.objects.filter(pk=event.posting_id, noted_at__gte=clock.now() - CORRECTED).first()
    if new is not None:
        locks.take_turns(TURN)
        _match(new)


def prune() -> int:
    """Forget matches that everybody was told of long ago. Returns how many."""
    forgotten, _ = SearchMatch.objects.filter(noted_at__lt=clock.now() - KEPT).delete()
    return forgotten


def _match(new: NewPosting) -> None:
    posting = searching().on_the_list(PostingId(new.posting_id))
    if posting is None:
        return
    numbers = posting.numbers
    known = set(SearchMatch.objects.filter(posting_id=new.posting_id).values_list("search_id", flat=True))
    for chunk in batched(sorted(_kept_under(numbers) - known), CANDIDATES, strict=False):
        matched = _shown_by(posting, _not_ruled_out(chunk, numbers))
        SearchMatch.objects.bulk_create(
            [SearchMatch(search=search, posting_id=new.posting_id, noted_at=new.noted_at) for search in matched]
        )
        _wake_those_told_at_once([search.topic_key for search in matched])


def _kept_under(numbers: Collection[int]) -> set[int]:
    found = SearchAnchor.objects.values_list("search_id", flat=True)
    return {search for some in batched(numbers, PROBES, strict=False) for search in found.filter(value__in=some)}


def _not_ruled_out(candidates: Sequence[int], numbers: frozenset[int]) -> Sequence[int]:
    needs = FollowedSearch.objects.filter(pk__in=candidates).values_list("pk", "needs")
    return [pk for pk, each in needs if not any(numbers.isdisjoint(need) for need in each)]


def _shown_by(posting: OnTheList, candidates: Sequence[int]) -> Sequence[FollowedSearch]:
    found = list(FollowedSearch.objects.filter(pk__in=candidates).order_by("pk"))
    searches = [(each, topic) for each in found if isinstance(topic := decode_topic(each.topic), JobSearch)]
    verdicts = posting.is_shown_for([search for _, search in searches])
    return [each for (each, _), is_shown in zip(searches, verdicts, strict=True) if is_shown]


def _wake_those_told_at_once(topic_keys: Sequence[str]) -> None:
    """They hear when the settling time is over, together with what is found until then; those who pause, after that."""
    now = clock.now()
    due_at = now + settling_time()
    for some in batched(topic_keys, PROBES, strict=False):
        followers = SubscriptionRecord.objects.filter(
            Q(paused_until=None) | Q(paused_until__lte=now),
            topic_key__in=some,
            state=SubscriptionRecord.State.CONFIRMED,
            frequency=Frequency.IMMEDIATE.value,
        )
        plans = DigestPlan.objects.filter(subscription_id__in=followers.values("subscription_id"))
        if plans.update(due_at=Least(Coalesce("due_at", due_at), due_at)):
            background.wake(PREPARE, at=due_at)
