"""`python -m tests.load costs`: how much of a processor one of each takes, from which one reckons how large a machine has to be."""

import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import processes
from tests.benchmarks.machine import description
from tests.load import rush, stage, visits
from tests.load.stage import Size, Stage
from tests.load.visits import Kind, Pace

ALONE: Final[Mapping[Kind, Pace]] = {
    Kind.READ: Pace(publish=0, follow=0, read=20),
    Kind.FOLLOW: Pace(publish=0, follow=10, read=0),
    Kind.CONFIRM: Pace(publish=0, follow=0, read=0, confirm=10),
    Kind.LEAVE: Pace(publish=0, follow=0, read=0, leave=10),
    Kind.PUBLISH: Pace(publish=0.5, follow=0, read=0),
    Kind.SIGN_IN: Pace(publish=0, follow=0, read=0, sign_in=0.5),
}
"""Nobody waits for others, and each kind is the only one."""
WARM_UP_SECONDS: Final = 30.0
IDLE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a processor for one, by kind of process, with all that a worker does because of it."""

    times: int
    failures: int
    seconds: Mapping[str, float]

    @property
    def in_all(self) -> float:
        return sum(self.seconds.values())


def main(options: Namespace) -> int:
    size = Size(
        postings=options.postings,
        followers=options.followers,
        editors=ALONE[Kind.PUBLISH].people(Kind.PUBLISH),
        webs=options.webs,
        workers=options.workers,
    )
    with stage.running(size) as board:
        print("The board is ready. One kind comes after the other.", file=sys.stderr)
        for pace in ALONE.values():
            visits.begin(board.address, board.content, pace, WARM_UP_SECONDS).waited()
        rush.until_all_is_done(board)
        idle = _idle(board)
        costs = {kind: _cost(board, kind, pace, idle, options.seconds) for kind, pace in ALONE.items()}
    for line in report(costs):
        print(line)
    print(
        f"\nWhen nobody comes: {', '.join(f'{name} {1e3 * share:.1f} ms a second' for name, share in idle.items())}.\n"
    )
    for name, value in description({}, pinned=False).items():
        print(f"- {name}: {value}")
    return 1 if any(cost.failures for cost in costs.values()) else 0


def _cpu(board: Stage) -> dict[str, float]:
    return {name: processes.cpu_seconds(pid) for name, pid in board.processes.items()}


def _idle(board: Stage) -> dict[str, float]:
    """What goes on when nobody comes, of a processor."""
    before = _cpu(board)
    time.sleep(IDLE_SECONDS)  # a measurement goes by the clock
    return {name: (seconds - before[name]) / IDLE_SECONDS for name, seconds in _cpu(board).items()}


def _cost(board: Stage, kind: Kind, pace: Pace, idle: Mapping[str, float], seconds: float) -> Cost:
    before, began = _cpu(board), time.monotonic()
    waited = visits.begin(board.address, board.content, pace, seconds).waited()
    rush.until_all_is_done(board)
    after, took = _cpu(board), time.monotonic() - began
    times = waited[kind].number
    if kind is Kind.READ:  # one in nine of whom searches
        times += waited[Kind.SEARCH].number
    spent = {name: max(0.0, after[name] - before[name] - idle[name] * took) / times for name in after}
    return Cost(times, sum(each.failures for each in waited.values()), spent)


def report(costs: Mapping[Kind, Cost]) -> Iterator[str]:
    names = list(next(iter(costs.values())).seconds)
    yield f"| | times | {' | '.join(f'{name}, ms' for name in names)} | all, ms | a second, by one processor |"
    yield f"| --- | ---: |{' ---: |' * (len(names) + 2)}"
    for kind, cost in costs.items():
        each = " | ".join(f"{1e3 * cost.seconds[name]:,.1f}" for name in names)
        yield f"| {kind} | {cost.times:,} | {each} | {1e3 * cost.in_all:,.1f} | {1 / max(cost.in_all, 1e-6):,.1f} |"
