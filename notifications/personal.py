"""What each message of a notification has of its own, and the marks that stand for it in the common text.

A mark holds the notification's id, which nobody can tell before everything that editors and companies wrote is already fixed, for it is
drawn, or derived from that with the board's key: so no text can contain a mark by design or by chance.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final
from uuid import UUID

from django.utils.html import escape

from adapters import links
from jobs_domain.identifiers import SubscriptionId
from notifications.preferences import links as preference_links

NOT_KEPT = "(no longer kept)"
"""Stands in the ledger for an address that has been forgotten since."""


class Personal(Enum):
    LEAVE_URL = "leave"
    CONFIRM_URL = "confirm"
    MANAGE_URL = "manage"
    MOVE_URL = "move"
    KEEP_URL = "keep"
    LEAVE_ALL_URL = "everything"
    FOLLOWER = "follower"


type Values = Mapping[Personal, str]


def mark(personal: Personal, notification_id: UUID) -> str:
    """Nothing in it needs escaping anywhere."""
    return f"{personal.value}-{notification_id.hex}"


def values(subscription_id: SubscriptionId, *, follower: str) -> Values:
    """To read again what was sent: `follower` is the follower's address; only a mail to a company mentions it.

    Links that act for all that a person follows are not among it.
    """
    return {
        Personal.LEAVE_URL: links.end_url(subscription_id),
        Personal.CONFIRM_URL: links.confirm_url(subscription_id),
        Personal.MANAGE_URL: preference_links.sign_in_url(),
        Personal.MOVE_URL: preference_links.sign_in_url(),
        Personal.KEEP_URL: preference_links.sign_in_url(),
        Personal.LEAVE_ALL_URL: preference_links.sign_in_url(),
        Personal.FOLLOWER: follower or NOT_KEPT,
    }


EXAMPLES: Final[Values] = {
    Personal.LEAVE_URL: "#",
    Personal.CONFIRM_URL: "#",
    Personal.MANAGE_URL: "#",
    Personal.MOVE_URL: "#",
    Personal.KEEP_URL: "#",
    Personal.LEAVE_ALL_URL: "#",
    Personal.FOLLOWER: "somebody@example.org",
}
"""For those who only want to see a mail: nobody's, and links that lead nowhere."""


def pieces(text: str, notification_id: UUID) -> list[str | Personal]:
    """The text cut at its marks: text and what is personal by turns, beginning and ending with text that may be empty."""
    found: list[str | Personal] = list(_marks(notification_id).split(text))
    found[1::2] = [Personal(str(name)) for name in found[1::2]]
    return found


def fill_text(text: str, notification_id: UUID, personal: Values) -> str:
    return _filled(text, notification_id, personal)


def fill_html(html: str, notification_id: UUID, personal: Values) -> str:
    return _filled(html, notification_id, {part: escape(value) for part, value in personal.items()})


def _filled(text: str, notification_id: UUID, personal: Values) -> str:
    """In one pass: what stands in a value is never taken for a mark."""
    return "".join(personal[piece] if isinstance(piece, Personal) else piece for piece in pieces(text, notification_id))


def _marks(notification_id: UUID) -> re.Pattern[str]:
    return re.compile(f"({'|'.join(personal.value for personal in Personal)})-{notification_id.hex}")
