"""`python -m tests.benchmarks observing`: requests a second of a kept page with all that is noted of it, beside the same without."""

import json
import statistics
import sys
import tempfile
from argparse import Namespace
from contextlib import ExitStack
from typing import Final

from tests.benchmarks import clients, databases, machine, web
from tests.benchmarks.clients import Failed
from tests.benchmarks.sinks import MissingProgram

POSTINGS: Final = 100
TURNS: Final = 9
SECONDS: Final = 3
AT_LEAST: Final = 0.95
SETTINGS: Final = {"with": "tests.benchmarks.settings", "without": "tests.benchmarks.unobserved"}


def main(options: Namespace) -> int:
    try:
        rates, about = _measure()
    except (Failed, MissingProgram) as reason:
        print(reason, file=sys.stderr)
        return 1
    pairs = zip(rates["with"], rates["without"], strict=True)
    ratio = statistics.median(observed / bare for observed, bare in pairs)
    for name, measured in rates.items():
        print(f"kept page, {name:<8}{statistics.median(measured):>10,.0f} requests/s")
    print(
        f"ratio {ratio:.3f}{'' if ratio >= AT_LEAST else '  MISSED'} (median of {TURNS} turns); to reach: ≥ {AT_LEAST:g}"
    )
    if options.json is not None:
        figures = {"machine": about, "ratios": {"observed_over_unobserved": ratio}, "figures": rates}
        options.json.write_text(json.dumps(figures, indent=2))
    return 0


def _measure() -> tuple[dict[str, list[float]], dict[str, object]]:
    """Both servers run all the time and take turns, so that the machine's moods meet both."""
    rates: dict[str, list[float]] = {name: [] for name in SETTINGS}
    with ExitStack() as stack:
        engine = stack.enter_context(databases.sqlite())
        static = stack.enter_context(tempfile.TemporaryDirectory(prefix="board-static-"))
        url = engine.new("observing").url
        of = {
            name: clients.environment(url, STATIC_ROOT=static, DJANGO_SETTINGS_MODULE=settings)
            for name, settings in SETTINGS.items()
        }
        clients.stage("load", POSTINGS, 0, env=of["with"])
        page = str(clients.stage("addresses", env=of["with"])["job"])
        ports = {name: stack.enter_context(web.running(env)) for name, env in of.items()}
        for port in ports.values():
            web.requests_per_second(port, page, seconds=1)  # has the page kept
        for turn in range(TURNS):
            for name in sorted(ports, reverse=turn % 2 > 0):
                rates[name].append(web.requests_per_second(ports[name], page, seconds=SECONDS))
        return rates, machine.description({engine.name: engine.description}, sends=False)
