"""Leaving by mail: the other way that `List-Unsubscribe` offers (RFC 2369), for mail programs that write instead of opening a link.

Such a mail goes to `leave+TOKEN@example.org`. The token is the authority, as in the link: who sends the mail does not matter, and nobody is
answered. It is in the address because that is what mail programs keep; some leave out the subject that they were asked to write.
"""

import logging
import re
from email.message import Message
from email.parser import BytesHeaderParser
from enum import Enum
from functools import cache
from typing import Final
from uuid import UUID

from django.conf import settings

from adapters import board
from adapters.tokens import SHORT, InvalidToken, Purpose, read_short, sign_short
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications import questions

logger = logging.getLogger(__name__)

LONGEST_LOCAL_PART: Final = 64
"""RFC 5321 §4.5.3.1.1"""
LONGEST_NAME: Final = LONGEST_LOCAL_PART - SHORT - len("+")
MOST_WISHES: Final = 10
ADDRESSED_TO: Final = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")

_NAME: Final = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST_NAME}}}")
_REPLY: Final = "auto-replied"
"""Of an automatic answer to a mail (RFC 3834 §5). A program that leaves for its user may say of itself that it is `auto-generated`."""


class Wish(Enum):
    """What came of a mail that asks to leave."""

    DONE = "done"
    FORGED = "forged"


def links(purpose: Purpose, of: UUID) -> tuple[str, ...]:
    """For `List-Unsubscribe`; none if the board takes no such mails."""
    box = mailbox(settings.LEAVE_ADDRESS)
    if box is None:
        return ()
    name, domain = box
    return (f"mailto:{name}+{sign_short(purpose, of)}@{domain}?subject=unsubscribe",)


@cache
def mailbox(address: str) -> tuple[str, str] | None:
    """Its name and its domain as SMTP wants it; `None` for what is no address to which a token can be added."""
    try:
        name, _, domain = EmailAddress(address).for_the_wire.rpartition("@")
    except InvalidEmailAddress:
        return None
    return (name, domain) if _NAME.fullmatch(name) else None


def take_in(raw: bytes) -> Wish | None:
    """Do what the mail asks for, if it asks to leave. Doing it again changes nothing."""
    wishes = [_leave(token) for token in tokens_in(raw)]
    return Wish.DONE if Wish.DONE in wishes else next(iter(wishes), None)


def tokens_in(raw: bytes) -> list[str]:
    """What stands where tokens do in the addresses that the mail went to, if it may be a wish to leave."""
    try:
        return _tokens(BytesHeaderParser().parsebytes(raw))
    except Exception:  # the standard library's parser has many ways to fail on what no mail program would send
        logger.warning("A mail could not be read as a wish to leave", exc_info=True)
        return []


def _tokens(header: Message) -> list[str]:
    box = mailbox(settings.LEAVE_ADDRESS)
    if box is None or header.get_content_type() == "multipart/report":
        return []
    if str(header.get("Auto-Submitted", "")).strip().lower().startswith(_REPLY):
        return []
    ours = re.compile(rf"(?<![\w.+-]){re.escape(box[0])}\+([A-Za-z0-9]{{1,{LONGEST_LOCAL_PART}}})@", re.IGNORECASE)
    named = (str(value) for name in ADDRESSED_TO for value in header.get_all(name, []))
    found = (token.lower() for value in named for token in ours.findall(value))
    return list(dict.fromkeys(found))[:MOST_WISHES]


def _leave(token: str) -> Wish:
    try:
        board.end_subscription(subscription_id=SubscriptionId(read_short(Purpose.END, token)))
    except InvalidToken:
        return _leave_all(token)
    return Wish.DONE


def _leave_all(token: str) -> Wish:
    try:
        asked = questions.find(read_short(Purpose.END_ALL, token))
    except InvalidToken:
        return Wish.FORGED
    if asked is not None:
        asked.leave()
    return Wish.DONE
