"""One connection to a mail server, which Django's mail backend opens and whose conversation is ours (RFC 5321).

`smtplib` writes and awaits each command by itself; where the server lets us, we write those of the envelope at once (RFC 2920).
"""

import logging
import ssl
import time
from dataclasses import dataclass
from math import inf
from smtplib import SMTP, SMTP_SSL, SMTPServerDisconnected
from threading import Lock
from typing import Final, cast, override

from django.core.mail.backends.smtp import EmailBackend

from notifications import answers
from notifications.answers import Accepted, Answer, Refused, Unavailable
from notifications.mailers.smtp_client import Allowance, Client, Gibberish, Reply

IDLE_SECONDS: Final = 10
"""A connection that has been idle for longer is asked whether it is still there before it is used."""
CLOSING_SECONDS: Final = 2
GO_AHEAD: Final = 354
"""RFC 5321 §4.1.1.4: the reply to DATA that asks for the content."""
NO_SMTPUTF8: Final = Refused(
    "A mailbox whose name is not in ASCII needs SMTPUTF8 (RFC 6531), which the mail server does not offer."
)
TOO_SLOW: Final = Unavailable("The mail server is so slow that the message could not be begun in time.")

logger = logging.getLogger(__name__)


def longest_conversation(timeout: float) -> float:
    """Seconds from when a message is drawn to its answer, at most, however slow the server is.

    It is not begun if it has waited for more than one time-out, and nothing is waited for after two; a third passes while something
    is, and a fourth if the first address of the server does not answer before the second is tried.
    """
    return 4 * timeout


class _Closing(Exception):
    """421: the server is about to close this connection."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message as it travels. `content` has its CRLFs, and no dot stuffed yet."""

    sender: str
    recipient: str
    content: bytes

    @property
    def is_international(self) -> bool:
        """Needs SMTPUTF8 (RFC 6531)."""
        return not (self.recipient.isascii() and self.sender.isascii())


class _Backend(EmailBackend):
    """Mixed into the backend that the settings name."""

    allowance: Allowance

    @property
    @override
    def connection_class(self) -> type[SMTP_SSL | SMTP]:
        base = super().connection_class
        return cast("type[SMTP]", type(base.__name__, (Client, base), {"allowance": self.allowance}))


class Connection:
    """Used by one thread at a time. Never raises because of a message, a server or a network."""

    def __init__(self, backend: type[EmailBackend]) -> None:
        self._allowance = Allowance()
        bounded = type(backend.__name__, (_Backend, backend), {"allowance": self._allowance})
        self._backend = cast("type[_Backend]", bounded)()
        self._timeout = self._backend.timeout or inf
        self._client: Client | None = None
        self._lock = Lock()
        self.was_refused = False
        """Whether the last message could not be handed over because no connection was to be had."""
        self._is_opening = False
        self._has_been_used = False
        self._must_reset = False
        self._content_begun = False
        self._mail_answered = False
        self._idle_since = 0.0

    @property
    def is_hopeful(self) -> bool:
        """Open, or about to be."""
        return self._is_opening or self._client is not None

    def hand_over(self, parcel: Parcel, *, since: float) -> Answer:
        """Opens the connection if need be; one that has been used before and turns out to be dead is replaced once.

        `since` is when the message was drawn, on the monotonic clock.
        """
        with self._lock:
            self.was_refused = False
            if time.monotonic() - since > self._timeout:
                return TOO_SLOW
            self._allowance.until = since + 2 * self._timeout
            answer: Answer | None = None
            while answer is None:
                answer = self._opened() or self._tried(parcel)
            self._idle_since = time.monotonic()
            return answer

    def close(self) -> None:
        with self._lock:
            client, self._client = self._client, None
            if client is None:
                return
            self._allowance.until = time.monotonic() + CLOSING_SECONDS
            try:
                if client.sock is not None:
                    client.sock.settimeout(min(CLOSING_SECONDS, self._timeout))
                self._backend.close()
            except OSError as error:
                logger.debug("The connection to the mail server did not end in good order: %s", error)
            finally:
                client.close()

    def _opened(self) -> Unavailable | None:
        if self._client is not None and time.monotonic() - self._idle_since > IDLE_SECONDS:
            self._check()
        if self._client is not None:
            return None
        self._is_opening = True
        try:
            self._backend.open()
            client = self._backend.connection
            if not isinstance(client, Client):
                raise SMTPServerDisconnected("The mail backend has opened no connection.")
            client.ehlo_or_helo_if_needed()
        except Exception as error:
            if not isinstance(error, OSError):
                logger.exception("The connection to the mail server cannot be opened")
            self._drop()
            self.was_refused = True
            return answers.not_opened(error)
        else:
            self._client = client
        finally:
            self._is_opening = False
        self._has_been_used = self._must_reset = False
        self._idle_since = time.monotonic()
        return None

    def _check(self) -> None:
        client = self._client
        try:
            if client is not None and client.noop()[0] == 250:
                self._idle_since = time.monotonic()
                self._has_been_used = True
                return
        except OSError as error:
            logger.debug("The connection to the mail server has ended: %s", error)
        self._drop()

    def _tried(self, parcel: Parcel) -> Answer | None:
        """Gives no answer if a connection that has been used before proves to be dead before it has got any content."""
        client = self._client
        if client is None:
            return None
        may_be_stale, self._has_been_used = self._has_been_used, True
        self._content_begun = self._mail_answered = False
        try:
            return self._conversation(client, parcel)
        except _Closing as closing:
            self._drop()
            answer = closing.answer
        except (SMTPServerDisconnected, ConnectionError, ssl.SSLError) as error:
            self._drop()
            answer = answers.meaning(error)
        except Exception as error:
            if not isinstance(error, OSError):
                logger.exception("A message cannot be handed over")
            self._drop()
            if isinstance(error, Gibberish) and not self._mail_answered:
                return answers.not_opened(error)
            return answers.meaning(error)
        return None if may_be_stale and not self._content_begun else answer

    def _conversation(self, client: Client, parcel: Parcel) -> Answer:
        offers = client.esmtp_features
        if parcel.is_international and "smtputf8" not in offers:
            return NO_SMTPUTF8
        content = parcel.content.replace(b"\r\n.", b"\r\n..") + b".\r\n"  # RFC 5321 §4.5.2
        mail = f"MAIL FROM:<{parcel.sender}>"
        if "size" in offers:
            mail += f" SIZE={len(content)}"  # RFC 1870
        if parcel.is_international:
            mail += " BODY=8BITMIME SMTPUTF8"  # RFC 6531 §3.4
        rcpt = f"RCPT TO:<{parcel.recipient}>"
        hand_over = self._envelope_at_once if "pipelining" in offers else self._envelope_step_by_step
        refused = hand_over(client, mail, rcpt, is_special=parcel.is_international)
        if refused is not None:
            self._must_reset = True
            return refused
        self._content_begun = True
        client.write(content)
        code, text = self._reply(client)
        if _is_yes(code):
            return Accepted(f"{code} {text.decode('utf-8', 'replace')}")
        self._must_reset = True
        return answers.reply(code, text)

    def _envelope_at_once(self, client: Client, mail: str, rcpt: str, *, is_special: bool) -> Answer | None:
        """RFC 2920 §3.1. Gives no answer if the server wants the content now."""
        must_reset, self._must_reset = self._must_reset, False
        client.write(f"{'RSET\r\n' if must_reset else ''}{mail}\r\n{rcpt}\r\nDATA\r\n".encode())
        if must_reset:
            self._reply(client)
        sender = self._reply(client)
        self._mail_answered = True
        recipient, data = self._reply(client), self._reply(client)
        if not _is_yes(sender[0]):
            if data[0] == GO_AHEAD:  # to what end? whatever we wrote now would be a message from nobody
                self._drop()
            return answers.reply_to_sender(*sender, is_special=is_special)
        if not _is_yes(recipient[0]):
            if data[0] == GO_AHEAD:  # for nobody: nothing but an end can follow
                client.write(b".\r\n")
                self._reply(client)
            return answers.reply(*recipient)
        return None if data[0] == GO_AHEAD else answers.reply(*data)

    def _envelope_step_by_step(self, client: Client, mail: str, rcpt: str, *, is_special: bool) -> Answer | None:
        if self._must_reset:
            self._must_reset = False
            self._ask(client, "RSET")
        code, text = self._ask(client, mail)
        self._mail_answered = True
        if not _is_yes(code):
            return answers.reply_to_sender(code, text, is_special=is_special)
        code, text = self._ask(client, rcpt)
        if not _is_yes(code):
            return answers.reply(code, text)
        code, text = self._ask(client, "DATA")
        return None if code == GO_AHEAD else answers.reply(code, text)

    def _ask(self, client: Client, command: str) -> Reply:
        client.write(f"{command}\r\n".encode())
        return self._reply(client)

    def _reply(self, client: Client) -> Reply:
        code, text = client.getreply()
        if code == answers.SERVICE_CLOSING:
            raise _Closing(answers.reply(code, text) if self._mail_answered else answers.reply_to_sender(code, text))
        return code, text

    def _drop(self) -> None:
        """Without a word: the server does not hear us, or not as we mean it."""
        self._client = None
        connection, self._backend.connection = self._backend.connection, None
        try:
            if connection is not None:
                connection.close()
            self._backend.close()  # what was opened half
        except OSError as error:
            logger.debug("The connection to the mail server did not end in good order: %s", error)


def _is_yes(code: int) -> bool:
    return 200 <= code <= 299
