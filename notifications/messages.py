"""A notification as a letter, and a delivery as a message of it."""

from email.utils import parseaddr
from functools import cache
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.utils.encoding import punycode

from adapters import links
from jobs_domain.identifiers import SubscriptionId
from notifications.letters import Letter, Message
from notifications.models import Audience, Delivery, Notification
from notifications.personal import NOT_KEPT, Personal, mark
from notifications.preferences import links as preference_links
from notifications.recipients import Wanted


def message_id(delivery: Delivery) -> str:
    """See `message_id_of`."""
    return message_id_of(delivery.pk, delivery.notification_id, delivery.subscription_id)


def message_id_of(delivery_id: int, notification_id: UUID, subscription_id: UUID) -> str:
    """The same for every attempt (RFC 5322 §3.6.4), so that whoever gets the message twice can tell.

    Only its recipient can know it: who reports that a message came back proves with it to have had the message.
    """
    secret = sha256(notification_id.bytes + subscription_id.bytes).hexdigest()[:16]
    return f"<{delivery_id}.{secret}@{_domain()}>"


def letter(notification: Notification, language: str) -> Letter:
    """In the board's own language if there are no words in the one that is asked for."""
    own = {"subject": notification.subject, "text": notification.text, "html": notification.html}
    said = notification.translations.get(language, own)
    is_news = notification.audience == Audience.FOLLOWERS
    return Letter(
        notification_id=notification.pk,
        language=language,
        sender=_sender(),
        sender_name=settings.BOARD_NAME,
        subject=said["subject"],
        text=said["text"],
        html=said["html"],
        list_id=f"{notification.posting_id or 'searches'}.followers.{_domain()}" if is_news else "",
        also_for=tuple(SubscriptionId(UUID(other)) for other in notification.also_for),
    )


def personal_parts(of: Letter) -> frozenset[Personal]:
    """What each message of the letter has of its own, besides the recipient."""
    in_the_header = {Personal.LEAVE_URL} if of.list_id else set[Personal]()
    return frozenset(
        part
        for part in Personal
        if part in in_the_header
        or mark(part, of.notification_id) in of.text
        or mark(part, of.notification_id) in of.html
    )


def message(
    of: Letter, parts: frozenset[Personal], *, delivery_id: int, subscription_id: UUID, wanted: Wanted
) -> Message:
    """`parts` are the letter's `personal_parts`, which are the same for all its messages."""
    return Message(
        letter=of,
        delivery_id=delivery_id,
        recipient=wanted.wire_address,
        message_id=message_id_of(delivery_id, of.notification_id, subscription_id),
        personal={part: _value(part, SubscriptionId(subscription_id), wanted.follower, of) for part in parts},
    )


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
