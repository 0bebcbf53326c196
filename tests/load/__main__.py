"""Load: `python -m tests.load`."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import Final

from tests.benchmarks.sinks import MissingProgram
from tests.load import costs, rush, soak

PROGRAMS: Final[Mapping[str, Callable[[Namespace], int]]] = {"rush": rush.main, "soak": soak.main, "costs": costs.main}


def main() -> int:
    parser = ArgumentParser(
        prog="python -m tests.load", description="The board under load; docs/benchmarks.md explains it."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    crowd = commands.add_parser("rush", help="editors, followers and readers at once; a quarter of an hour")
    crowd.add_argument("--seconds", type=float, default=600, help="how long it lasts (600)")
    crowd.add_argument("--publishes", type=float, default=50, help="of editors, a minute (50)")
    crowd.add_argument("--follows", type=float, default=200, help="requests to follow, a second (200)")
    crowd.add_argument("--reads", type=float, default=50, help="of pages, a second (50)")
    calm = commands.add_parser("soak", help="a modest pace for an hour: does anything grow?")
    calm.add_argument("--minutes", type=float, default=60, help="how long it lasts (60)")
    calm.add_argument("--publishes", type=float, default=10, help="of editors, a minute (10)")
    calm.add_argument("--follows", type=float, default=3, help="requests to follow, a second (3)")
    calm.add_argument("--reads", type=float, default=10, help="of pages, a second (10)")
    calm.add_argument("--confirmations", type=float, default=1, help="of those who asked to follow, a second (1)")
    calm.add_argument("--leaves", type=float, default=1, help="of followers, a second (1)")
    calm.add_argument("--sign-ins", type=float, default=2, help="of editors, a minute (2)")
    each = commands.add_parser("costs", help="what one of each takes; ten minutes")
    each.add_argument("--seconds", type=float, default=40, help="how long each kind comes (40)")
    for command in (crowd, calm, each):
        command.add_argument("--postings", type=int, default=10_000, help="of the board (10000)")
        command.add_argument("--followers", type=int, default=100_000, help="of all postings together (100000)")
        command.add_argument("--webs", type=int, default=2, help="processes of gunicorn (2)")
        command.add_argument("--workers", type=int, default=1, help="processes of the worker (1)")
    options = parser.parse_args()
    try:
        return PROGRAMS[options.command](options)
    except MissingProgram as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
