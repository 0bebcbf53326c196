"""A job that writes down each of its runs, on all workers; and shorter periods than tests want to wait for."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Final, override

from django.apps import AppConfig

TICK: Final = "tick"
PERIOD: Final = timedelta(seconds=2)
SHORTER: Final = timedelta(seconds=1)
"""The period of whatever is due every minute, as a sweep through batches whose lease is over."""


class CountingConfig(AppConfig):
    name = "tests.machines"

    @override
    def ready(self) -> None:
        from adapters import background

        background.register(TICK, every=PERIOD, run=tick)
        for job in background.jobs():
            if timedelta(seconds=30) < job.every <= timedelta(minutes=1):
                background._jobs[job.name] = replace(job, every=SHORTER)


def tick() -> int:
    """The monotonic clock is the same for all hosts of a test."""
    with Path(os.environ["TICKS"]).open("a") as file:
        file.write(f"{monotonic()} {os.environ['HOST']}\n")
    return 0
