"""Names of things: each kind of id is a type of its own, so that one cannot be passed for another."""

from typing import NewType
from uuid import UUID, uuid4, uuid5

PostingId = NewType("PostingId", UUID)
SubscriptionId = NewType("SubscriptionId", UUID)
EventId = NewType("EventId", UUID)
LanguageCode = NewType("LanguageCode", str)
"""As BCP 47 writes it: `en-gb`, `de`."""


def new_subscription_id() -> SubscriptionId:
    """An id that nobody can guess (122 random bits, RFC 9562 §5.4)."""
    return SubscriptionId(uuid4())


def event_id(*, stream: UUID, version: int) -> EventId:
    """The id of the event number `version` in the life of one posting or subscription.

    It is derived, not drawn (RFC 9562 §5.5): the same step in the same life always has the same id, so a step that is
    taken twice is recognised wherever the id is kept unique.
    """
    return EventId(uuid5(stream, str(version)))
