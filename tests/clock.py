"""A clock that jumps while processes run: the time of day, not the monotonic clock, as when an operator sets it."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import time_machine

FILE: Final = "clock"
LOOK_SECONDS: Final = 0.01


def set_ahead(folder: Path, by: timedelta) -> None:
    """From now on the clock of all processes that follow it is so far ahead of the true one (or behind)."""
    draft = folder / f"{FILE}.draft"
    draft.write_text(str(by.total_seconds()))
    draft.rename(folder / FILE)


def follow(folder: Path) -> None:
    """In the process that is to have the clock. Without a clock in the folder it keeps the true time."""
    file = folder / FILE
    if not file.exists():
        return
    ahead = read(file)
    traveller = time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead), tick=True).start()
    # so that all who follow it have the same time, however long the start took
    traveller.shift(timedelta(seconds=time_machine.escape_hatch.time.time() + ahead - time.time()))
    threading.Thread(target=_keep, args=(file, traveller, ahead), name="clock", daemon=True).start()


def read(file: Path) -> float:
    return float(file.read_text())


def _keep(file: Path, traveller: time_machine.Traveller, ahead: float) -> None:
    seen = os.stat(file).st_mtime_ns  # noqa: PTH116 - the kernel's time: `Path` has it no better
    while True:
        time.sleep(LOOK_SECONDS)
        if (now := os.stat(file).st_mtime_ns) != seen:  # noqa: PTH116
            seen, before, ahead = now, ahead, read(file)
            traveller.shift(timedelta(seconds=ahead - before))
