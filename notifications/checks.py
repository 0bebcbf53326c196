"""What `manage.py check` finds wrong with the settings of mails; the ones about the internet only with `--deploy`. docs/deploy.md has the
table.
"""

import os
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name

from adapters.checks import is_here
from notifications.leaving import LONGEST_NAME, mailbox

SENDS_NOTHING: Final = tuple(
    f"django.core.mail.backends.{name}." for name in ("console", "dummy", "filebased", "locmem")
)
RESERVED: Final = ("localhost", "test", "invalid", "local")
"""Top-level domains to which nobody can answer (RFC 6761, RFC 6762)."""
LEASES: Final = 4
"""A message may be begun when half of a lease is left, and has two conversations' time then."""
LONGEST_TIMEOUT: Final = 40
"""A worker that is to end finishes the message in hand, and docs/deploy gives it some seconds more."""


def register_all() -> None:
    register(leave_address)
    for check in (mail_server, sender, lease, bounces):
        register(check, Tags.security, deploy=True)


def leave_address(**_: object) -> list[CheckMessage]:
    if not settings.LEAVE_ADDRESS or mailbox(settings.LEAVE_ADDRESS) is not None:
        return []
    return [
        Error(
            f"LEAVE_ADDRESS is no address to which a token can be added: {settings.LEAVE_ADDRESS}",
            hint=f"Write one such as leave@example.org: letters, digits, dots and hyphens before the @, {LONGEST_NAME} at most.",
            id="notifications.E001",
        )
    ]


def mail_server(**_: object) -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND.startswith(SENDS_NOTHING):
        yield Error(
            f"Mails are not sent: EMAIL_URL chooses {settings.EMAIL_BACKEND}",
            hint="Name a mail server, such as smtp://localhost:25 or submission://user:password@host:587.",
            id="notifications.E002",
        )
    speaks_smtp = settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend")
    if not speaks_smtp or settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or is_here(settings.EMAIL_HOST):
        return
    if settings.EMAIL_HOST_USER:
        yield Error(
            f"The password for the mail server {settings.EMAIL_HOST} crosses the network in clear.",
            hint="Write submission:// (STARTTLS) or smtps:// in EMAIL_URL.",
            id="notifications.E003",
        )
    else:
        yield Warning(
            f"Mails, with links that act for their readers, cross the network to {settings.EMAIL_HOST} in clear.",
            hint="Write submission:// (STARTTLS) or smtps:// in EMAIL_URL, or send through a mail server on this machine.",
            id="notifications.W001",
        )


def sender(**_: object) -> Iterator[CheckMessage]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    if domain.rpartition(".")[2] in RESERVED:
        yield Warning(
            f"Nobody can answer to MAIL_FROM, and few servers take mail from it: {settings.DEFAULT_FROM_EMAIL}",
            hint="Use an address of a domain of yours, whose SPF and DKIM records name your mail server.",
            id="notifications.W002",
        )


def lease(**_: object) -> Iterator[CheckMessage]:
    if settings.MAIL_LEASE < LEASES * settings.EMAIL_TIMEOUT:
        yield Warning(
            f"MAIL_LEASE ({settings.MAIL_LEASE} s) is short beside EMAIL_TIMEOUT ({settings.EMAIL_TIMEOUT} s): a slow mail server "
            "may be given a message by one worker while another one takes it over.",
            hint=f"Set it to at least {LEASES} times as much, or leave it out.",
            id="notifications.W003",
        )
    if settings.EMAIL_TIMEOUT > LONGEST_TIMEOUT:
        yield Warning(
            f"EMAIL_TIMEOUT ({settings.EMAIL_TIMEOUT} s) is longer than a worker that is to end is given (45 s, TimeoutStopSec).",
            hint=f"Set it to {LONGEST_TIMEOUT} at most, or leave it out; a worker that is killed may send the message in hand again.",
            id="notifications.W004",
        )


def bounces(**_: object) -> Iterator[CheckMessage]:
    folder = Path(settings.BOUNCES_MAILDIR)
    if settings.BOUNCES_MAILDIR and not all(os.access(folder / part, os.W_OK) for part in ("new", "cur", "tmp")):
        yield Error(
            f"BOUNCES_MAILDIR is no Maildir that this user can write to: {folder}",
            hint="It has the folders new, cur and tmp. Run the check as the user of the worker.",
            id="notifications.E004",
        )
