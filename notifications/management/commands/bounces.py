"""`manage.py bounces`: reads reports of mails that came back, and mails with which people leave, from a pipe, an mbox file or a Maildir."""

import mailbox
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, override

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from adapters import clock
from notifications import bounces, maildir
from notifications.bounces import Account, Effect

TRY_AGAIN: Final = 75
"""EX_TEMPFAIL of sysexits.h: with this exit code of a pipe, mail servers keep the mail and try later."""
CHUNK: Final = 1 << 16


class Command(BaseCommand):
    help = (
        "Read one mail from standard input, or all in a mailbox: reports (RFC 3464, RFC 5965), so that no more is sent to addresses "
        "that do not exist or whose owners complained, and mails to LEAVE_ADDRESS, with which people stop following. Reading a mail "
        "again changes nothing."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--mbox", metavar="FILE", type=Path, help="All mails of an mbox file, which stays as it is."
        )
        choice.add_argument(
            "--maildir",
            metavar="DIR",
            dest="directory",
            type=Path,
            help="The new mails of a Maildir: those are deleted once they are dealt with, all else goes to cur, unread.",
        )

    @override
    def handle(self, *, mbox: Path | None, directory: Path | None, **_: object) -> None:
        try:
            if mbox is not None:
                self._many(_from_mbox(mbox))
            elif directory is not None:
                self._many(_from_maildir(directory))
            else:
                self._report(bounces.take_in(_from_pipe(), clock.now()))
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"The database cannot be reached: {error}", returncode=TRY_AGAIN) from error

    def _many(self, accounts: Iterator[Account]) -> None:
        effects: Counter[Effect] = Counter()
        for account in accounts:
            effects[account.effect] += 1
            if account.effect is not Effect.NO_REPORT:
                self._report(account)
        self.stdout.write(
            "; ".join(f"{effects[effect]} {effect.value}" for effect in Effect if effects[effect]) or "No mail."
        )

    def _report(self, account: Account) -> None:
        if account.report is None:
            self.stdout.write(f"{account.effect.value.capitalize()}.")
            return
        about = "" if account.delivery is None else f" delivery {account.delivery.pk}"
        said = account.report.words if account.delivery is not None else ""
        self.stdout.write(f"{account.report.outcome}{about}: {account.effect.value}. {said}".rstrip())


def _from_pipe() -> bytes:
    """Reads to the end even if the mail is too large: a mail server may take a pipe that closes early for a failure."""
    raw = sys.stdin.buffer.read(bounces.LARGEST)
    while sys.stdin.buffer.read(CHUNK):
        pass
    return raw


def _from_mbox(path: Path) -> Iterator[Account]:
    try:
        box = mailbox.mbox(path, create=False)
    except (OSError, mailbox.Error) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    try:
        if not len(box) and path.stat().st_size:
            raise CommandError(f"{path} is no mbox file. A single mail is read from standard input: bounces < {path}")
        for key in box.iterkeys():
            with box.get_file(key) as mail:
                yield bounces.take_in(mail.read(bounces.LARGEST), clock.now())
    finally:
        box.close()


def _from_maildir(path: Path) -> Iterator[Account]:
    try:
        yield from maildir.take_in_new(path)
    except OSError as error:
        raise CommandError(f"{path} is no Maildir that can be read: {error}") from error
