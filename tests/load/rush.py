"""`python -m tests.load rush`: everybody comes at once. Who waits how long, what is full first, and when all is told."""

import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Final

from tests.benchmarks.machine import description
from tests.load import stage, visits
from tests.load.stage import Size, Stage
from tests.load.visits import Kind, Pace, Waited
from tests.load.watch import Watch, watched

QUIET: Final = Pace(publish=0.2, follow=2, read=4)
"""Hardly anybody is there: what it takes when nobody has to wait for others."""
WARM_UP_SECONDS: Final = 30.0
"""The first request reads half of Wagtail."""
QUIET_SECONDS: Final = 100.0
LOOK_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 3 * 3_600.0


def main(options: Namespace) -> int:
    pace = Pace(publish=options.publishes / 60, follow=options.follows, read=options.reads)
    size = Size(
        postings=options.postings,
        followers=options.followers,
        editors=pace.people(Kind.PUBLISH),
        webs=options.webs,
        workers=options.workers,
    )
    with stage.running(size) as board:
        print("The board is ready. First hardly anybody comes.", file=sys.stderr)
        visits.begin(board.address, board.content, QUIET, WARM_UP_SECONDS).waited()
        quiet = visits.begin(board.address, board.content, QUIET, QUIET_SECONDS).waited()
        until_all_is_done(board)
        print(f"Now everybody, for {options.seconds:.0f} s.", file=sys.stderr)
        crowd = visits.begin(board.address, board.content, pace, options.seconds)
        with watched(board, {**board.processes, stage.PEOPLE: crowd.process.pid}, every=LOOK_SECONDS) as watch:
            rush = crowd.waited()
        left = board.backlog()
        drained = until_all_is_done(board)
        mails = board.ask("SELECT count(*) FROM notifications_delivery WHERE state = 'SENT'")
    for line in _report(quiet, rush, pace, watch, size):
        print(line)
    print(f"\nThings that waited to be done: {watch.most_waiting():,} at most, {left:,} at the end of the rush,")
    print(f"none {drained:.0f} s later. {mails:,} mails were sent in all.\n")
    for name, value in description({}, pinned=False).items():
        print(f"- {name}: {value}")
    return 0 if not sum(waited.failures for waited in rush.values()) else 1


def until_all_is_done(board: Stage) -> float:
    """How many seconds that took. Raises `TimeoutError`."""
    began = time.monotonic()
    while left := board.backlog():
        if time.monotonic() > began + PATIENCE_SECONDS:
            raise TimeoutError(f"{left} things are left to do after {PATIENCE_SECONDS:.0f} s.")
        time.sleep(0.2)  # until the next look
    return time.monotonic() - began


def _report(
    quiet: Mapping[Kind, Waited], rush: Mapping[Kind, Waited], pace: Pace, watch: Watch, size: Size
) -> Iterator[str]:
    yield "| | times a second | wanted | failed | hardly anybody: times | median | p99 | rush: times | median | p99 |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    nobody = Waited({}, 0, QUIET_SECONDS)
    for kind in (kind for kind in Kind if kind in rush):
        few, many = quiet.get(kind, nobody), rush[kind]
        cells = " | ".join(
            f"{each.number:,} | {each.percentile(0.5):,.0f} ms | {each.percentile(0.99):,.0f} ms"
            for each in (few, many)
        )
        yield f"| {kind} | {many.rate:,.1f} | {pace.wanted(kind):,.1f} | {many.failures:,} | {cells} |"
    yield ""
    yield "| what | processors taken | of so many it can take | full at times this rush |"
    yield "| --- | ---: | ---: | ---: |"
    machine = os.cpu_count() or 1
    rooms = {name: _room(name, size, machine) for name in watch.pids}
    for name in sorted(rooms, key=lambda name: -watch.processors(name) / rooms[name]):
        taken = watch.processors(name)
        yield f"| {name} | {taken:.2f} | {rooms[name]} | {rooms[name] / max(taken, 0.01):,.1f} |"
    total = sum(watch.processors(name) for name in watch.pids)
    yield f"| all of it | {total:.2f} | {machine} | {machine / total:,.1f} |"


def _room(name: str, size: Size, machine: int) -> int:
    """One for each process of Python; PostgreSQL has one for each session."""
    match name:
        case stage.WEB:
            return min(size.webs, machine)
        case stage.DATABASE:
            return machine
        case _:
            return 1
