"""Bounces and complaints of which a mail provider tells us by webhook, as django-anymail's signal."""

import logging
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from adapters import clock
from notifications import bounces, reach
from notifications.models import Delivery, DeliveryAttempt

logger = logging.getLogger(__name__)

DELIVERY: Final = "delivery"
"""The key in the metadata of a message under which its delivery's number is found."""
UNDELIVERED: Final = frozenset({"bounced", "rejected"})
"""The event types of a message that will not arrive: turned away by the recipient's server, or by the provider."""
ADDRESS_IS_BAD: Final = frozenset({None, "bounced", "invalid"})
"""The reject reasons that are about the address. Others are about the message, or about us: a block list, a filter."""
FOR_NOW: Final = re.compile(r"(?:^|[\s;])4\d\d[ -]|\b4\.\d{1,3}\.\d{1,3}\b")
"""A reply code (RFC 5321 §4.2.1) or status (RFC 3463 §3.1) that says: not now."""
SOFT: Final = "SoftBounce"
"""So Postmark calls a bounce after which it goes on sending to the address."""


class TrackingEvent(Protocol):
    """What we read of `anymail.signals.AnymailTrackingEvent`, which has no types of its own."""

    event_type: str
    timestamp: datetime | None
    recipient: str | None
    reject_reason: str | None
    description: str | None
    mta_response: str | None
    metadata: Mapping[str, object]
    esp_event: object


def listen() -> None:
    """Called once, when the board starts and Anymail is installed."""
    from anymail.signals import tracking  # type: ignore[import-untyped]  # Anymail has neither types nor stubs

    tracking.connect(take_in, dispatch_uid="notifications.anymail_events")


def take_in(event: TrackingEvent, **_: object) -> None:
    """A receiver of `anymail.signals.tracking`. The provider may tell of the same thing several times."""
    if event.event_type in UNDELIVERED:
        outcome = DeliveryAttempt.Outcome.BOUNCED
    elif event.event_type == "complained":
        outcome = DeliveryAttempt.Outcome.COMPLAINED
    else:
        return
    recipient = bounces.key_of(event.recipient or "")
    delivery = _delivery(event, recipient)
    if delivery is None:
        logger.info("A mail provider told that something was %s that is not ours", event.event_type)
        return
    words = bounces.clean(event.mta_response or event.description or event.reject_reason or event.event_type)
    at = event.timestamp or clock.now()
    bounces.came_back(delivery, recipient, outcome, words, at, for_good=_is_for_good(event, words))


def _is_for_good(event: TrackingEvent, words: str) -> bool:
    is_soft = isinstance(event.esp_event, Mapping) and event.esp_event.get("Type") == SOFT
    return event.reject_reason in ADDRESS_IS_BAD and not is_soft and FOR_NOW.search(words) is None


def _delivery(event: TrackingEvent, recipient: str) -> Delivery | None:
    """The one that the metadata names, if it went to this recipient; without metadata the last that did.

    The recipient is compared because another board, such as one for trials, may send through the same account.
    """
    if not recipient:
        return None
    number = str(event.metadata.get(DELIVERY, ""))
    if number:
        is_number = number.isascii() and number.isdigit() and len(number) <= 18
        named = Delivery.objects.filter(pk=int(number)).first() if is_number else None
        return named if named is not None and bounces.recipient_of(named) == recipient else None
    sent = reach.to_address(recipient).filter(state=Delivery.State.SENT)
    return sent.order_by("-finished_at", "-pk").first()
