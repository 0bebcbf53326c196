"""Measurements: `python -m tests.benchmarks`."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType

from tests.benchmarks import delivery, editors, matching, observing, pages, publish


def main() -> int:
    parser = ArgumentParser(
        prog="python -m tests.benchmarks", description="Measurements; docs/benchmarks.md explains them."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("publish", help="the editor's click and the ledger, by the number of followers; a minute")
    options = commands.add_parser("delivery", help="messages a second, beside a floor and beside others")
    options.add_argument("--quick", action="store_true", help="smaller numbers, without the rows of a million")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options.add_argument("--docs", action="store_true", help="write the tables into docs/benchmarks.md as well")
    options.add_argument(
        "--only", action="append", choices=list(delivery.GROUPS), help="these rows only; may be repeated"
    )
    screens = commands.add_parser("editors", help="what editors wait for, on a small and on a large board; minutes")
    screens.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    public = commands.add_parser("pages", help="what visitors wait for, on boards of different sizes; half an hour")
    public.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    public.add_argument("--quick", action="store_true", help="small boards only; minutes")
    searches = commands.add_parser("matching", help="a new posting and the searches that are followed; minutes")
    searches.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    noted = commands.add_parser("observing", help="what it takes to note each request; a minute")
    noted.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _leave_in_order)
    if given.command == "publish":
        return publish.main()
    if given.command == "delivery":
        return delivery.main(given)
    if given.command == "editors":
        return editors.main(given)
    if given.command == "matching":
        return matching.main(given)
    if given.command == "observing":
        return observing.main(given)
    if given.command == "pages":
        return pages.main(given)
    parser.print_help()
    return 2


def _leave_in_order(_number: int, _frame: FrameType | None) -> None:
    """So that the servers end as well."""
    sys.exit(1)


sys.exit(main())
