"""A mail backend whose server answers by a script."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from smtplib import SMTPRecipientsRefused
from typing import override

from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend


@dataclass
class Server:
    """`answers` are used up one by one, for each address; when there are none (left) the mail is taken.

    `closed` is what connecting meets. `tried` are the Message-IDs that came as far as the server, in order.
    """

    answers: dict[str, list[BaseException]] = field(default_factory=dict)
    closed: Exception | None = None
    connections: int = 0
    tried: list[str] = field(default_factory=list)

    def refuse(self, address: str) -> None:
        """Whatever is sent to it from now on, a hundred times."""
        self.answers[address] = [SMTPRecipientsRefused({address: (550, b"5.1.1 No such user")}) for _ in range(100)]

    def meet(self, address: str, message_id: str) -> None:
        """What happens when a message is handed over."""
        self.tried.append(message_id)
        if self.answers.get(address):
            raise self.answers[address].pop(0)


server = Server()


class ScriptedBackend(EmailBackend):
    """A connection ends when the server is replaced."""

    opened_at: Server | None = None

    @property
    def is_open(self) -> bool:
        return self.opened_at is server

    @override
    def open(self) -> bool:
        if self.is_open:
            return False
        if server.closed is not None:
            raise server.closed
        server.connections += 1
        self.opened_at = server
        return True

    @override
    def close(self) -> None:
        self.opened_at = None

    @override
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        assert self.is_open, "a connection is opened before it is used"
        for message in email_messages:
            (address,) = message.to
            server.meet(address, message.extra_headers["Message-ID"])
        return super().send_messages(email_messages)
