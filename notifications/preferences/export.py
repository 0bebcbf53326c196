"""All that is held about an address, for its owner to take away (GDPR, Article 20)."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from adapters import board, clock
from adapters.codec import decode_topic
from adapters.models import FollowRequest, SubscriptionRecord
from adapters.repositories import subscription_of
from adapters.web.subscriptions import in_words
from jobs_domain.email_address import EmailAddress
from notifications import reach, suppression
from notifications.models import AddressChange, AddressLookup, Delivery, DigestPlan, InterestPlan
from notifications.preferences.overview import subject

type Json = Mapping[str, object]


def held_about(address: EmailAddress) -> Json:
    """Also what is held under older addresses, from which something moved to this one. Instants are in UTC, as ISO 8601 has them."""
    held = [subscription.subscription_id for subscription in board.read_person(address=address)]
    records = SubscriptionRecord.objects.filter(pk__in=held)
    spoken = dict(records.values_list("pk", "language"))
    digests = dict(DigestPlan.objects.filter(pk__in=held).values_list("pk", "due_at"))
    signs = dict(InterestPlan.objects.filter(pk__in=held).values_list("pk", "silent_since"))
    changes = AddressChange.objects.filter(Q(subscription_id__in=held) | Q(address_key=address.key))
    barred = suppression.find(address.key)
    looked_up = AddressLookup.objects.filter(address_hash=suppression.hash_of(address.key))
    return {
        "address": address.value,
        "made_at": clock.now(),
        "subscriptions": [
            _subscription(record, digests.get(record.pk), signs.get(record.pk))
            for record in records.order_by("added_at", "pk")
        ],
        "requests": [_request(request) for request in FollowRequest.objects.filter(address_key=address.key)],
        "messages": [_message(each, spoken.get(each.subscription_id, "")) for each in _messages(records, changes)],
        "wishes_to_move": [{"to": change.address, "asked_at": change.asked_at} for change in changes.order_by("pk")],
        "gets_no_mail": None if barred is None else {"reason": barred.reason, "since": barred.since},
        "looked_up_by_staff_at": list(looked_up.order_by("at").values_list("at", flat=True)),
    }


def _messages(records: QuerySet[SubscriptionRecord], changes: QuerySet[AddressChange]) -> Iterator[Delivery]:
    """Those that asked another address among them, or this one because of somebody else's wish."""
    asked = Delivery.objects.filter(notification__in=list(changes.values_list("pk", flat=True)))
    # apart: no index serves both questions in one
    found = {
        each.pk: each
        for messages in (reach.because_of(records), asked)
        for each in messages.select_related("notification").defer("notification__text", "notification__html")
    }
    return (found[pk] for pk in sorted(found))


def _subscription(record: SubscriptionRecord, next_digest_at: datetime | None, last_sign_at: datetime | None) -> Json:
    return {
        "id": record.pk,
        "address": record.address,
        "topic": in_words(subscription_of(record).topic).words,
        "criteria": record.topic,
        "state": record.state,
        "frequency": record.frequency,
        "language": record.language,
        "digest_time": None
        if record.digest_hour is None
        else {"hour": record.digest_hour, "weekday": record.digest_weekday, "zone": record.digest_zone},
        "next_digest_at": next_digest_at,
        "paused_until": record.paused_until,
        "share_address": record.share_address,
        "requested_at": record.requested_at,
        "confirmed_at": record.confirmed_at,
        "last_sign_of_interest_at": last_sign_at,
        "ended_at": record.ended_at,
        "end_reason": record.end_reason,
        "replaced_by": record.successor_id,
    }


def _request(request: FollowRequest) -> Json:
    """To follow something, to which nobody has seen yet."""
    return {
        "topic": in_words(decode_topic(request.topic)).words,
        "criteria": request.topic,
        "asked_at": request.asked_at,
    }


def _message(delivery: Delivery, language: str) -> Json:
    return {
        "subscription": delivery.subscription_id,
        "kind": delivery.notification.kind,
        "subject": subject(delivery.notification, language),
        "state": delivery.state,
        "why_not": delivery.reason,
        "finished_at": delivery.finished_at,
    }
