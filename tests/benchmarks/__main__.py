"""Measurements: `python -m tests.benchmarks`."""

import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Final

from tests.benchmarks import alike, delivery, editors, matching, observing, pages, publish

MEASURE: Final[Mapping[str, Callable[[Namespace], int]]] = {
    "publish": publish.main,
    "delivery": delivery.main,
    "editors": editors.main,
    "pages": pages.main,
    "matching": matching.main,
    "observing": observing.main,
    "alike": alike.main,
}


def main() -> int:
    parser = ArgumentParser(
        prog="python -m tests.benchmarks", description="Measurements; docs/benchmarks.md explains them."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, says: str, *, json: bool = True) -> ArgumentParser:
        options = commands.add_parser(name, help=says)
        if json:
            options.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
        return options

    command("publish", "the editor's click and the ledger, by the number of followers; a minute", json=False)
    messages = command("delivery", "messages a second, beside a floor and beside others")
    messages.add_argument("--quick", action="store_true", help="smaller numbers, without the rows of a million")
    messages.add_argument("--docs", action="store_true", help="write the tables into docs/benchmarks.md as well")
    messages.add_argument(
        "--only", action="append", choices=list(delivery.GROUPS), help="these rows only; may be repeated"
    )
    command("editors", "what editors wait for, on a small and on a large board; minutes")
    public = command("pages", "what visitors wait for, on boards of different sizes; half an hour")
    public.add_argument("--quick", action="store_true", help="small boards only; minutes")
    command("matching", "a new posting and the searches that are followed; minutes")
    command("observing", "what it takes to note each request; a minute")
    command("alike", "how long a form takes, by what the board knows of the address; minutes")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _leave_in_order)
    return MEASURE[given.command](given)


def _leave_in_order(_number: int, _frame: FrameType | None) -> None:
    """So that the servers end as well."""
    sys.exit(1)


sys.exit(main())
