"""What an answer of the mail server means: for the one message, or for all of them."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import Final

MAX_ATTEMPTS: Final = 17
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)

SERVICE_CLOSING: Final = 421
"""RFC 5321 §3.8: the server shuts down, or has had enough of us."""
TOO_LARGE: Final = 552
"""RFC 1870 §6.1: the one complaint about MAIL FROM that is about the message."""
LOGIN_REQUIRED: Final = frozenset({530, 535, 538})
"""RFC 4954 §6"""
LONGEST_ANSWER: Final = 1000


def pause_after(attempts: int) -> timedelta:
    """1 min, 2 min, 4 min, … up to 6 hours: the 17 attempts span two days and two and a half hours."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has taken over the message. `answer` is what it said to that, such as the number under which its own log has it."""

    answer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: a 4xx reply, a time-out, a broken connection. Whether the message has arrived is then not always known.

    `may_be_all` if it sounds as if it were said to everybody: the server closes, or wants a login. One message is no proof of that.
    """

    answer: str
    may_be_all: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: a 5xx reply about this recipient or this message."""

    answer: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The server takes nothing from us at present, whoever it is for."""

    answer: str


type Failure = Deferred | Refused | Unavailable
type Answer = Accepted | Failure


def meaning(error: Exception) -> Failure:
    match error:
        case SMTPConnectError() | SMTPHeloError() | SMTPAuthenticationError():
            return Unavailable(_words(error.smtp_code, error.smtp_error))
        case SMTPSenderRefused():
            return reply_to_sender(error.smtp_code, error.smtp_error)
        case SMTPResponseException():
            return reply(error.smtp_code, error.smtp_error)
        case SMTPRecipientsRefused():
            return next((reply(code, text) for code, text in error.recipients.values()), Deferred(str(error)))
        case SMTPNotSupportedError():
            return Refused(cleaned(str(error)))
        case _:
            return Deferred(cleaned(f"{type(error).__name__}: {error}"))


def not_opened(error: Exception) -> Unavailable:
    """What it means that no connection could be had, for whatever reason."""
    return Unavailable(meaning(error).answer)


def reply(code: int, text: bytes | str) -> Failure:
    """What a reply other than yes means that is about the recipient or the content."""
    words = _words(code, text)
    if code == SERVICE_CLOSING or code in LOGIN_REQUIRED:
        return Deferred(words, may_be_all=True)
    return Refused(words) if 500 <= code <= 599 else Deferred(words)


def reply_to_sender(code: int, text: bytes | str, *, is_special: bool = False) -> Failure:
    """MAIL FROM is the same in every message: whoever refuses it refuses them all, unless the message is too large.

    Or unless this one is special, which asks for an extension that the others do without (SMTPUTF8): if that is refused for good, it is
    this message's concern.
    """
    is_about_this = code == TOO_LARGE or (is_special and 500 <= code <= 599 and code not in LOGIN_REQUIRED)
    return reply(code, text) if is_about_this else Unavailable(_words(code, text))


def without_address(answer: str, address: str) -> str:
    """Servers like to repeat the recipient; the ledger keeps addresses in one place only."""
    return re.sub(re.escape(address), "…", answer, flags=re.IGNORECASE) if address else answer


def _words(code: int, text: bytes | str) -> str:
    return cleaned(f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}")


def cleaned(text: str) -> str:
    """One line of bounded length, which a database takes and a terminal shows as it is."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split())[:LONGEST_ANSWER]
