"""The core's ports to its records, kept in Django's database."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import assert_never, override

from django.db import IntegrityError, transaction

from adapters.codec import decode_details, decode_topic, encode_details, encode_topic
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.outbox import OutboxEventPublisher
from jobs_domain.digests import DigestTime, Frequency, Weekday
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import CloseReason, EndReason, RetirementReason
from jobs_domain.identifiers import LanguageCode, PostingId, SubscriptionId
from jobs_domain.ports import AlreadyActive, EventPublisher, Postings, Records, Subscriptions
from jobs_domain.posting import Closed, JobPosting, Open, PostingState, Retired
from jobs_domain.subscription import Confirmed, Ended, Pending, Subscription, SubscriptionState
from jobs_domain.topics import JobSearch, PostingTopic, Topic, Wishes


def topic_key(topic: Topic) -> str:
    """The same short text for equal topics."""
    match topic:
        case PostingTopic(posting_id):
            return f"posting:{posting_id}"
        case JobSearch():
            return f"search:{sha256(dumps(encode_topic(topic), sort_keys=True).encode()).hexdigest()}"
        case _:
            assert_never(topic)


class DjangoPostings(Postings):
    @override
    def get(self, posting_id: PostingId) -> JobPosting | None:
        record = PostingRecord.objects.select_for_update().filter(pk=posting_id).first()
        return None if record is None else posting_of(record)

    @override
    def save(self, posting: JobPosting) -> None:
        state, reason = _state_columns(posting.state)
        valid_through = posting.details.valid_through
        PostingRecord.objects.update_or_create(
            posting_id=posting.posting_id,
            defaults={
                "version": posting.version,
                "state": state,
                "reason": reason,
                "title": posting.details.title,
                "details": encode_details(posting.details),
                "closes_at": None if valid_through is None else valid_through.instant,
            },
        )


class DjangoSubscriptions(Subscriptions):
    @override
    def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        record = SubscriptionRecord.objects.select_for_update().filter(pk=subscription_id).first()
        return None if record is None or _is_forgotten(record) else subscription_of(record)

    @override
    def active(self, *, address: EmailAddress, topic: Topic) -> Subscription | None:
        active = SubscriptionRecord.objects.select_for_update().exclude(state=SubscriptionRecord.State.ENDED)
        record = active.filter(address_key=address.key, topic_key=topic_key(topic)).first()
        return None if record is None else subscription_of(record)

    @override
    def of(self, address: EmailAddress) -> tuple[Subscription, ...]:
        records = SubscriptionRecord.objects.select_for_update().filter(address_key=address.key)
        return tuple(subscription_of(record) for record in records.order_by("added_at", "subscription_id"))

    @override
    def replaced_by(self, subscription: Subscription) -> tuple[Subscription, ...]:
        # of the topic's, for which there is an index
        ended = SubscriptionRecord.objects.select_for_update().filter(
            topic_key=topic_key(subscription.topic), state=SubscriptionRecord.State.ENDED, address_key__gt=""
        )
        records = ended.filter(successor_id=subscription.subscription_id).order_by("added_at", "subscription_id")
        return tuple(subscription_of(record) for record in records)

    @override
    def active_on(self, topic: Topic, *, at_most: int) -> tuple[Subscription, ...]:
        states = (SubscriptionRecord.State.PENDING, SubscriptionRecord.State.CONFIRMED)
        records = SubscriptionRecord.objects.select_for_update().filter(topic_key=topic_key(topic), state__in=states)
        return tuple(subscription_of(record) for record in records.order_by("subscription_id")[:at_most])

    @override
    def add(self, subscription: Subscription) -> None:
        record = SubscriptionRecord(
            subscription_id=subscription.subscription_id,
            version=subscription.version,
            address=subscription.address.value,
            address_key=subscription.address.key,
            topic_key=topic_key(subscription.topic),
            topic=encode_topic(subscription.topic),
            requested_at=_began_at(subscription.state),
        )
        _write_wishes(record, subscription.wishes)
        _write_state(record, subscription.state)
        try:
            with transaction.atomic():
                record.save(force_insert=True)
        except IntegrityError as error:
            if "address_key" in str(error) or "one_active_subscription" in str(error):
                raise AlreadyActive from error
            raise

    @override
    def save(self, subscription: Subscription) -> None:
        record = SubscriptionRecord.objects.get(pk=subscription.subscription_id)
        record.version = subscription.version
        _write_wishes(record, subscription.wishes)
        _write_state(record, subscription.state)
        record.save()

    @override
    def erase(self, subscription_ids: Collection[SubscriptionId]) -> None:
        SubscriptionRecord.objects.filter(pk__in=subscription_ids).delete()


@dataclass(frozen=True, slots=True)
class DjangoRecords(Records):
    postings: Postings = field(default_factory=DjangoPostings)
    subscriptions: Subscriptions = field(default_factory=DjangoSubscriptions)
    events: EventPublisher = field(default_factory=OutboxEventPublisher)


@contextmanager
def django_unit_of_work() -> Iterator[Records]:
    """A database transaction, or a savepoint of the one that the caller has begun."""
    with transaction.atomic():
        yield DjangoRecords()


def posting_of(record: PostingRecord) -> JobPosting:
    return JobPosting(
        posting_id=PostingId(record.posting_id),
        details=decode_details(record.details),
        state=_posting_state(record),
        version=record.version,
    )


def subscription_of(record: SubscriptionRecord) -> Subscription:
    return Subscription(
        subscription_id=SubscriptionId(record.subscription_id),
        address=EmailAddress(record.address),
        topic=decode_topic(record.topic),
        wishes=Wishes(
            language=LanguageCode(record.language),
            frequency=Frequency(record.frequency),
            share_address=record.share_address,
            digest_time=_digest_time(record),
            paused_until=record.paused_until,
        ),
        state=_subscription_state(record),
        version=record.version,
    )


def _write_wishes(record: SubscriptionRecord, wishes: Wishes) -> None:
    time = wishes.digest_time
    record.frequency = wishes.frequency.value
    record.share_address = wishes.share_address
    record.language = wishes.language
    record.paused_until = wishes.paused_until
    record.digest_hour = None if time is None else time.hour
    record.digest_weekday = None if time is None else time.weekday.value
    record.digest_zone = "" if time is None else time.zone


def _digest_time(record: SubscriptionRecord) -> DigestTime | None:
    if record.digest_hour is None or record.digest_weekday is None:
        return None
    return DigestTime(hour=record.digest_hour, weekday=Weekday(record.digest_weekday), zone=record.digest_zone)


def holding_subscription(subscription_id: SubscriptionId) -> Subscription | None:
    """The subscription or, if it was replaced since, the one that holds now; to read, not to change."""
    record = _holding_record(subscription_id)
    return None if record is None or _is_forgotten(record) else subscription_of(record)


def forgotten_topic(subscription_id: SubscriptionId) -> Topic | None:
    """What a subscription was about that ended so long ago that its address was forgotten; `None` for any other."""
    record = _holding_record(subscription_id)
    return decode_topic(record.topic) if record is not None and _is_forgotten(record) else None


def _holding_record(subscription_id: SubscriptionId) -> SubscriptionRecord | None:
    record = SubscriptionRecord.objects.filter(pk=subscription_id).first()
    while record is not None and record.successor_id is not None:
        record = SubscriptionRecord.objects.filter(pk=record.successor_id).first()
    return record


def _is_forgotten(record: SubscriptionRecord) -> bool:
    """Without its address it is no subscription any more; what is left answers links in old mails (`adapters.pruning`)."""
    return not record.address_key


def _state_columns(state: PostingState) -> tuple[PostingRecord.State, str]:
    match state:
        case Open():
            return PostingRecord.State.OPEN, ""
        case Closed(reason):
            return PostingRecord.State.CLOSED, reason.value
        case Retired(reason):
            return PostingRecord.State.RETIRED, reason.value
        case _:
            assert_never(state)


def _posting_state(record: PostingRecord) -> PostingState:
    match PostingRecord.State(record.state):
        case PostingRecord.State.OPEN:
            return Open()
        case PostingRecord.State.CLOSED:
            return Closed(CloseReason(record.reason))
        case PostingRecord.State.RETIRED:
            return Retired(RetirementReason(record.reason))


def _began_at(state: SubscriptionState) -> datetime:
    match state:
        case Pending(instant) | Confirmed(instant) | Ended(instant):
            return instant


def _write_state(record: SubscriptionRecord, state: SubscriptionState) -> None:
    match state:
        case Pending(requested_at):
            record.state, record.requested_at = SubscriptionRecord.State.PENDING, requested_at
        case Confirmed(confirmed_at):
            record.state, record.confirmed_at = SubscriptionRecord.State.CONFIRMED, confirmed_at
        case Ended(ended_at, reason, successor_id):
            record.state, record.ended_at = SubscriptionRecord.State.ENDED, ended_at
            record.end_reason, record.successor_id = reason.value, successor_id
        case _:
            assert_never(state)


def _subscription_state(record: SubscriptionRecord) -> SubscriptionState:
    if record.ended_at is not None:
        successor = None if record.successor_id is None else SubscriptionId(record.successor_id)
        return Ended(record.ended_at, EndReason(record.end_reason), successor)
    if record.confirmed_at is not None:
        return Confirmed(record.confirmed_at)
    return Pending(record.requested_at)
