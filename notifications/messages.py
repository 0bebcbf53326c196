"""A notification as a letter, and a delivery as a message of it."""

from collections.abc import Mapping
from email.utils import parseaddr
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.encoding import punycode

from adapters import links
from adapters.tokens import Purpose
from jobs_domain.identifiers import SubscriptionId
from notifications import leaving
from notifications.letters import Letter, Message
from notifications.models import Audience, Delivery, Kind, Notification
from notifications.personal import NOT_KEPT, Personal, mark
from notifications.preferences import links as preference_links
from notifications.recipients import Wanted

SECRET_DIGITS: Final = 16


def message_id(delivery: Delivery) -> str:
    """See `message_id_of`."""
    return message_id_of(delivery.pk, delivery.notification_id, delivery.subscription_id)


def message_id_of(delivery_id: int, notification_id: UUID, subscription_id: UUID) -> str:
    """The same for every attempt (RFC 5322 §3.6.4), so that whoever gets the message twice can tell.

    Only its recipient can know it: who reports that a message came back proves with it to have had the message.
    """
    return f"<{delivery_id}.{secret_of(notification_id, subscription_id)}@{_domain()}>"


def secret_of(notification_id: UUID, subscription_id: UUID) -> str:
    """Tells what is told to whom, also where the delivery has another number: in a database that was restored."""
    return sha256(notification_id.bytes + subscription_id.bytes).hexdigest()[:SECRET_DIGITS]


def letter(notification: Notification, language: str) -> Letter:
    """In the board's own language if there are no words in the one that is asked for."""
    own = {"subject": notification.subject, "text": notification.text, "html": notification.html}
    said = notification.translations.get(language, own)
    of_list = _list_of(notification)
    return Letter(
        notification_id=notification.pk,
        language=language,
        sender=_sender(),
        sender_name=settings.BOARD_NAME,
        subject=said["subject"],
        text=said["text"],
        html=said["html"],
        list_id=f"{of_list}.followers.{_domain()}" if of_list else "",
        also_for=tuple(SubscriptionId(UUID(other)) for other in notification.also_for),
        is_about_all=notification.kind == Kind.INTEREST,
    )


def _list_of(notification: Notification) -> str:
    """Empty for what somebody has just asked for."""
    if notification.kind == Kind.INTEREST:
        return "questions"
    return str(notification.posting_id or "searches") if notification.audience == Audience.FOLLOWERS else ""


def personal_parts(of: Letter) -> frozenset[Personal]:
    """What each message of the letter has of its own in its text."""
    return frozenset(
        part
        for part in Personal
        if mark(part, of.notification_id) in of.text or mark(part, of.notification_id) in of.html
    )


def message(
    of: Letter, parts: frozenset[Personal], *, delivery_id: int, subscription_id: UUID, wanted: Wanted
) -> Message:
    """`parts` are the letter's `personal_parts`, which are the same for all its messages."""
    personal = {part: _value(part, SubscriptionId(subscription_id), wanted.follower, of) for part in parts}
    return Message(
        letter=of,
        delivery_id=delivery_id,
        recipient=wanted.wire_address,
        message_id=message_id_of(delivery_id, of.notification_id, subscription_id),
        personal=personal,
        leave_links=_leave_links(of, SubscriptionId(subscription_id), personal) if of.list_id else (),
    )


def _leave_links(of: Letter, subscription_id: SubscriptionId, known: Mapping[Personal, str]) -> tuple[str, ...]:
    if of.is_about_all:
        part, by_mail = Personal.LEAVE_ALL_URL, leaving.links(Purpose.END_ALL, of.notification_id)
    elif of.also_for:  # an address has no room for tokens of several
        part, by_mail = Personal.LEAVE_URL, ()
    else:
        part, by_mail = Personal.LEAVE_URL, leaving.links(Purpose.END, subscription_id)
    return known.get(part) or _value(part, subscription_id, "", of), *by_mail


def _value(part: Personal, subscription_id: SubscriptionId, follower: str, of: Letter) -> str:
    match part:
        case Personal.LEAVE_URL:
            return links.end_url(subscription_id, of.language, also=of.also_for)
        case Personal.CONFIRM_URL:
            return links.confirm_url(subscription_id, of.language)
        case Personal.MANAGE_URL:
            return preference_links.manage_url(subscription_id, of.language)
        case Personal.MOVE_URL:
            return preference_links.move_url(of.notification_id, of.language)
        case Personal.KEEP_URL:
            return preference_links.keep_url(of.notification_id, of.language)
        case Personal.LEAVE_ALL_URL:
            return preference_links.leave_all_url(of.notification_id, of.language)
        case Personal.FOLLOWER:
            return follower or NOT_KEPT


def _sender() -> str:
    return _address_in(settings.DEFAULT_FROM_EMAIL)


def _domain() -> str:
    return _sender().rpartition("@")[2]


@cache
def _address_in(mailbox: str) -> str:
    """Its domain in ASCII."""
    local, _, domain = parseaddr(mailbox)[1].rpartition("@")
    return f"{local}@{punycode(domain)}"
