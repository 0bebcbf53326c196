"""Reports, and mails with which people leave, that a mail server puts into a Maildir: one file per mail, new ones in the folder `new`."""

import errno
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from adapters import clock
from notifications import bounces
from notifications.bounces import Account, Effect

logger = logging.getLogger(__name__)


def take_in_new(path: Path) -> Iterator[Account]:
    """Those are deleted once they are dealt with; all else goes to the folder `cur`, unread, for people. Raises `OSError`.

    A mail leaves `new` after its effect is committed: if we are killed in between it is read again, and changes nothing. Where no mail
    could leave, none is read.
    """
    for part in ("new", "cur"):
        if not os.access(path / part, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "Not there, or not to be written to", str(path / part))
    names = sorted(entry.name for entry in os.scandir(path / "new") if entry.is_file() and entry.name[0] != ".")
    for name in names:
        mail = path / "new" / name
        try:
            with mail.open("rb") as file:
                account = bounces.take_in(file.read(bounces.LARGEST), clock.now())
            if account.effect in {Effect.NOTED, Effect.NOTED_BEFORE, Effect.LEFT}:
                mail.unlink()
            else:
                mail.rename(path / "cur" / f"{name.partition(':')[0]}:2,")
        except FileNotFoundError:  # a mail program, or another worker, was faster
            continue
        except OSError as error:  # one file may not keep those behind it from being read
            logger.warning("A mail in %s cannot be read or moved: %s", path, error)
            continue
        yield account


def read(path: Path) -> int:
    """The same as a job of the worker. Returns how many mails it read."""
    try:
        return sum(1 for _ in take_in_new(path))
    except OSError as error:
        logger.error("No bounces are read: BOUNCES_MAILDIR is no Maildir that can be read. %s", error)
        return 0
