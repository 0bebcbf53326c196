"""What the mail server took although the ledger does not know it, because the database was restored from an earlier state.

The mail server's log says so: it has the Message-ID of each message. Of it the secret part counts, which stands for what is told to whom
(`messages.secret_of`): the number before it may be another one now.
"""

import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Final, TextIO

from django.db.models import F

from adapters import clock
from adapters.models import FollowRequest, OutboxEvent
from notifications.messages import SECRET_DIGITS, secret_of
from notifications.models import Delivery, DigestPlan, Notification, SignInRequest

_MESSAGE_ID: Final = re.compile(rf"\d+\.([0-9a-f]{{{SECRET_DIGITS}}})@")
"""Without the brackets: Exim and some providers leave them out, others escape them."""
_POSTFIX: Final = re.compile(
    r" postfix[\w-]*(?:/[\w-]+)*/(?P<daemon>[\w-]+)\[\d+\]: (?P<queue_id>[0-9A-Za-z]+): (?P<rest>.*)"
)
"""A line about one message (`man 8 cleanup`, `man 8 qmgr`); `postfix` may be another name of an instance, such as `postfix-out`."""
_SLICE: Final = 500


class NotOurs(Exception):
    """The logs have no message of the board."""


class NotReady(Exception):
    """Not all that was due has been prepared, so that not all that was sent can be recognised."""


@dataclass(frozen=True, slots=True)
class Marked:
    """How many messages of the board the logs have, and how many of those waited and are marked as sent now."""

    in_logs: int
    now: int


def in_logs(names: Iterable[str]) -> frozenset[str]:
    """The secret parts of all messages of the board that the logs say were taken. `-` is standard input.

    Postfix logs the Message-ID when it reads the header; it has taken the message when it is in its queue. In lines of other programs the
    Message-ID counts by itself.
    """
    found = set[str]()
    read: dict[str, str] = {}
    for name in names:
        with _opened(name) as log:
            for line in log:
                found.update(_taken(line, read))
    return frozenset(found)


def mark(secrets: Iterable[str]) -> Marked:
    """Mark as sent whatever was taken and is not marked. Raises `NotReady` or `NotOurs`, and has then marked nothing."""
    _check_that_all_is_prepared()
    taken = frozenset(secrets)
    if not taken:
        raise NotOurs(
            "None of this board's messages is in what you gave. Are these the mail server's logs, and of the time before and after the "
            "backup? docs/deploy.md says where they are. Nothing is marked; to release now sends again whatever was sent since the backup."
        )
    open_ones = Delivery.objects.filter(state__in=[Delivery.State.WAITING, Delivery.State.FAILED])
    rows = open_ones.values_list("pk", "notification_id", "subscription_id").iterator()
    known = [
        pk for pk, notification_id, subscription_id in rows if secret_of(notification_id, subscription_id) in taken
    ]
    for some in batched(known, _SLICE, strict=False):
        Delivery.objects.filter(pk__in=some).update(
            state=Delivery.State.SENT,
            reason="",
            finished_at=clock.now(),
            next_attempt_at=None,
            attempts=F("attempts") + 1,
        )
    return Marked(in_logs=len(taken), now=len(known))


def _taken(line: str, read: dict[str, str]) -> Iterator[str]:
    """`read` has, by queue id, what Postfix has read the header of."""
    of_postfix = _POSTFIX.search(line)
    if of_postfix is None:
        yield from _MESSAGE_ID.findall(line)
        return
    queue_id, rest = of_postfix["queue_id"], of_postfix["rest"]
    if of_postfix["daemon"] == "cleanup" and (message_id := _MESSAGE_ID.search(rest)):
        read[queue_id] = message_id[1]
    elif of_postfix["daemon"] == "qmgr" and queue_id in read:
        yield read.pop(queue_id)


def _check_that_all_is_prepared() -> None:
    now = clock.now()
    left = {
        "requests to follow": FollowRequest.objects.count(),
        "requests for a link": SignInRequest.objects.count(),
        "events": OutboxEvent.objects.filter(next_attempt_at__lte=now).count(),
        "notifications": Notification.objects.filter(fanned_out_at=None, release_at__lte=now).count(),
        "digests": DigestPlan.objects.filter(due_at__lte=now).count(),
    }
    if any(left.values()):
        counts = ", ".join(f"{count:,} {what}" for what, count in left.items() if count)
        raise NotReady(
            f"Not all that is due has been prepared ({counts}). Run manage.py worker --once, which sends nothing while all is held."
        )


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdin
    elif name.endswith(".gz"):
        with gzip.open(name, "rt", errors="replace") as log:
            yield log
    else:
        with Path(name).open(errors="replace") as log:
            yield log
