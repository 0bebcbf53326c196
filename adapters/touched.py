"""What public pages show, and that it was changed.

Whoever changes something public writes down what it was about, in the transaction of the change. Whoever keeps something made from it
asks later whether anything was written down since. Rows are only ever added, so nobody waits for anybody; and as each bears a number drawn
by lot, their sum tells whether two looks saw the same rows, whatever was committed late, rolled back or forgotten in between.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from adapters import clock
from adapters.models import Touched
from adapters.quick_sum import Lost, sum_of_marks

BOARD: Final = "board"
"""Which postings are open, and what lists say of them: touched by whatever changes anything."""
EVERYTHING: Final = "everything"
"""What nobody can name in parts, such as the address of the board. Kept pages are about this, too."""
KEEP: Final = timedelta(minutes=20)
"""How long it is known what was touched. Nothing made from it may be kept as long, but for what only `BOARD` is asked for."""

MARK_BITS: Final = 40
"""A database sums up eight million of these before it runs out of digits."""
CHUNK: Final = 500
SLICE: Final = 10_000
TABLE: Final = "adapters_touched"


@dataclass(frozen=True, slots=True)
class Change:
    """One subject that was touched. `id` grows, but one that is committed late comes after greater ones."""

    id: int
    subject: str
    mark: int


def posting(posting_id: UUID) -> str:
    """One posting in all that its page says, the names of its company and its categories included."""
    return f"posting:{posting_id}"


def company(slug: str) -> str:
    """A company and the list of its postings."""
    return f"company:{slug}"


def category(slug: str) -> str:
    """A category and the list of its postings."""
    return f"category:{slug}"


def page(pk: int) -> str:
    """A page that is no posting."""
    return f"page:{pk}"


def touch(*subjects: str) -> None:
    """Say, in the transaction that changes something public, what it is about. Whatever it is, it is about the board as well."""
    now = clock.now()
    named = dict.fromkeys((BOARD, *subjects)) if subjects else {}
    for chunk in batched(named, CHUNK, strict=False):
        Touched.objects.bulk_create(Touched(subject=subject, mark=_mark(), at=now) for subject in chunk)


def stamp(subjects: Iterable[str]) -> int:
    """A number that is another one as soon as any of the subjects was touched and that is committed; one query."""
    return stamps(subjects)[0]


def stamps(subjects: Iterable[str]) -> tuple[int, int]:
    """The stamp of the subjects, and that of the board, at the same moment; one query."""
    named = tuple(subjects)
    if not named:
        return 0, stamp([BOARD])
    chosen = f"subject IN ({_marks(named)})"
    sql = (
        f"SELECT SUM(CASE WHEN {chosen} THEN mark END), SUM(CASE WHEN subject = %s THEN mark END)"  # noqa: S608 - no value is in it
        f" FROM {TABLE} WHERE {chosen} OR subject = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, (*named, BOARD, *named, BOARD))
        of_them, of_board = cursor.fetchone()
    return total([_whole(of_them)]), total([_whole(of_board)])


def has_stamp(subjects: Sequence[str], expected: int) -> bool:
    """Whether the subjects have this stamp still. A connection that was lost meanwhile is made anew."""
    try:
        return total([sum_of_marks(subjects)]) == expected
    except Lost:
        return stamp(subjects) == expected


def since(after_id: int) -> list[Change]:
    """The rows with a greater id, in their order.

    They may not be all that was touched since: an id below is committed late, or forgotten. Whoever needs all compares the marks that he
    knows of a subject, summed up by `total`, with its stamp.
    """
    rows = Touched.objects.filter(pk__gt=after_id).order_by("pk").values_list("pk", "subject", "mark")
    return [Change(*row) for row in rows.iterator()]


def total(marks: Iterable[int]) -> int:
    """The stamp of a subject that these and no other marks belong to."""
    return sum(marks) % (1 << MARK_BITS)


def prune() -> int:
    """Forget what was touched long ago. Of `BOARD` one row is left that stands for all of them, so that its stamp stays."""
    old = Touched.objects.filter(at__lt=clock.now() - KEEP)
    forgotten = old.exclude(subject=BOARD).delete()[0]
    with transaction.atomic():
        rows = dict(old.filter(subject=BOARD).order_by("pk").values_list("pk", "mark")[:SLICE])
        if len(rows) > 1:
            heir = max(rows)
            for chunk in batched(rows.keys() - {heir}, CHUNK, strict=False):
                forgotten += Touched.objects.filter(pk__in=chunk).delete()[0]
            Touched.objects.filter(pk=heir).update(mark=total(rows.values()))
    return forgotten


def _mark() -> int:
    return 1 + secrets.randbelow((1 << MARK_BITS) - 1)


def _marks(values: Sequence[str]) -> str:
    """Where the values go."""
    return ", ".join(["%s"] * len(values))


def _whole(summed: object) -> int:
    """PostgreSQL gives a `Decimal`, and nothing at all is `None`."""
    return 0 if summed is None else int(str(summed))
