"""A mail backend whose server answers by a script."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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


server = Server()


class ScriptedBackend(EmailBackend):
    is_open = False

    @override
    def open(self) -> bool:
        if self.is_open:
            return False
        if server.closed is not None:
            raise server.closed
        server.connections += 1
        self.is_open = True
        return True

    @override
    def close(self) -> None:
        self.is_open = False

    @override
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        assert self.is_open, "a connection is opened before it is used"
        for message in email_messages:
            (address,) = message.to
            server.tried.append(message.extra_headers["Message-ID"])
            if server.answers.get(address):
                raise server.answers[address].pop(0)
        return super().send_messages(email_messages)
