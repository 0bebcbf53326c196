"""Looks at the board once in a while: which process takes how much of a processor, and what waits to be done."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.benchmarks import processes
from tests.load.stage import Stage


@dataclass(frozen=True, slots=True)
class Glance:
    at: float
    cpu: Mapping[str, float]
    """Seconds so far, by kind of process."""
    backlog: int


@dataclass(slots=True)
class Watch:
    stage: Stage
    pids: Mapping[str, int]
    every: float
    glances: list[Glance] = field(default_factory=list)
    _over: Event = field(default_factory=Event)

    def most_waiting(self) -> int:
        return max(glance.backlog for glance in self.glances)

    def processors(self, name: str) -> float:
        """How many of them this kind took, on average."""
        first, last = self.glances[0], self.glances[-1]
        return (last.cpu[name] - first.cpu[name]) / (last.at - first.at)

    def look(self) -> None:
        cpu = {name: processes.cpu_seconds(pid) for name, pid in self.pids.items()}
        before = self.glances[-1].cpu if self.glances else {}
        if all(
            cpu[name] >= seconds for name, seconds in before.items()
        ):  # else one has ended, and is not known any more
            self.glances.append(Glance(time.monotonic(), cpu, self.stage.backlog()))

    def go_on(self) -> None:
        while not self._over.wait(self.every):
            self.look()

    def end(self) -> None:
        self._over.set()


@contextmanager
def watched(stage: Stage, pids: Mapping[str, int], *, every: float) -> Iterator[Watch]:
    watch = Watch(stage, pids, every)
    watcher = Thread(target=watch.go_on, daemon=True)
    watcher.start()
    try:
        yield watch
    finally:
        watch.end()
        watcher.join()
