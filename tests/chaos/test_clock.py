"""The clock of all processes jumps an hour ahead and back while two workers send.

A jump ahead makes every lease seem over: a batch may go to another worker while the first one still sends its message. A jump back costs
time, not messages: what was put off until a moment, or happened in the hour that the clock now shows a second time, waits until the
clock gets there again. That is at most as long as the jump was; all else goes on at once.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.utils import timezone

from adapters.models import OutboxEvent
from notifications.models import Batch, Notification
from tests import clock
from tests.chaos import databases, run
from tests.chaos.run import Load, Run

LOAD: Final = Load(followers=200, publications=30, newcomers=30, workers=2)
JUMPS: Final = 8
HOUR: Final = timedelta(hours=1)
SOON_SECONDS: Final = 60
"""Leases run out and rounds come round within seconds; the rest is for a busy machine."""


@dataclass
class Jumps:
    """Ahead and back by turns, at random places in the spool. When all is told that is due, the hour passes."""

    run: Run
    folder: Path
    jumps: int = 0
    last: float = 0.0
    delayed: int = 0
    hour_has_passed: bool = False

    def __post_init__(self) -> None:
        self.places = self.run.places(JUMPS, until=0.5)

    def __call__(self) -> bool:
        if self.places:
            if self.run.place >= self.places[0]:
                self.places.pop(0)
                self.jumps += 1
                clock.set_ahead(self.folder, HOUR * (self.jumps % 2))
                self.last = time.monotonic()
        elif not self.hour_has_passed and not is_anything_due() and self.run.visitor.is_idle:
            assert is_all_due_within_the_hour()
            self.delayed = Batch.objects.count()
            clock.set_ahead(self.folder, HOUR)
            self.hour_has_passed = True
            self.last = time.monotonic()
        assert self.jumps < JUMPS or time.monotonic() < self.last + SOON_SECONDS
        return self.hour_has_passed


def is_anything_due() -> bool:
    now = timezone.now()
    return (
        OutboxEvent.objects.filter(next_attempt_at__lte=now).exists()
        or Notification.objects.filter(fanned_out_at=None, release_at__lte=now).exists()
        or Batch.objects.filter(due_at__lte=now).exists()
        or Batch.objects.filter(holder__isnull=False).exists()
    )


def is_all_due_within_the_hour() -> bool:
    end = timezone.now() + HOUR
    return not (
        OutboxEvent.objects.filter(next_attempt_at__gt=end).exists()
        or Notification.objects.filter(fanned_out_at=None, release_at__gt=end).exists()
        or Batch.objects.filter(due_at__gt=end).exists()
    )


@pytest.mark.chaos
@pytest.mark.parametrize("kind", [databases.SQLITE, databases.POSTGRESQL])
def test_a_clock_that_jumps_costs_nobody_a_message(
    kind: str,
    tmp_path: Path,
    database_of: Callable[[str], AbstractContextManager[str]],
    seed: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    print(f"CHAOS_SEED={seed}")
    clock.set_ahead(tmp_path, timedelta())
    with database_of(kind) as url, run.board(tmp_path, url, LOAD, seed) as board:
        jumps = Jumps(board, tmp_path)
        board.until_all_is_told(jumps, seconds=300)
        twice = board.twice()
    assert len(twice) <= jumps.jumps * LOAD.workers
    with capsys.disabled():
        print(
            f"\n  {kind}: CHAOS_SEED={seed}: {len(board.spool.taken)} mails, {JUMPS} jumps,"
            f" {jumps.delayed} batches waited for the clock, {len(twice)} duplicates"
        )
