"""What every row needs, and how much of everything it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.databases import POSTGRESQL, SQLITE, Engine
from tests.benchmarks.report import Report
from tests.benchmarks.sinks import Sink

UNMARKED: Final[Mapping[str, int]] = {SQLITE: 1, POSTGRESQL: 8}
"""How many messages a kill of the worker may send twice."""
SLOW_CONNECTIONS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """A row is to take some five to ten seconds, but for those that are about large numbers."""

    messages: int
    slow_messages: int
    repeats: int
    peer_repeats: int
    workers: tuple[int, ...]
    tutorial: tuple[int, ...]
    post_office: int
    tasks: int
    fan_out: int
    end_to_end: tuple[int, int]


FULL: Final = Sizes(
    messages=20_000,
    slow_messages=2_000,
    repeats=3,
    peer_repeats=2,
    workers=(1, 2),
    tutorial=(1_000, 10_000),
    post_office=6_000,
    tasks=3_000,
    fan_out=1_000_000,
    end_to_end=(10_000, 1_000_000),
)
QUICK: Final = Sizes(
    messages=3_000,
    slow_messages=400,
    repeats=2,
    peer_repeats=1,
    workers=(1,),
    tutorial=(1_000,),
    post_office=1_500,
    tasks=600,
    fan_out=100_000,
    end_to_end=(1_000, 10_000),
)


@dataclass(frozen=True, slots=True)
class Bench:
    """`mail` is a file with the bytes of one real mail, for the floor."""

    sizes: Sizes
    report: Report
    engines: Sequence[Engine]
    sink: Sink
    mail: Path


def short(number: int) -> str:
    """`10k`, `1m`."""
    return f"{number // 1_000_000}m" if number >= 1_000_000 else f"{number // 1_000}k"
