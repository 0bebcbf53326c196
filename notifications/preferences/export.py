"""All that is held about an address, for its owner to take away (GDPR, Article 20)."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from adapters.codec import decode_topic
from adapters.models import FollowRequest, SubscriptionRecord
from adapters.repositories import subscription_of
from adapters.web.subscriptions import in_words
from jobs_domain.email_address import EmailAddress
from notifications import reach, suppression
from notifications.models import Delivery, InterestPlan
from notifications.preferences.overview import subject

type Json = Mapping[str, object]


def held_about(address: EmailAddress) -> Json:
    """Instants are in UTC, as ISO 8601 has them."""
    records = SubscriptionRecord.objects.filter(address_key=address.key).order_by("requested_at", "pk")
    signs = dict(InterestPlan.objects.filter(pk__in=records.values("pk")).values_list("pk", "silent_since"))
    messages = reach.to_address(address.key).select_related("notification").order_by("pk")
    barred = suppression.find(address.key)
    return {
        "address": address.value,
        "made_at": timezone.now(),
        "subscriptions": [_subscription(record, signs.get(record.pk)) for record in records],
        "requests": [_request(request) for request in FollowRequest.objects.filter(address_key=address.key)],
        "messages": [_message(each) for each in messages.defer("notification__text", "notification__html").iterator()],
        "gets_no_mail": None if barred is None else {"reason": barred.reason, "since": barred.since},
    }


def _subscription(record: SubscriptionRecord, last_sign_at: datetime | None) -> Json:
    return {
        "id": record.pk,
        "topic": in_words(subscription_of(record).topic).words,
        "criteria": record.topic,
        "state": record.state,
        "frequency": record.frequency,
        "language": record.language,
        "digest_time": None
        if record.digest_hour is None
        else {"hour": record.digest_hour, "weekday": record.digest_weekday, "zone": record.digest_zone},
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


def _message(delivery: Delivery) -> Json:
    return {
        "subscription": delivery.subscription_id,
        "kind": delivery.notification.kind,
        "subject": subject(delivery.notification, ""),
        "state": delivery.state,
        "why_not": delivery.reason,
        "finished_at": delivery.finished_at,
    }
