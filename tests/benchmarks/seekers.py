"""People who follow searches, in great number, as the benchmarks ask for them. To be imported when Django is set up.

The searches are such as people make: frequent and rare words, towns and categories. One posting is new to them; whatever the number, the
same twenty searches show it.
"""

import statistics
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, batched, islice
from random import Random
from time import perf_counter
from typing import Final
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils import timezone

from adapters.codec import encode_topic
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import posting_of, topic_key
from adapters.searching import OnTheList, searching
from cms import load
from cms.models import JobPage
from jobs_domain.events import PostingPublished
from jobs_domain.identifiers import PostingId
from jobs_domain.posting_details import EmploymentType, PostingDetails, WorkplaceType
from jobs_domain.salary import SalaryFloor
from jobs_domain.topics import InvalidJobSearch, JobSearch
from notifications.alerts import matching
from notifications.models import DigestPlan, FollowedSearch, NewPosting, SearchAnchor, SearchMatch

POSTINGS: Final = 1_000
MATCHES: Final = 20
TIMES: Final = 30
CHUNK: Final = 1_000
SYLLABLES: Final = "ba ce di fo gu ka le mi no pu ra se ti vo wu xa ze".split()
TOWNS: Final = 300
FIELDS: Final = 40
COMPANIES: Final = 2_000
FREQUENT: Final = ("team", "work", "care", "plan", "shift", "learn", "tools", "people", "early", "trust")
"""They are in most postings, so that hardly any search is for such a word alone."""


class Zipf:
    """The n-th value is drawn 1/n times as often as the first."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = values
        self._weights = list(accumulate(1 / rank for rank in range(1, len(values) + 1)))

    def draw(self, dice: Random) -> str:
        return dice.choices(self._values, cum_weights=self._weights)[0]


def make(number: int) -> None:
    load.generate(postings=POSTINGS, followers=1)
    posting = _listed(_the_posting())
    dice = Random(number)  # noqa: S311 - the same in every run
    matching_ones = list(_that_show_it())
    _save(matching_ones)
    others = (search for some in batched(_searches(dice), CHUNK, strict=False) for search in _not_shown(posting, some))
    for chunk in batched(islice(_each_once(others), number - len(matching_ones)), CHUNK, strict=False):
        _save(chunk)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _each_once(searches: Iterator[JobSearch]) -> Iterator[JobSearch]:
    seen = set[str]()
    for search in searches:
        key = topic_key(search)
        if key not in seen:
            seen.add(key)
            yield search


def figures() -> dict[str, float]:
    """The median of the seconds from the event to the followers' plans; how many searches were found, and looked at."""
    posting_id = _the_posting()
    event = PostingPublished(
        posting_id=posting_id,
        version=1,
        occurred_at=timezone.now(),
        details=_details(posting_id),
    )
    seconds = [_once(event) for _ in range(TIMES)]
    looked_at = len(matching._kept_under(_listed(posting_id).numbers))
    return {
        "searches": FollowedSearch.objects.count(),
        "seconds": statistics.median(seconds[TIMES // 3 :]),
        "matches": MATCHES,
        "looked_at": looked_at,
    }


def _once(event: PostingPublished) -> float:
    SearchMatch.objects.all().delete()
    NewPosting.objects.all().delete()
    DigestPlan.objects.update(due_at=None)
    began = perf_counter()
    with transaction.atomic():
        matching.match_published(event)
    seconds = perf_counter() - began
    assert SearchMatch.objects.count() == MATCHES, f"{SearchMatch.objects.count()} matches"
    assert DigestPlan.objects.exclude(due_at=None).count() == MATCHES
    return seconds


def _the_posting() -> PostingId:
    pages = JobPage.objects.open(at=timezone.now()).filter(salary_maximum__isnull=False).order_by("pk")
    return PostingId(pages.values_list("posting_id", flat=True)[0])


def _listed(posting_id: PostingId) -> OnTheList:
    posting = searching().on_the_list(posting_id)
    assert posting is not None
    return posting


def _details(posting_id: PostingId) -> PostingDetails:
    return posting_of(PostingRecord.objects.get(pk=posting_id)).details


def _that_show_it() -> Iterator[JobSearch]:
    page = JobPage.objects.get(posting_id=_the_posting())
    word = max(page.title.split(), key=len)
    pay = [SalaryFloor(amount=Decimal(amount), currency=page.salary_currency) for amount in range(1, MATCHES // 2 + 1)]
    yield from (JobSearch(text=word, salary=floor) for floor in pay)
    yield from (JobSearch(companies=frozenset({page.company.slug}), salary=floor) for floor in pay)


def _searches(dice: Random) -> Iterator[JobSearch]:
    """Without end."""
    words = Zipf([*FREQUENT, *("".join(dice.choices(SYLLABLES, k=dice.randrange(2, 6))) for _ in range(3_000))])
    towns = Zipf(["x-be", "ghent-be", "lyon-fr", "leeds-gb", *(f"town-{number}-be" for number in range(TOWNS))])
    fields = Zipf(["office", "crafts", "health", "transport", *(f"field-{number}" for number in range(FIELDS))])
    companies = Zipf([f"company-{number}" for number in range(1, COMPANIES)])
    kinds, places = list(EmploymentType), list(WorkplaceType)
    while True:
        several = dice.choice((1, 1, 2))
        try:
            yield JobSearch(
                text=" ".join(words.draw(dice) for _ in range(several)) if dice.random() < 0.6 else "",
                places=frozenset({towns.draw(dice)} if dice.random() < 0.5 else ()),
                categories=frozenset({fields.draw(dice)} if dice.random() < 0.3 else ()),
                companies=frozenset({companies.draw(dice)} if dice.random() < 0.05 else ()),
                employment_types=frozenset(dice.sample(kinds, 1) if dice.random() < 0.2 else ()),
                workplace_types=frozenset(dice.sample(places, 1) if dice.random() < 0.2 else ()),
                salary=(
                    SalaryFloor(amount=Decimal(dice.randrange(20, 120) * 1_000), currency="EUR")
                    if dice.random() < 0.3
                    else None
                ),
            )
        except InvalidJobSearch:
            continue


def _not_shown(posting: OnTheList, searches: Sequence[JobSearch]) -> Iterator[JobSearch]:
    verdicts = posting.is_shown_for(searches)
    return (search for search, is_shown in zip(searches, verdicts, strict=True) if not is_shown)


def _save(searches: Sequence[JobSearch]) -> None:
    """As they are after somebody has followed each, and wants to hear at once."""
    version, now = searching().anchors_version, timezone.now()
    anchors = [searching().anchors(search) for search in searches]
    kept = FollowedSearch.objects.bulk_create(
        FollowedSearch(
            topic_key=topic_key(search),
            topic=encode_topic(search),
            needs=[sorted(need) for need in its.needs],
            anchors_version=version,
        )
        for search, its in zip(searches, anchors, strict=True)
    )
    SearchAnchor.objects.bulk_create(
        SearchAnchor(search=each, value=value) for each, its in zip(kept, anchors, strict=True) for value in its.values
    )
    ids = {each.pk: uuid5(UUID(int=0), each.topic_key) for each in kept}
    SubscriptionRecord.objects.bulk_create(
        SubscriptionRecord(
            subscription_id=ids[each.pk],
            version=2,
            address=f"seeker-{each.pk}@example.org",
            address_key=f"seeker-{each.pk}@example.org",
            topic_key=each.topic_key,
            topic=each.topic,
            frequency="IMMEDIATE",
            state="CONFIRMED",
            requested_at=now,
            confirmed_at=now,
        )
        for each in kept
    )
    DigestPlan.objects.bulk_create(DigestPlan(subscription_id=pk, told_until=now) for pk in ids.values())
