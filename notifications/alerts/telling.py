"""What somebody's searches have found, in one mail.

Each search has a plan (`DigestPlan`), as other digests have. When one is due, all of the same person that are due as well are told with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from adapters import links
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import subscription_of, topic_key
from adapters.searching import searching
from jobs_domain.digests import Frequency
from jobs_domain.identifiers import PostingId
from jobs_domain.subscription import Confirmed, Subscription
from jobs_domain.topics import JobSearch
from notifications import announcing, mails, postings
from notifications.models import DigestPlan, Lane, SearchMatch
from notifications.rendering import Followed, Found, Mail

PREPARE: Final = "prepare digests"
TOGETHER: Final = 20
"""So many searches are in one mail: the link to leave them all has to fit into a line of the header (RFC 5322 §2.1.1)."""


@dataclass(frozen=True, slots=True)
class Due:
    """A search of somebody who is to hear now."""

    plan: DigestPlan
    subscription: Subscription
    search: JobSearch
    confirmed_at: datetime


def together_with(plan: DigestPlan, subscription: Subscription, *, at: datetime) -> Sequence[Due]:
    """The plan and all others of its person that are due, locked; none if one of the others goes first, which takes this one along.

    So that two workers never make two mails of it, the one with the first plan waits for the other to let go, and not the other way round.
    """
    records = SubscriptionRecord.objects.filter(
        address_key=subscription.address.key,
        state=SubscriptionRecord.State.CONFIRMED,
        topic_key__startswith="search:",
    ).order_by("added_at", "pk")
    theirs = {record.pk: subscription_of(record) for record in records}
    due = DigestPlan.objects.filter(pk__in=list(theirs), due_at__lte=at).order_by("pk")
    first = due.values_list("pk", flat=True).first()
    if first != plan.pk:
        return ()
    locked = {plan.pk: plan for plan in due.select_for_update()[:TOGETHER]}
    in_order = ((locked[pk], theirs[pk]) for pk in theirs if pk in locked)
    return [found for plan, theirs in in_order if (found := _due(plan, theirs)) is not None]


def tell(dues: Sequence[Due], *, at: datetime) -> None:
    """One mail about all that was found, if anything was; and note on the plans, which are not saved yet, how far they were told."""
    matches = {due.plan.pk: _untold(due) for due in dues}
    for due in dues:
        due.plan.told_match = max([due.plan.told_match, *matches[due.plan.pk].values()])
    listed = {due.plan.pk: searching().listed(due.search, list(matches[due.plan.pk])) for due in dues}
    telling = [due for due in dues if listed[due.plan.pk]]
    if not telling:
        return
    told = [str(matches[due.plan.pk][posting_id]) for due in telling for posting_id in listed[due.plan.pk]]
    to = [due.subscription.subscription_id for due in telling]
    at_once = any(due.subscription.wishes.frequency is Frequency.IMMEDIATE for due in telling)
    announcing.tell_of_new_jobs(
        uuid5(to[0], ",".join(told)),
        lambda: _mail([(due.search, listed[due.plan.pk]) for due in telling]),
        at=at,
        lane=Lane.IMMEDIATE if at_once else Lane.DIGEST,
        to=to,
        language=telling[0].subscription.wishes.language,
    )


def _due(plan: DigestPlan, subscription: Subscription) -> Due | None:
    match subscription:
        case Subscription(topic=JobSearch() as search, state=Confirmed(confirmed_at)):
            return Due(plan, subscription, search, confirmed_at)
        case _:
            return None


def _untold(due: Due) -> Mapping[PostingId, int]:
    """The postings that were found since the last mail, with the matches that say so."""
    matches = SearchMatch.objects.filter(
        search__topic_key=topic_key(due.search), pk__gt=due.plan.told_match, noted_at__gt=due.confirmed_at
    )
    return {PostingId(posting_id): pk for pk, posting_id in matches.order_by("pk").values_list("pk", "posting_id")}


def _mail(found: Sequence[tuple[JobSearch, Sequence[PostingId]]]) -> Mail:
    """Each posting once, with all searches that found it."""
    called = [searching().in_words(search) for search, _ in found]
    searches = [Followed(each.name, links.in_language(each.path)) for each in called]
    by_posting: dict[PostingId, list[Followed]] = {}
    for search, (_, posting_ids) in zip(searches, found, strict=True):
        for posting_id in posting_ids:
            by_posting.setdefault(posting_id, []).append(search)
    shown = list(by_posting)[: mails.MOST]
    records: Mapping[UUID, PostingRecord] = PostingRecord.objects.in_bulk(shown)
    groups: dict[tuple[Followed, ...], list[PostingRecord]] = {}
    for posting_id in shown:
        groups.setdefault(tuple(by_posting[posting_id]), []).append(records[posting_id])
    return mails.new_jobs(
        searches,
        [Found(by, tuple(map(postings.in_words, theirs))) for by, theirs in groups.items()],
        number=len(by_posting),
    )
