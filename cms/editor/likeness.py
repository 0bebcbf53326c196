"""Whether a text was copied from another posting.

Of each text some numbers are kept, its prints: the smallest hashes of its rows of words (A. Broder, On the resemblance and containment of
documents, 1997). Texts that are alike share most of them, so that a copy is found by an index, whatever its title and company. The work
grows with the number of open postings that share a print with the text, which few do that are no copies, and not with the board: one query,
and at most `CANDIDATES` texts are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from math import ceil
from typing import Any, Final

from django.db.models import Count
from django.db.models.signals import post_save

from adapters import clock
from cms import rich_text
from cms.models import JobPage, TextPrint

PRINTS: Final = 12
SHARED: Final = 1 / 3
"""Of the prints of a text, what another must have in common with it to be compared word by word. A copy hardly ever has less."""
CANDIDATES: Final = 5
"""At most so many open postings are compared, those with the most prints in common."""

WORDS_IN_A_ROW: Final = 5
ALIKE: Final = 0.7
"""The share of rows of words that two texts have in common, from which on one counts as a copy of the other."""

type Rows = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Other:
    """Another open posting."""

    pk: int
    title: str


def copied_from(page: JobPage) -> Other | None:
    """The open posting whose text is most like that of the page, if nearly the same."""
    own = rows_of_words(page.description)
    if not own:
        return None
    prints = prints_of(own)
    others = JobPage.objects.open(at=clock.now()).exclude(posting_id=page.posting_id).order_by()
    shared = TextPrint.objects.filter(value__in=prints, page__in=others.values("pk")).values("page")
    enough = shared.annotate(number=Count("pk")).filter(number__gte=ceil(len(prints) * SHARED))
    likely = enough.order_by("-number", "-page").values("page")[:CANDIDATES]
    texts = JobPage.objects.filter(pk__in=likely).order_by("-pk").values_list("pk", "title", "description")
    compared = [(likeness(own, rows_of_words(text)), Other(pk, title)) for pk, title, text in texts]
    most, other = max(compared, key=lambda each: each[0], default=(0, None))
    return other if most >= ALIKE else None


def rows_of_words(html: str) -> Rows:
    """Each run of `WORDS_IN_A_ROW` words; of a shorter text all of it."""
    words = [word for word in rich_text.text(html).casefold().split() if any(map(str.isalnum, word))]
    if not words:
        return frozenset()
    last = max(len(words) - WORDS_IN_A_ROW, 0)
    return frozenset(tuple(words[start : start + WORDS_IN_A_ROW]) for start in range(last + 1))


def likeness(one: Rows, other: Rows) -> float:
    """From 0, nothing in common, to 1, the same words."""
    union = one | other
    return len(one & other) / len(union) if union else 0.0


def prints_of(rows: Rows) -> list[int]:
    """The same in every process and on every machine."""
    return nsmallest(PRINTS, map(_hash, rows))


def text_prints(pages: Iterable[JobPage]) -> Iterable[TextPrint]:
    """Not saved: for postings that are written past Wagtail's signals, many at once."""
    return (TextPrint(page=page, value=value) for page in pages for value in prints_of(rows_of_words(page.description)))


def keep_when_saved() -> None:
    post_save.connect(_saved, sender=JobPage, weak=False, dispatch_uid="cms.editor.likeness")


def _saved(instance: JobPage, *, update_fields: frozenset[str] | None, raw: bool = False, **_: Any) -> None:
    """Within the save. A draft of a live page is saved without its text."""
    if raw or (update_fields is not None and "description" not in update_fields):
        return
    kept = set(TextPrint.objects.filter(page=instance.pk).values_list("value", flat=True))
    prints = set(prints_of(rows_of_words(instance.description)))
    if kept - prints:
        TextPrint.objects.filter(page=instance.pk, value__in=kept - prints).delete()
    TextPrint.objects.bulk_create(
        [TextPrint(page_id=instance.pk, value=value) for value in prints - kept], ignore_conflicts=True
    )


def _hash(row: tuple[str, ...]) -> int:
    return int.from_bytes(blake2b(" ".join(row).encode(), digest_size=7).digest())
