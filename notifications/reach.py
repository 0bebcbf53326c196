"""A person's deliveries. The ledger is not sorted by persons, which would cost every fan-out dear: they are found by what they follow."""

from django.db.models import Q, QuerySet

from adapters.codec import decode_topic
from adapters.models import SubscriptionRecord
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.topics import PostingTopic
from notifications.models import Audience, Batch, Delivery, Kind


def to_address(address_key: str) -> QuerySet[Delivery]:
    """What went, or is to go, to the address because of its own subscriptions (as far as they are still known)."""
    return because_of(SubscriptionRecord.objects.filter(address_key=address_key))


def because_of(subscriptions: QuerySet[SubscriptionRecord]) -> QuerySet[Delivery]:
    """What went, or is to go, to those whose subscriptions they are."""
    records = subscriptions.values_list("subscription_id", "topic")
    topics = {subscription_id: decode_topic(topic) for subscription_id, topic in records}
    followed = {topic.posting_id for topic in topics.values() if isinstance(topic, PostingTopic)}
    told_of = Q(notification__posting_id__in=followed) | Q(notification__subscription_id__in=list(topics))
    theirs = Delivery.objects.filter(told_of, subscription_id__in=list(topics))
    return theirs.exclude(notification__audience=Audience.COMPANY).exclude(notification__kind=Kind.MOVE)


def unfinished(subscription_id: SubscriptionId) -> QuerySet[Delivery]:
    """What is still to be sent because of the subscription, which need not be known any more."""
    batches = Batch.objects.filter(first__lte=subscription_id, last__gte=subscription_id)
    notifications = list(batches.values_list("notification_id", flat=True))
    return Delivery.objects.filter(notification_id__in=notifications, subscription_id=subscription_id, finished_at=None)
