"""`python -m tests.benchmarks observing`: what it takes to give a kept page with all that is noted of it, and without.

Measured is the processor's time, which tells the same on a busy machine: a server that has nothing else to do gives so many more pages.
"""

import json
import sys
import tempfile
from argparse import Namespace
from contextlib import ExitStack
from typing import Final

from tests.benchmarks import clients, databases, machine, processes, web
from tests.benchmarks.clients import Failed
from tests.benchmarks.sinks import MissingProgram

POSTINGS: Final = 100
TURNS: Final = 6
REQUESTS: Final = 1_000
"""In each turn."""
AT_LEAST: Final = 0.95
SETTINGS: Final = {"with": "tests.benchmarks.settings", "without": "tests.benchmarks.unobserved"}


def main(options: Namespace) -> int:
    try:
        seconds, about = _measure()
    except (Failed, MissingProgram) as reason:
        print(reason, file=sys.stderr)
        return 1
    ratio = seconds["without"] / seconds["with"]
    for name, of_all in seconds.items():
        print(f"kept page, {name:<8}{of_all / TURNS / REQUESTS * 1e6:>8,.0f} µs of the server's processor")
    print(f"ratio {ratio:.3f}{'' if ratio >= AT_LEAST else '  MISSED'}; to reach: ≥ {AT_LEAST:g}")
    if options.json is not None:
        figures = {"machine": about, "ratios": {"observed_over_unobserved": ratio}, "figures": seconds}
        options.json.write_text(json.dumps(figures, indent=2))
    return 0


def _measure() -> tuple[dict[str, float], dict[str, object]]:
    """Both servers run all the time and take turns, so that the machine's moods meet both."""
    seconds = dict.fromkeys(SETTINGS, 0.0)
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
        servers = {name: stack.enter_context(web.started(env)) for name, env in of.items()}
        for server in servers.values():
            web.ask(server.port, page, times=100)  # has the page kept
        for turn in range(TURNS):
            for name in sorted(servers, reverse=turn % 2 > 0):
                before = processes.cpu_seconds(servers[name].pid)
                web.ask(servers[name].port, page, times=REQUESTS)
                seconds[name] += processes.cpu_seconds(servers[name].pid) - before
        return seconds, machine.description({engine.name: engine.description}, sends=False)
