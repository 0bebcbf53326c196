"""A posting is gone for good: once its followers have a delivery of that news, their subscriptions end.

Deliveries that still wait then are sent all the same (`recipients.py`): the news that brought the end, and what came before it.
"""

from typing import Final

from adapters import background, board, clock
from jobs_domain.identifiers import PostingId
from notifications.models import Farewell, Kind, Notification

LET_GO: Final = "let followers go"
SLICE: Final = 200
"""Subscriptions in one transaction."""


def begin(notification: Notification) -> None:
    """To be called in the transaction in which the last delivery of the notification is made."""
    if notification.kind == Kind.RETIRED and notification.posting_id is not None:
        Farewell.objects.get_or_create(posting_id=notification.posting_id, defaults={"since": clock.now()})
        background.wake(LET_GO)


def let_go_due() -> int:
    """End subscriptions to one posting that is gone. Returns how many, and one for a posting that is done with.

    A posting that was published again meanwhile keeps its followers.
    """
    farewell = Farewell.objects.order_by("since").first()
    if farewell is None:
        return 0
    ended = board.end_followers_of_retired(posting_id=PostingId(farewell.posting_id), at_most=SLICE)
    if ended < SLICE:
        farewell.delete()
        return ended + 1
    return ended
