"""Was this person told? What the ledger says of every subscription of an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from django.db.models import Q

from adapters.codec import decode_topic
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.searching import searching
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.topics import JobSearch, PostingTopic, Topic
from notifications import ledger
from notifications.ledger import Account, NoLongerKnown, NotTold, ToBeTold, Told
from notifications.models import Audience, Notification

MOST: Final = 50
"""Notifications that are listed for a subscription; the newest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the person heard of one notification. `why` says more of it; either instant may not be known."""

    notification: Notification
    verdict: str
    at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A subscription with what its follower heard, the newest first."""

    record: SubscriptionRecord
    topic: str
    entries: Sequence[Entry]
    has_more: bool


def subscriptions_of(address: EmailAddress) -> Sequence[Followed]:
    """The newest first. Subscriptions of which one took the place of another are one person's: the last stands for all."""
    found = list(SubscriptionRecord.objects.filter(address_key=address.key).order_by("-requested_at", "-pk"))
    known = {record.pk for record in found}
    return [_followed(record) for record in found if record.successor_id not in known]


def _followed(record: SubscriptionRecord) -> Followed:
    topic = decode_topic(record.topic)
    told_of = Q(audience__in=(Audience.REQUESTER, Audience.OWNER), subscription_id=record.pk)
    if isinstance(topic, PostingTopic):
        told_of |= Q(audience=Audience.FOLLOWERS, posting_id=topic.posting_id)
    notifications = Notification.objects.filter(told_of).defer("text", "html").order_by("-occurred_at", "-created_at")
    newest = list(notifications[: MOST + 1])
    listed = newest[:MOST]
    accounts = ledger.told_of(SubscriptionId(record.pk), listed)
    entries = [_entry(each, accounts[each.pk]) for each in listed]
    return Followed(record, _in_words(topic), entries, has_more=len(newest) > MOST)


def _entry(notification: Notification, account: Account) -> Entry:
    match account:
        case Told(at=at):
            return Entry(notification, "Told", at, "")
        case ToBeTold(next_attempt_at=at, last_answer=answer):
            return Entry(notification, "To be told", at, answer)
        case NotTold(why=why, at=at, last_answer=answer):
            return Entry(notification, "Not told", at, f"{why.label}. {answer}".strip() if answer else why.label)
        case NoLongerKnown():
            return Entry(notification, "No longer known", None, "only how many were told is still kept")
        case _:
            assert_never(account)


def _in_words(topic: Topic) -> str:
    match topic:
        case PostingTopic(posting_id):
            title = PostingRecord.objects.filter(pk=posting_id).values_list("title", flat=True).first()
            return title or str(posting_id)
        case JobSearch():
            return searching().in_words(topic).name
        case _:
            assert_never(topic)
