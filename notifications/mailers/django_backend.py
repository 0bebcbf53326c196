"""Any mail backend of Django's (console, files, memory, …), one message at a time."""

import logging
from collections.abc import Iterator, Sequence
from email.utils import formataddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Final, override

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications import answers
from notifications.answers import Accepted, Answer, Deferred, Refused, Unavailable
from notifications.letters import Message
from notifications.mailers.port import Mailer, Result, Room
from notifications.mime import CannotBeSent, addressed, guarded, leave_header
from notifications.personal import fill_html, fill_text

HTML: Final = "text/html"

logger = logging.getLogger(__name__)


def email_of(message: Message, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The message by itself, with all its headers. Raises `CannotBeSent`."""
    letter = message.letter
    if not message.recipient.isascii():
        raise CannotBeSent(
            "A mailbox whose name is not in ASCII needs SMTPUTF8 (RFC 6531), which is not supported here."
        )
    email = EmailMultiAlternatives(
        subject=guarded(letter.subject),
        body=fill_text(letter.text, letter.notification_id, message.personal),
        from_email=formataddr((guarded(letter.sender_name), addressed(letter.sender))),
        to=[addressed(message.recipient)],
        headers=headers_of(message),
        connection=connection,
    )
    email.attach_alternative(fill_html(letter.html, letter.notification_id, message.personal), HTML)
    return email


def headers_of(message: Message) -> dict[str, str]:
    """Those that are not in every mail. Raises `CannotBeSent`."""
    headers = {
        "Message-ID": guarded(message.message_id),
        "Auto-Submitted": "auto-generated",  # RFC 3834 §5: no out-of-office replies, please
    }
    if message.letter.list_id:
        headers["List-Id"] = f"<{addressed(message.letter.list_id)}>"  # RFC 2919
        headers["List-Unsubscribe"] = leave_header(message)  # RFC 2369
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058 §3.1
    return headers


class DjangoMailer(Mailer):
    """Keeps one connection of the backend that the settings name."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    @property
    @override
    def connections(self) -> int:
        return 1

    @override
    def send(self, messages: Iterator[Message], room: Room) -> Iterator[Sequence[Result]]:
        while True:
            if not room.free:
                yield ()
                continue
            message = next(messages, None)
            if message is None:
                return
            room.take()
            answer = self._hand_over(message)
            yield (Result(message.delivery_id, answer),)
            if isinstance(answer, Unavailable):
                return

    @override
    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except OSError as error:
            logger.debug("The connection to the mail server did not end in good order: %s", error)
        except Exception:  # whatever a mail backend raises
            logger.exception("The mail backend did not end in good order")

    def _hand_over(self, message: Message) -> Answer:
        try:
            connection = self._opened()
        except Exception as error:
            if not isinstance(error, OSError):
                logger.exception("The mail backend cannot be used")
            self.close()
            return answers.not_opened(error)
        try:
            email = email_of(message, connection)
            return Accepted() if connection.send_messages([email]) else Deferred("The mail backend took nothing.")
        except CannotBeSent as error:
            return Refused(str(error))
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            answer = answers.meaning(error)
            if isinstance(answer, Deferred) and answer.may_be_all:
                self.close()
            return answer
        except OSError as error:  # nothing is known of a connection that broke
            self.close()
            return answers.meaning(error)
        except Exception as error:  # one message that cannot be made or sent may not keep the others from being sent
            logger.exception("Delivery %s cannot be sent", message.delivery_id)
            return answers.meaning(error)

    def _opened(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection()
        self._connection.open()  # does nothing while it is open
        return self._connection
