"""Who may send which deliveries when: a worker claims a batch under a lease, and keeps it by renewing the lease.

A worker that dies renews nothing: its batch is due again when the lease is over, and others send what it did not mark.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Min, QuerySet
from django.db.models.functions import Coalesce

from adapters import clock
from notifications import pauses
from notifications.models import Batch, Delivery, Lane

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=settings.MAIL_LEASE)
RENEWAL: Final = LEASE / 6
SAFE: Final = LEASE / 2
"""No message is begun when the lease was renewed longer ago: what is left suffices for the slowest conversation."""


@dataclass(slots=True)
class Claim:
    """A batch that is this worker's. `renewed` is on the monotonic clock, in seconds; `lost` is set when another one took it over."""

    batch: Batch
    holder: UUID
    renewed: float
    lost: threading.Event = field(default_factory=threading.Event)

    @property
    def is_safe(self) -> bool:
        return not self.lost.is_set() and time.monotonic() - self.renewed < SAFE.total_seconds()

    def held(self) -> QuerySet[Batch]:
        return Batch.objects.filter(pk=self.batch.pk, holder=self.holder)

    def unfinished(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(
            notification_id=self.batch.notification_id,
            subscription_id__range=(self.batch.first, self.batch.last),
            finished_at=None,
        )


def claim() -> Claim | None:
    """Take the batch that is due longest in the most urgent lane that is not paused; `None` if there is none."""
    for lane in Lane:
        if _due(lane).exists() and not pauses.is_paused(
            lane
        ):  # spares an idle worker the lock that a transaction takes on SQLite
            taken = _take_next(lane)
            if taken is not None:
                return taken
    return None


def is_due(*, more_urgent_than: Lane | None = None) -> bool:
    """Whether there is a batch to take, in any lane or in one that goes first."""
    lanes = (lane for lane in Lane if more_urgent_than is None or lane < more_urgent_than)
    return any(_due(lane).exists() and not pauses.is_paused(lane) for lane in lanes)


def _due(lane: Lane) -> QuerySet[Batch]:
    return Batch.objects.filter(lane=lane, due_at__lte=clock.now())


def _take_next(lane: Lane) -> Claim | None:
    with transaction.atomic():
        batch = _due(lane).select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if batch is None:
            return None
        taken = Claim(batch, uuid4(), time.monotonic())
        batch.holder, batch.due_at = taken.holder, clock.now() + LEASE
        batch.save(update_fields=["holder", "due_at"])
    return taken


def end_impossible_leases() -> int:
    """A lease that ends much later than any can was written before the clock was set back: it ends now. Returns how many there were.

    Not those that end a little later: another worker's clock may be ahead, and time passes until this is written.
    """
    now = clock.now()
    return Batch.objects.filter(holder__isnull=False, due_at__gt=now + 2 * LEASE).update(due_at=now)


def renew(claim: Claim) -> None:
    began = time.monotonic()
    if claim.held().update(due_at=clock.now() + LEASE):
        claim.renewed = began
    else:
        claim.lost.set()


def release(claim: Claim, *, not_before: timedelta = timedelta()) -> datetime | None:
    """Give the batch back: gone if all is done, else due when its first delivery is, but not before the given time from now.

    Returns when it is due again, if there is anything left.
    """
    now = clock.now()
    with transaction.atomic():
        claim.held().select_for_update().first()  # whoever gives a delivery another chance locks the batch, too
        first: datetime | None = claim.unfinished().aggregate(at=Min(Coalesce(F("next_attempt_at"), now)))["at"]
        if first is None:
            claim.held().delete()
            return None
        due_at = max(first, now + not_before)
        claim.held().update(holder=None, due_at=due_at)
        return due_at


@contextmanager
def kept(claim: Claim) -> Iterator[None]:
    """Renews the lease as long as the block runs, however long a message takes."""
    over = threading.Event()
    heart = threading.Thread(target=copy_context().run, args=(_beat, claim, over), name="lease", daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()


def _beat(claim: Claim, over: threading.Event) -> None:
    """Runs in a thread, and so on a database connection, of its own."""
    try:
        while not over.wait(RENEWAL.total_seconds()):
            try:
                renew(claim)
            except DatabaseError as error:  # the next beat may find the database again; until then the lease gets older
                logger.warning("The lease on batch %s could not be renewed: %s", claim.batch.pk, error)
                connection.close()
    finally:
        connection.close()
