"""`python -m tests.benchmarks editors`: what an editor waits for on a small board and on a large one, on PostgreSQL, in one run."""

import json
import statistics
import sys
import tempfile
from argparse import Namespace
from typing import Final

from tests.benchmarks import clients, databases, machine
from tests.benchmarks.clients import Failed

SMALL: Final = (1_000, 1_000)
LARGE: Final = (10_000, 1_000_000)
"""Postings and followers."""
AT_MOST: Final = 2.0
QUERIES: Final = 10
TURNS: Final = 3


def main(options: Namespace) -> int:
    try:
        figures, about = _measure()
    except Failed as reason:
        print(reason, file=sys.stderr)
        return 1
    small, large = figures
    ratios = {f"editors_{name}": large[f"{name}_seconds"] / small[f"{name}_seconds"] for name in _names(small)}
    queries = {f"editors_{name}_queries": large[f"{name}_queries"] for name in _names(small)}
    print(f"{'screen':<12}{_size(SMALL):>34}{_size(LARGE):>38}{'ratio':>8}{'queries':>9}")
    for name in _names(small):
        before, after = (side[f"{name}_seconds"] * 1e3 for side in (small, large))
        ratio, number = ratios[f"editors_{name}"], queries[f"editors_{name}_queries"]
        mark = "" if ratio <= AT_MOST and number <= QUERIES else "  MISSED"
        print(f"{name:<12}{before:>31,.1f} ms{after:>35,.1f} ms{ratio:>8.2f}{number:>9.0f}{mark}")
    print(f"to reach: ratio ≤ {AT_MOST:g}, queries ≤ {QUERIES}")
    if options.json is not None:
        options.json.write_text(
            json.dumps({"machine": about, "ratios": ratios | queries, "figures": figures}, indent=2)
        )
    return 0


def _measure() -> tuple[list[dict[str, float]], dict[str, object]]:
    """The boards take turns, so that the machine's moods meet both. The figures are medians."""
    with databases.postgres() as engine, tempfile.TemporaryDirectory(prefix="board-static-") as static:
        boards: list[dict[str, str]] = []
        for postings, followers in (SMALL, LARGE):
            env = clients.environment(engine.new(f"editors_{postings}").url, STATIC_ROOT=static)
            clients.stage("load", postings, followers, env=env)
            boards.append(env)
        turns = [[clients.stage("editors", env=env) for env in boards] for _ in range(TURNS)]
        figures = [
            {name: statistics.median(float(shown[name]) for shown in of_one) for name in of_one[0]}
            for of_one in zip(*turns, strict=True)
        ]
        return figures, machine.description({engine.name: engine.description})


def _names(figures: dict[str, float]) -> list[str]:
    return [name.removesuffix("_seconds") for name in figures if name.endswith("_seconds")]


def _size(board: tuple[int, int]) -> str:
    return f"{board[0]:,} postings, {board[1]:,} followers"
