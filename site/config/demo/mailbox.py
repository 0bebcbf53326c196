"""A real mail server for one machine: it takes every mail by SMTP and puts it into a Maildir, which the inbox page shows."""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived. `text` and `html` are empty if it has no such part."""

    key: str
    recipient: str
    sender: str
    subject: str
    sent_at: datetime | None
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


class Keep:
    """Handles what arrives at the server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        message = mailbox.MaildirMessage(envelope.content)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        mailbox.Maildir(self._folder).add(message)
        return "250 OK"


def serve(folder: Path, *, port: int) -> Controller:
    """Begin to take mail at 127.0.0.1, until `stop` is called on what is returned. Raises `OSError` if the port is taken."""
    controller = Controller(Keep(folder), hostname="127.0.0.1", port=port, data_size_limit=10_000_000)
    controller.start()
    return controller


def folder() -> Path:
    return Path(settings.DATA_DIR) / "inbox"


def mails() -> Iterator[Mail]:
    """Newest first."""
    for path in sorted(_files(), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        yield _read(path)


def mail(key: str) -> Mail | None:
    return next((_read(path) for path in _files() if path.name == key), None)


def _files() -> Iterator[Path]:
    for part in ("new", "cur"):
        yield from (folder() / part).glob("*")


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    sent_at = message["Date"]
    return Mail(
        key=path.name,
        recipient=str(message["X-Envelope-To"] or message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        sent_at=parsedate_to_datetime(str(sent_at)) if sent_at else None,
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers=tuple((name, str(value)) for name, value in message.items()),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return "" if body is None else str(body.get_content())
