"""A posting, people who follow it, and a worker, in a few words."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from adapters import board, following, outbox
from adapters.codec import decode_event
from adapters.models import OutboxEvent, SubscriptionRecord
from adapters.repositories import topic_key
from jobs_domain.changes import ChangeNote, NoteToFollowers
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import (
    CloseReason,
    PostingClosed,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    RetirementReason,
)
from jobs_domain.identifiers import EventId, LanguageCode, PostingId, SubscriptionId, event_id
from jobs_domain.news import Newsworthy
from jobs_domain.posting import NotPublic, Observation, Publication
from jobs_domain.posting_details import PostingDetails
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.topics import Topic
from notifications.alerts import followed
from notifications.asking import ask_due
from notifications.digests import prepare_due
from notifications.fan_out import fan_out_due
from notifications.farewell import let_go_due
from notifications.models import Delivery, Notification
from notifications.resending import resend_due
from notifications.sending import send_due
from tests.unit.examples import ANA, DETAILS, ENGLISH, POSTING_ID, THE_POSTING, wishes

CONTACT: Final = EmailAddress("jobs@bread.example")
NO_NOTE: Final = NoteToFollowers()
SETTLING: Final = timedelta(minutes=5)
MINUTE: Final = timedelta(minutes=1)


def pay(minimum: int | str, maximum: int | str) -> Salary:
    """Euros a month."""
    return Salary(minimum=Decimal(minimum), maximum=Decimal(maximum), currency="EUR", unit=SalaryUnit.MONTH)


BETTER_PAID: Final = replace(DETAILS, salary=pay(3200, 3600))


def show(
    details: PostingDetails = DETAILS,
    *,
    note: ChangeNote = NO_NOTE,
    closed: CloseReason | None = None,
    contact: EmailAddress | None = CONTACT,
    posting_id: PostingId = POSTING_ID,
) -> EventId:
    """The posting is now public like this; gives the id of the event that this raised."""
    seen = Publication(details=details, closed_by_editor=closed, note=note)
    return _observe(posting_id, seen, board.Whereabouts("/jobs/baker/", contact))


def take_down(
    reason: RetirementReason = RetirementReason.UNPUBLISHED, *, posting_id: PostingId = POSTING_ID
) -> EventId:
    return _observe(posting_id, NotPublic(reason), None)


def ask(
    address: EmailAddress = ANA,
    topic: Topic = THE_POSTING,
    *,
    share_address: bool = False,
    language: LanguageCode = ENGLISH,
    frequency: Frequency = Frequency.IMMEDIATE,
) -> SubscriptionId:
    """Somebody asks to follow, and has not confirmed yet."""
    board.request_subscription(
        address=address, topic=topic, wishes=wishes(frequency, share_address=share_address, language=language)
    )
    active = SubscriptionRecord.objects.exclude(state=SubscriptionRecord.State.ENDED)
    record = active.get(address_key=address.key, topic_key=topic_key(topic))
    return SubscriptionId(record.subscription_id)


def follow(
    address: EmailAddress = ANA,
    topic: Topic = THE_POSTING,
    *,
    share_address: bool = False,
    language: LanguageCode = ENGLISH,
    frequency: Frequency = Frequency.IMMEDIATE,
) -> SubscriptionId:
    """Somebody follows, and has dealt with the mails that come with it."""
    subscription_id = ask(address, topic, share_address=share_address, language=language, frequency=frequency)
    work()
    board.confirm_subscription(subscription_id=subscription_id)
    work()
    return subscription_id


def an_open_posting_that_ana_follows(settings: LazySettings) -> None:
    """What happens to it settles."""
    settings.SETTLING_TIME = SETTLING.total_seconds()
    show()
    follow(ANA)


def requested(subscription_id: SubscriptionId) -> EventId:
    return event_id(stream=subscription_id, version=1)


def confirmed(subscription_id: SubscriptionId) -> EventId:
    return event_id(stream=subscription_id, version=2)


def announce() -> None:
    """All that a worker does before anything is sent."""
    jobs = (
        following.see_to,
        outbox.dispatch_due,
        prepare_due,
        ask_due,
        fan_out_due,
        resend_due,
        let_go_due,
        followed.prune,
    )
    while sum(job() for job in jobs):
        pass


def work() -> list[EmailMultiAlternatives]:
    """All that a worker does until nothing is due; gives the mails that it sent."""
    before = len(mail.outbox)
    announce()
    while send_due():
        pass
    return [message for message in mail.outbox[before:] if isinstance(message, EmailMultiAlternatives)]


def subjects(messages: list[EmailMultiAlternatives]) -> list[str]:
    """How they begin."""
    return [str(message.subject).partition(":")[0] for message in messages]


def event(event_id: EventId) -> Newsworthy:
    stored = OutboxEvent.objects.get(event_id=event_id)
    found = decode_event(stored.name, stored.format_version, stored.payload)
    assert isinstance(found, PostingRevised | PostingClosed | PostingReopened | PostingRetired)
    return found


def elsewhere[T](act: Callable[[], T]) -> Callable[[], T]:
    """What another worker does at the same time, on a connection of its own."""

    def on_a_connection_of_its_own() -> T:
        try:
            return act()
        finally:
            connection.close()

    return on_a_connection_of_its_own


def news() -> Notification:
    """What was last written down for followers."""
    return Notification.objects.filter(audience="FOLLOWERS").latest("occurred_at", "created_at")


def recipients(messages: list[EmailMultiAlternatives]) -> list[str]:
    return sorted(address for message in messages for address in message.to)


def html(message: EmailMultiAlternatives) -> str:
    ((content, kind),) = message.alternatives
    assert (kind, isinstance(content, str)) == ("text/html", True)
    return str(content)


def as_in_the_ledger(text: str) -> str:
    """What was sent, without the token with which its reader can see and change everything."""
    return re.sub(r"(/subscriptions/manage/)[^/]+/", r"\1", text)


def states() -> dict[str, str]:
    """The state of each follower's delivery, by address."""
    deliveries = Delivery.objects.filter(notification__audience="FOLLOWERS")
    addresses = dict(SubscriptionRecord.objects.values_list("subscription_id", "address"))
    return {addresses[delivery.subscription_id]: delivery.state for delivery in deliveries}


def delivery_to(address: EmailAddress) -> Delivery:
    """That of the follower."""
    theirs = SubscriptionRecord.objects.filter(address=address.value).values("subscription_id")
    return Delivery.objects.get(notification__audience="FOLLOWERS", subscription_id__in=theirs)


def _observe(posting_id: PostingId, seen: Observation, whereabouts: board.Whereabouts | None) -> EventId:
    *_, last = board.observe_posting(posting_id=posting_id, seen=seen, whereabouts=whereabouts)
    return last.event_id
