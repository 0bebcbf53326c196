"""`python -m tests.benchmarks pages`: requests a second of kept pages beside those of an empty view, and pages made anew, by board size."""

import json
import statistics
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import clients, databases, machine, web
from tests.benchmarks.bench import short
from tests.benchmarks.clients import Failed
from tests.benchmarks.databases import Engine
from tests.benchmarks.sinks import MissingProgram

EMPTY: Final = "/media/empty/"
AT_LEAST: Final = 0.6
AT_MOST: Final = 3.0
QUERIES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Boards on which kept pages are measured, and the two on which they are made anew; by the number of their postings."""

    kept: tuple[int, ...]
    small: int
    large: int
    turns: int
    seconds: int

    @property
    def boards(self) -> tuple[int, ...]:
        return tuple(sorted({*self.kept, self.small, self.large}))


FULL: Final = Sizes(kept=(100, 10_000, 100_000), small=1_000, large=100_000, turns=3, seconds=5)
QUICK: Final = Sizes(kept=(100, 1_000), small=1_000, large=10_000, turns=2, seconds=2)

type Figures = dict[str, float]


def main(options: Namespace) -> int:
    sizes = QUICK if options.quick else FULL
    try:
        figures, about = _measure(sizes)
    except (Failed, MissingProgram) as reason:
        print(reason, file=sys.stderr)
        return 1
    ratios = {name: ratio for engine, of_one in figures.items() for name, ratio in _ratios(engine, of_one, sizes)}
    print(f"{'kept pages':<44}{'requests/s':>12}{'empty view':>12}{'ratio':>8}")
    for name, rate, empty, ratio in _rates(figures):
        print(f"{name:<44}{rate:>12,.0f}{empty:>12,.0f}{ratio:>8.2f}{'' if ratio >= AT_LEAST else '  MISSED'}")
    print(f"to reach: ratio ≥ {AT_LEAST:g}\n")
    heads = [f"{short_of(size)} postings" for size in (sizes.small, sizes.large)]
    print(f"{'pages made anew':<32}{heads[0]:>18}{heads[1]:>18}{'ratio':>8}{'queries':>9}")
    for name, before, after, queries in _made_anew(figures, sizes):
        mark = "" if after / before <= AT_MOST and queries <= QUERIES else "  MISSED"
        print(f"{name:<32}{before * 1e3:>15,.1f} ms{after * 1e3:>15,.1f} ms{after / before:>8.2f}{queries:>9.0f}{mark}")
    print(f"to reach: ratio ≤ {AT_MOST:g}, queries ≤ {QUERIES}")
    if options.json is not None:
        options.json.write_text(json.dumps({"machine": about, "ratios": ratios, "figures": figures}, indent=2))
    return 0


def short_of(size: int) -> str:
    return str(size) if size < 1_000 else short(size)


def _measure(sizes: Sizes) -> tuple[dict[str, Figures], dict[str, object]]:
    with ExitStack() as stack:
        engines = [stack.enter_context(databases.sqlite()), stack.enter_context(databases.postgres())]
        static = stack.enter_context(tempfile.TemporaryDirectory(prefix="board-static-"))
        figures = {engine.name: _on(engine, sizes, static) for engine in engines}
        about = machine.description({engine.name: engine.description for engine in engines}, sends=False)
        return figures, about


def _on(engine: Engine, sizes: Sizes, static: str) -> Figures:
    figures: Figures = {}
    for size in sizes.boards:
        print(f"{engine.name}: a board of {size:,} postings", file=sys.stderr)
        env = clients.environment(
            engine.new(f"pages_{size}").url, STATIC_ROOT=static, DJANGO_SETTINGS_MODULE="tests.benchmarks.settings"
        )
        clients.stage("load", size, 0, env=env)
        if size in sizes.kept:
            figures |= {f"{name}_{size}_per_second": rate for name, rate in _kept(env, sizes)}
        if size in {sizes.small, sizes.large}:
            figures |= {f"{name}_{size}": float(value) for name, value in clients.stage("pages", env=env).items()}
    return figures


def _kept(env: Mapping[str, str], sizes: Sizes) -> Iterator[tuple[str, float]]:
    """The pages and the empty view take turns, so that the machine's moods meet all of them."""
    paths = {name: str(path) for name, path in clients.stage("addresses", env=env).items()}
    rates: dict[str, list[float]] = {name: [] for name in ("empty", *paths)}
    with web.running(env) as port:
        for path in (EMPTY, *paths.values()):
            web.requests_per_second(port, path, seconds=1)  # has the page kept
        for _ in range(sizes.turns):
            empty = web.requests_per_second(port, EMPTY, seconds=sizes.seconds)
            rates["empty"].append(empty)
            for name, path in paths.items():
                rates[name].append(web.requests_per_second(port, path, seconds=sizes.seconds))
    for name, measured in rates.items():
        yield name, statistics.median(measured)


def _rates(figures: Mapping[str, Figures]) -> Iterator[tuple[str, float, float, float]]:
    """What it is, its rate, that of the empty view, and the ratio."""
    for engine, of_one in figures.items():
        for name, rate in of_one.items():
            kind, _, rest = name.partition("_")
            if rest.endswith("_per_second") and kind != "empty":
                size, empty = int(rest.removesuffix("_per_second")), of_one[f"empty_{rest}"]
                yield f"{kind}, {short_of(size)} postings, {engine}", rate, empty, rate / empty


def _made_anew(figures: Mapping[str, Figures], sizes: Sizes) -> Iterator[tuple[str, float, float, float]]:
    """What it is, its seconds on the small board and on the large one, and its queries there."""
    ending = f"_seconds_{sizes.large}"
    for engine, of_one in figures.items():
        for name in [name.removesuffix(ending) for name in of_one if name.endswith(ending)]:
            before, after = (of_one[f"{name}_seconds_{size}"] for size in (sizes.small, sizes.large))
            yield f"{name}, {engine}", before, after, of_one[f"{name}_queries_{sizes.large}"]


def _ratios(engine: str, of_one: Figures, sizes: Sizes) -> Iterator[tuple[str, float]]:
    for what, _, _, ratio in _rates({engine: of_one}):
        yield f"pages_kept_{_key(what)}", ratio
    for what, before, after, queries in _made_anew({engine: of_one}, sizes):
        yield f"pages_anew_{_key(what)}", after / before
        yield f"pages_anew_{_key(what)}_queries", queries


def _key(what: str) -> str:
    return what.lower().replace(" postings", "").replace(", ", "_")
