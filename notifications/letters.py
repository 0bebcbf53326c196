"""What a mailer is given: a letter that many messages share, and what each message has of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from jobs_domain.identifiers import SubscriptionId
from notifications.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What all messages of a notification have in common that are in one language.

    Marks (`personal.py`) stand in text and HTML for what is personal. `sender` is the address in the envelope, `sender_name` what
    readers see. `list_id` is without angle brackets, and empty for what somebody has just asked for; messages of a list carry `List-
    Unsubscribe`, which is good for the subscriptions of `also_for` as well. `is_about_all` that its reader follows: to leave is then to
    leave all of it. Identifier and language tell one letter from another.
    """

    notification_id: UUID
    language: str
    sender: str
    sender_name: str
    subject: str
    text: str
    html: str
    list_id: str
    also_for: tuple[SubscriptionId, ...] = ()
    is_about_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A letter to one recipient. `recipient` is as SMTP wants it: the domain in ASCII, the local part perhaps not.

    `delivery_id` is what the answer refers to. `message_id` is the header's value with its angle brackets, the same in every attempt.
    `personal` has a value for each mark of the letter. If the letter has a list id, `leave_links` are for
    `List-Unsubscribe`, the best first.
    """

    letter: Letter
    delivery_id: int
    recipient: str
    message_id: str
    personal: Mapping[Personal, str]
    leave_links: tuple[str, ...] = ()
