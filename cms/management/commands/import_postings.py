"""`manage.py import_postings FILE`: brings schema.org job postings onto the board."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import BinaryIO, Final, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cms.importing import LONGEST_LINE, NowhereToImport, Report, Watcher, import_postings
from cms.importing.pages import Outcome
from jobs_domain.valid_through import InvalidClosingDate, zone_named

LARGEST_ARRAY: Final = 50_000_000
"""Bytes of a file that has to be read as a whole."""
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Command(BaseCommand):
    help = (
        "Import schema.org JobPosting objects: one JSON object per line, or a JSON array. A posting with a known “identifier” is updated, "
        "an unchanged one is left as it is and tells nobody. Wrong lines are reported, the rest is imported; the exit code is then 1."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="The file; - reads standard input.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")
        parser.add_argument(
            "--time-zone",
            default=settings.TIME_ZONE,
            metavar="ZONE",
            help=f"For dates of postings whose country has several zones (default: {settings.TIME_ZONE}).",
        )

    @override
    def handle(self, *, file: str, dry_run: bool, time_zone: str, **_: object) -> None:
        started = monotonic()
        try:
            zone_named(time_zone)
            with _opened(file) as stream, self._progress(total=_number_of_lines(stream)) as watch:
                report = import_postings(_lines(stream), zone=time_zone, dry_run=dry_run, watch=watch)
        except (InvalidClosingDate, NowhereToImport, OSError) as error:
            raise CommandError(str(error)) from error
        self._summarise(report, dry_run=dry_run, seconds=monotonic() - started)
        if report.problems:
            sys.exit(1)

    @contextmanager
    def _progress(self, *, total: int | None) -> Iterator[Watcher]:
        columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("Importing", total=total)
            yield lambda done: progress.advance(bar, done)

    def _summarise(self, report: Report, *, dry_run: bool, seconds: float) -> None:
        for problem in report.problems:
            self.stderr.write(f"line {problem.line}: {problem.reason}")
        counts = [f"{report.outcomes[outcome]} {outcome.value}" for outcome in Outcome if report.outcomes[outcome]]
        if report.problems:
            counts.append(f"{len(report.problems)} not imported")
        tried = "Nothing was written; this would have been the result: " if dry_run else ""
        self.stdout.write(f"{tried}{', '.join(counts) or 'no postings'} in {seconds:.1f} s.")


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as stream:
            yield stream


def _number_of_lines(stream: BinaryIO) -> int | None:
    """Unknown of what cannot be read twice."""
    if not stream.seekable():
        return None
    number = sum(part.count(b"\n") for part in iter(lambda: stream.read(LONGEST_LINE), b""))
    stream.seek(0)
    return number


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The objects of the file, still as JSON, one after the other; of one that is too long no more than shows that it is."""
    line = _beginning(stream).removeprefix(BYTE_ORDER_MARK)
    while line.isspace():
        yield line
        line = _beginning(stream)
    if line.lstrip().startswith(b"["):
        yield from _elements(line + stream.read(LARGEST_ARRAY))
        return
    while line:
        yield line
        while line and not line.endswith(b"\n"):
            line = _beginning(stream)  # what is left of one that is too long
        line = _beginning(stream)


def _beginning(stream: BinaryIO) -> bytes:
    """Of a line; all of it unless it is too long."""
    return stream.readline(LONGEST_LINE + 1)


def _elements(array: bytes) -> Iterator[bytes]:
    if len(array) >= LARGEST_ARRAY:
        raise CommandError(
            f"The file is a JSON array of more than {LARGEST_ARRAY:,} bytes. Write one JSON object per line: there is no limit to these."
        )
    try:
        elements = [json.dumps(element).encode() for element in json.loads(array)]
    except (ValueError, RecursionError) as error:
        raise CommandError(f"The file begins like a JSON array and is none: {error}") from error
    yield from elements
