"""`python -m tests.load soak`: mixed work at a modest pace. Whatever should not grow with time is looked at again and again.

Numbers that follow the load up and down have no trend to speak of; one that leaks has. The trend is the median of the slopes between all
pairs of looks (Theil and Sen), of the second half only: caches and pools have filled up by then.
"""

import itertools
import statistics
import sys
import time
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.machine import description
from tests.load import stage, tables, visits
from tests.load.stage import Size, Stage
from tests.load.visits import Kind, Pace, Waited

LOOKS: Final = 120
"""In the whole time."""
GROWS: Final = 0.05
"""A twentieth more in an hour, and more than `AT_LEAST` of it, is a trend; less cannot be told from chance."""
KIB: Final = 1024
CONNECTIONS: Final = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
GROWING: Final = "GROWS"
CAME: Final = 0.8
"""The part of what was wanted that must at least have been done."""
LEFT: Final = 10
"""So many rows of such a table may be left: what the last minute has made."""
AT_LEAST: Final[Mapping[str, float]] = {"MiB": 4, "open files": 3, "connections": 2, "rows": 50}
"""By unit: so little more in an hour is nothing, however small the number is."""

type Look = tuple[float, float]
"""After how many seconds, and how much there was."""
type Series = dict[str, list[Look]]


def main(options: Namespace) -> int:
    pace = Pace(
        publish=options.publishes / 60,
        follow=options.follows,
        read=options.reads,
        confirm=options.confirmations,
        leave=options.leaves,
        sign_in=options.sign_ins / 60,
    )
    size = Size(
        postings=options.postings,
        followers=options.followers,
        editors=pace.people(Kind.PUBLISH),
        webs=options.webs,
        workers=options.workers,
    )
    seconds = options.minutes * 60
    series: Series = defaultdict(list)
    with stage.running(size) as board:
        print(f"The board is ready. People come for {options.minutes:g} minutes.", file=sys.stderr)
        crowd = visits.begin(board.address, board.content, pace, seconds)
        began = time.monotonic()
        while (now := time.monotonic() - began) < seconds:
            for what, value in _look(board):
                series[what].append((now, value))
            time.sleep(max(0.0, min(seconds / LOOKS, seconds - now)))  # a measurement goes by the clock
        waited = crowd.waited()
        grew = {table: board.ask(f"SELECT count(*) FROM {table}") for table in tables.FORGOTTEN}  # noqa: S608 - written there
        left = _after_years(board)
    failures = sum(each.failures for each in waited.values())
    away = list(_who_came(waited, pace))
    grows = list(_report(series))
    print("\n| what grows until it is old | rows at the end | rows when all of that is old |\n| --- | ---: | ---: |")
    for table, rows in grew.items():
        print(f"| {table} | {rows:,} | {left[table]:,} |")
    grows += [f"{table} after years" for table, rows in left.items() if rows > LEFT]
    print(
        f"\n{sum(each.number for each in waited.values()):,} requests in {options.minutes:g} minutes, {failures} failed."
    )
    print(f"{'Flat' if not grows else 'Not flat: ' + ', '.join(grows)}.")
    print(f"{'Everybody came' if not away else 'Who did not come as often as they should: ' + ', '.join(away)}.\n")
    for name, fact in description({}, pinned=False).items():
        print(f"- {name}: {fact}")
    return 1 if grows or failures or away else 0


def _who_came(waited: Mapping[Kind, Waited], pace: Pace) -> Iterator[str]:
    """Prints a line for each; gives who did not: a board that nobody comes to is flat."""
    print("| | times | a second | wanted | failed | median | p99 |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind in Kind:
        each = waited.get(kind, Waited({}, 0, 1))
        cells = " | ".join(f"{each.percentile(share):,.0f} ms" for share in (0.5, 0.99))
        print(
            f"| {kind} | {each.number:,} | {each.rate:,.2f} | {pace.wanted(kind):,.2f} | {each.failures:,} | {cells} |"
        )
        if each.rate < CAME * pace.wanted(kind):
            yield kind
    print()


def _look(board: Stage) -> Iterator[tuple[str, float]]:
    """What it is, with its unit at the end, and how much."""
    for name in (name for name in board.processes if name != stage.DATABASE):
        for number, pid in enumerate(_family(board.processes[name])):
            one = f"{name}, process {number + 1}" if number else name
            yield f"{one}: proportional memory, MiB", _proportional_mib(pid)
            yield f"{one}: open files", len(list(Path(f"/proc/{pid}/fd").iterdir()))
    yield "database: connections", board.ask(CONNECTIONS)
    yield "waiting in all: rows", board.backlog()
    for table, rows in tables.rows(board).items():
        yield f"{table}: rows", rows


def _after_years(board: Stage) -> dict[str, int]:
    """How many rows of each table are left when all that is there has become old, and the worker has done what was due."""
    while board.backlog():
        time.sleep(1)  # until the next look
    for table, column in set(tables.FORGOTTEN.values()):
        board.database.execute(f"UPDATE {table} SET {column} = {column} - interval '3 years'".encode())  # noqa: S608 - the same
    board.run("manage.py", "worker", "--once")
    return {table: board.ask(f"SELECT count(*) FROM {table}") for table in tables.FORGOTTEN}  # noqa: S608 - the same


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


def _proportional_mib(pid: int) -> float:
    """Its own memory, and its part of what it shares with others (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / KIB
    raise ProcessLookupError(pid)


def _report(series: Series) -> Iterator[str]:
    """Prints a line for each; gives what grows."""
    print("| what | in the beginning | halfway | at the end | trend of the second half, an hour | |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for what, looks in series.items():
        half = second_half(looks)
        if not any(value for _, value in looks):
            continue
        flat = is_flat(looks, what.rpartition(": ")[2].rpartition(", ")[2])
        values = " | ".join(f"{value:,.0f}" for value in (looks[0][1], half[0][1], looks[-1][1]))
        print(f"| {what} | {values} | {slope(half) * 3_600:+,.1f} | {verdict(what, is_flat=flat)} |")
        if verdict(what, is_flat=flat) == GROWING:
            yield what


def verdict(what: str, *, is_flat: bool) -> str:
    """What is kept for good, or until it is old, may grow, and says why."""
    table = what.removesuffix(": rows")
    if is_flat:
        return "flat"
    return GROWING if tables.has_to_stay(table) else tables.KEPT.get(table, "until it is old, see below")


def second_half(looks: Sequence[Look]) -> Sequence[Look]:
    return looks[len(looks) // 2 :]


def is_flat(looks: Sequence[Look], unit: str) -> bool:
    """Whether the second half has no trend: next to none for its level, or next to nothing in all."""
    half = second_half(looks)
    hourly = slope(half) * 3_600
    level = statistics.median(value for _, value in half)
    grew = hourly * (half[-1][0] - half[0][0]) / 3_600
    # what a short run has seen may be chance: half of what is nothing in an hour
    return hourly <= max(GROWS * level, AT_LEAST[unit]) or grew < AT_LEAST[unit] / 2


def slope(looks: Sequence[Look]) -> float:
    """By how much it grows in a second, as the median over all pairs says: a few strange values do not matter."""
    slopes = [(later - before) / (end - start) for (start, before), (end, later) in itertools.combinations(looks, 2)]
    return statistics.median(slopes) if slopes else 0.0
