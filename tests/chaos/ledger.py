"""Who follows, who is to be told of what, and whether everybody was."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from adapters.codec import encode_topic
from adapters.models import FollowRequest, Handling, OutboxEvent, SubscriptionRecord
from adapters.repositories import topic_key
from jobs_domain.digests import Frequency
from notifications import messages
from notifications.models import Batch, Delivery, LanePause, Notification
from tests.chaos import urls
from tests.unit.examples import THE_POSTING

FIRST_PAY: Final = 3000
SPOILT_PAY: Final = 70_001
"""Nobody ever hears of it: it is taken back."""
IN_WORDS: Final = "70,001"
ABOUT: Final = 25
"""Messages of other processes that may come between the last one of a process and its end, or before the last one is in the spool: for
each connection that a process has."""


def begin(followers: int, random: Random) -> None:
    """The posting, and so many people who follow it."""
    urls.show(FIRST_PAY)
    since = timezone.now() - timedelta(days=1)
    SubscriptionRecord.objects.bulk_create(
        SubscriptionRecord(
            subscription_id=UUID(int=random.getrandbits(128), version=4),
            version=2,
            address=f"follower-{number}@example.org",
            address_key=f"follower-{number}@example.org",
            topic_key=topic_key(THE_POSTING),
            topic=encode_topic(THE_POSTING),
            frequency=Frequency.IMMEDIATE.value,
            state=SubscriptionRecord.State.CONFIRMED,
            requested_at=since,
            confirmed_at=since,
        )
        for number in range(followers)
    )


def is_all_done() -> bool:
    """Nobody waits to be seen to, and nothing is left to dispatch, to fan out or to send."""
    return not (
        FollowRequest.objects.exists()
        or OutboxEvent.objects.filter(next_attempt_at__isnull=False).exists()
        or Notification.objects.filter(fanned_out_at=None).exists()
        or Batch.objects.exists()
        or Delivery.objects.filter(finished_at=None).exists()
    )


def report() -> str:
    """For the case that it does not come to an end."""
    now = timezone.now()
    states = dict(Delivery.objects.values_list("state").annotate(Count("pk")).order_by())
    handlings = dict(Handling.objects.values_list("state").annotate(Count("pk")).order_by())
    held = Batch.objects.filter(holder__isnull=False)
    lines = [
        f"deliveries {states}, put off {Delivery.objects.exclude(next_attempt_at=None).count()}",
        f"batches {Batch.objects.count()}, held {held.count()}, due {Batch.objects.filter(due_at__lte=now).count()}",
        f"notifications to fan out {Notification.objects.filter(fanned_out_at=None).count()}",
        f"events to dispatch {OutboxEvent.objects.filter(next_attempt_at__isnull=False).count()}, handlings {handlings}",
        f"pauses {[str(pause) for pause in LanePause.objects.all()]}",
    ]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Told:
    """Which messages, and to whom, must have come, and which may have: a worker that is killed between handing a request for
    confirmation over and marking it leaves it open, and the visitor who confirms from it meanwhile needs it no more.
    """

    must: frozenset[tuple[str, str]]
    may: frozenset[tuple[str, str]]


def told() -> Told:
    """Check that the ledger has told everybody of every event that stands.

    Reckoned from the events and the subscriptions, not from the ledger's own idea of who was to be told.
    """
    assert not Handling.objects.filter(state=Handling.State.DEAD).exists(), "an event's handler was given up"
    deliveries = {
        (row.notification.event_id, row.notification.audience, row.subscription_id): row
        for row in Delivery.objects.select_related("notification")
    }
    told_by = {row.pk: row.event_id for row in Notification.objects.all()}
    merged = {
        (row.event_id, row.audience): told_by[row.merged_into]
        for row in Notification.objects.exclude(merged_into=None)
        if row.merged_into is not None
    }
    people = list(SubscriptionRecord.objects.all())
    addresses = {person.subscription_id: person.address for person in people}
    must: set[tuple[str, str]] = set()
    may: set[tuple[str, str]] = set()
    met = set[tuple[UUID, str, UUID]]()

    def must_be_sent(event: OutboxEvent, audience: str, follower: UUID, address: str) -> None:
        told_with = merged.get((event.event_id, audience), event.event_id)
        met.add((told_with, audience, follower))
        delivery = deliveries.get((told_with, audience, follower))
        assert delivery is not None, f"nobody told {address} of {event}"
        if delivery.state == Delivery.State.SENT:
            must.add((messages.message_id(delivery), address))
        else:
            assert (audience, delivery.reason) == ("REQUESTER", "ALREADY_CONFIRMED"), f"{delivery} {delivery.reason}"
            may.add((messages.message_id(delivery), address))

    for event in OutboxEvent.objects.all():
        match event.name:
            case "PostingRevised":
                for person in people:
                    if person.confirmed_at is not None and person.confirmed_at <= event.occurred_at:
                        must_be_sent(event, "FOLLOWERS", person.subscription_id, person.address)
            case "SubscriptionRequested":
                follower = UUID(str(event.payload["subscription_id"]))
                must_be_sent(event, "REQUESTER", follower, addresses[follower])
            case "SubscriptionConfirmed":
                follower = UUID(str(event.payload["subscription_id"]))
                must_be_sent(event, "COMPANY", follower, urls.CONTACT.value)
            case _:
                assert event.name == "PostingPublished", event.name
    assert deliveries.keys() == met, "somebody was told of what has not happened"
    assert not Notification.objects.filter(text__contains=IN_WORDS).exists(), "what was taken back was announced"
    return Told(frozenset(must), frozenset(may))


@dataclass(frozen=True, slots=True)
class Twice:
    """A message that came again, or that came although the ledger says it was not needed any more: its places in the spool."""

    message_id: str
    first: int
    again: int


def check(taken: Sequence[tuple[str, str]]) -> list[Twice]:
    """Check that everybody got what they were to get, and nobody anything else. Gives what came more often than it is marked."""
    expected = told()
    got = Counter(taken)
    lost = expected.must - got.keys()
    assert not lost, f"{len(lost)} messages lost, such as {sorted(lost)[:3]}"
    strange = got.keys() - expected.must - expected.may
    assert not strange, f"{len(strange)} messages that nobody was to get, such as {sorted(strange)[:3]}"
    twice: list[Twice] = []
    last: dict[str, int] = {}
    for place, (message_id, address) in enumerate(taken):
        if (message_id, address) in expected.may:
            twice.append(Twice(message_id, place, place))
        elif message_id in last:
            twice.append(Twice(message_id, last[message_id], place))
        last[message_id] = place
    return twice


@dataclass(frozen=True, slots=True)
class Blow:
    """How far the spool had come right before a process was hit, and when it was certainly dead."""

    before: int
    after: int

    def may_explain(self, one: Twice, *, about: int) -> bool:
        return self.before - about <= one.first <= self.after + about


def unexplained(twice: Sequence[Twice], blows: Sequence[Blow], *, cap: int, connections: int = 1) -> list[Twice]:
    """What came again without a reason. Each of the blows excuses at most `cap` messages that came for the first time about then: what
    was handed over at that moment could not be marked.
    """
    left = sorted((blow for blow in blows for _ in range(cap)), key=lambda blow: blow.after)
    without: list[Twice] = []
    for one in sorted(twice, key=lambda one: one.first):
        excuse = next((blow for blow in left if blow.may_explain(one, about=ABOUT * connections)), None)
        if excuse is None:
            without.append(one)
        else:
            left.remove(excuse)
    return without
