"""Counts of requests that are not yet in the metrics.

A metric that several processes share is a file in memory, and to count in it takes longer than all else that is noted of a kept page. So
requests are added up here, and entered once a second; at the latest, of this process, when somebody asks for the metrics.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

EVERY_SECONDS: Final = 1.0

type Enter = Callable[[tuple[str, ...], float], None]
"""Adds to the metric with these values of its labels."""


@dataclass(slots=True)
class Pending:
    """`enter` is called in a thread of its own, which is there from the first count on: after the process was forked."""

    enter: Enter
    _counts: dict[tuple[str, ...], float] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _is_running: bool = False

    def add(self, labels: tuple[str, ...], number: float = 1) -> None:
        with self._guard:
            self._counts[labels] = self._counts.get(labels, 0) + number
        if not self._is_running:
            self._start()

    def flush(self) -> None:
        with self._guard:
            counts, self._counts = self._counts, {}
        for labels, number in counts.items():
            self.enter(labels, number)

    def _start(self) -> None:
        self._is_running = True
        atexit.register(self.flush)
        threading.Thread(target=self._run, name="metrics", daemon=True).start()

    def _run(self) -> None:
        while True:
            threading.Event().wait(EVERY_SECONDS)
            self.flush()
