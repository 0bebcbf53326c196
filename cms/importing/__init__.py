"""Imports schema.org job postings."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Final

from django.db import transaction

from cms.importing.json_values import InvalidJobPosting, bounded
from cms.importing.pages import Outcome, Writer
from cms.importing.schema_org import ImportedPosting, read
from cms.models import JobIndexPage

BATCH: Final = 250
LONGEST_LINE: Final = 1_000_000
"""Bytes of one posting as JSON. The longest description takes less, even if each letter of it is escaped."""

type Watcher = Callable[[int], None]
"""Is told how many lines more have been dealt with."""


class NowhereToImport(Exception):
    """There is no index page for the postings."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was not imported. `line` counts from 1 (in a JSON array: the element)."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def import_postings(
    lines: Iterable[str | bytes], *, zone: str, dry_run: bool = False, watch: Watcher = lambda _done: None
) -> Report:
    """Upserts the postings by identifier, batch by batch; a line that is wrong is reported and stops no other.

    `zone` reads the dates of postings whose country has several time zones. A `dry_run` does everything and then undoes it.
    Raises `NowhereToImport`.
    """
    index = JobIndexPage.objects.live().order_by("path").first()
    if index is None:
        raise NowhereToImport("There is no published page of the type “Job index page” to put the postings below.")
    report = Report()
    writer = Writer(index)
    seen: dict[str, int] = {}
    for batch in batched(enumerate(lines, start=1), BATCH, strict=False):
        postings = list(_readable(batch, report, zone, seen))
        report.outcomes.update(_rehearsed(index, postings) if dry_run else writer.write(postings))
        watch(len(batch))
    return report


def _rehearsed(index: JobIndexPage, postings: list[ImportedPosting]) -> list[Outcome]:
    """What writing the batch would do. It is undone at once, so that nobody else waits for the database for longer."""
    with transaction.atomic():
        outcomes = Writer(index).write(postings)
        transaction.set_rollback(True)
    return outcomes


def _readable(
    batch: Iterable[tuple[int, str | bytes]], report: Report, zone: str, seen: dict[str, int]
) -> Iterator[ImportedPosting]:
    for number, line in batch:
        if len(line) <= LONGEST_LINE and not line.strip():
            continue
        try:
            posting = read(bounded(parsed(line)), zone=zone)
            first = seen.setdefault(posting.identifier, number)
            if first != number:
                raise InvalidJobPosting(f"“identifier” is {posting.identifier!r}, as in line {first}.")
        except InvalidJobPosting as error:
            report.problems.append(Problem(number, str(error)))
        else:
            yield posting


def parsed(line: str | bytes) -> object:
    """Raises `InvalidJobPosting`."""
    if len(line) > LONGEST_LINE:
        raise InvalidJobPosting(f"This is too long: a posting has at most {LONGEST_LINE:,} bytes.")
    try:
        parsed: object = json.loads(line)
    except UnicodeDecodeError as error:
        raise InvalidJobPosting("This is not UTF-8.") from error
    except ValueError as error:
        raise InvalidJobPosting(f"This is not JSON: {error}.") from error
    except RecursionError as error:
        raise InvalidJobPosting("This JSON is nested too deeply.") from error
    return parsed
