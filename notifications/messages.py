"""A delivery as a mail with all its headers."""

from email.utils import formataddr, parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.encoding import punycode

from adapters import links
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications import personal
from notifications.models import Audience, Delivery

HTML: Final = "text/html"


class CannotBeAddressed(ValueError):
    """The mailbox has a name that this way of sending cannot express; the message says why."""


def message_id(delivery: Delivery) -> str:
    """The same for every attempt (RFC 5322 §3.6.4), so that whoever gets the message twice can tell."""
    return f"<{delivery.notification_id.hex}.{delivery.pk}@{_domain()}>"


def build(delivery: Delivery, *, follower: str, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """Raises `CannotBeAddressed`."""
    notification = delivery.notification
    subscription_id = SubscriptionId(delivery.subscription_id)
    own = personal.values(subscription_id, follower=follower)
    message = EmailMultiAlternatives(
        subject=notification.subject,
        body=personal.fill_text(notification.text, notification.pk, own),
        from_email=formataddr((settings.BOARD_NAME, _sender())),
        to=[_recipient(delivery.address)],
        headers=_headers(delivery),
        connection=connection,
    )
    message.attach_alternative(personal.fill_html(notification.html, notification.pk, own), HTML)
    return message


def _headers(delivery: Delivery) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(delivery),
        "Auto-Submitted": "auto-generated",  # RFC 3834 §5: no out-of-office replies, please
    }
    notification = delivery.notification
    if notification.audience == Audience.FOLLOWERS:
        headers["List-Unsubscribe"] = f"<{links.end_url(SubscriptionId(delivery.subscription_id))}>"  # RFC 2369
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058 §3.1
        if notification.posting_id is not None:
            headers["List-Id"] = f"<{notification.posting_id}.followers.{_domain()}>"  # RFC 2919
    return headers


def _recipient(address: str) -> str:
    recipient = EmailAddress(address)
    if not recipient.for_the_wire.isascii():
        raise CannotBeAddressed(
            "A mailbox whose name is not in ASCII needs SMTPUTF8 (RFC 6531), which is not supported."
        )
    return recipient.for_the_wire


def _sender() -> str:
    local, _, domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")
    return f"{local}@{punycode(domain)}"


def _domain() -> str:
    return _sender().rpartition("@")[2]
