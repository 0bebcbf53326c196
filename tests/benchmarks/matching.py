"""`python -m tests.benchmarks matching`: how long a new posting takes to find the followed searches that show it."""

import json
import sys
from argparse import Namespace
from contextlib import ExitStack
from typing import Final

from tests.benchmarks import clients, databases, machine
from tests.benchmarks.clients import Failed

SEARCHES: Final = (100, 10_000, 100_000)
AT_MOST: Final = 5.0
"""The largest board beside the smallest, with the same number of matches."""


def main(options: Namespace) -> int:
    try:
        figures, about = _measure()
    except Failed as reason:
        print(reason, file=sys.stderr)
        return 1
    smallest, largest = min(SEARCHES), max(SEARCHES)
    ratios = {
        f"matching_{engine}": shown[largest]["seconds"] / shown[smallest]["seconds"]
        for engine, shown in figures.items()
    }
    print(f"{'database':<12}{'searches':>10}{'looked at':>11}{'found':>7}{'a posting':>13}{'ratio':>8}")
    for engine, shown in figures.items():
        for size, one in shown.items():
            ratio = one["seconds"] / shown[smallest]["seconds"]
            milliseconds = f"{one['seconds'] * 1e3:,.1f} ms"
            print(
                f"{engine:<12}{size:>10,}{one['looked_at']:>11,.0f}{one['matches']:>7.0f}{milliseconds:>13}{ratio:>8.2f}"
            )
    missed = [engine for engine, ratio in ratios.items() if ratio > AT_MOST]
    print(f"to reach: ratio ≤ {AT_MOST:g}" + (f"  MISSED: {', '.join(missed)}" if missed else ""))
    if options.json is not None:
        by_name = {engine: {str(size): one for size, one in shown.items()} for engine, shown in figures.items()}
        options.json.write_text(json.dumps({"machine": about, "ratios": ratios, "figures": by_name}, indent=2))
    return 0


def _measure() -> tuple[dict[str, dict[int, dict[str, float]]], dict[str, object]]:
    with ExitStack() as stack:
        engines = [stack.enter_context(databases.sqlite()), stack.enter_context(databases.postgres())]
        return (
            {engine.name: {size: _on(engine, size) for size in SEARCHES} for engine in engines},
            machine.description({engine.name: engine.description for engine in engines}, sends=False),
        )


def _on(engine: databases.Engine, size: int) -> dict[str, float]:
    env = clients.environment(engine.new(f"matching_{size}").url)
    clients.stage("seek", size, env=env)
    return {name: float(value) for name, value in clients.stage("match", env=env).items()}
