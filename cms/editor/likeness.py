"""Whether a text was copied from another posting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils import timezone

from cms import rich_text
from cms.models import JobPage

CANDIDATES: Final = 20
"""At most so many open postings of the same company or title are compared, the newest first."""

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
    """An open posting whose text is nearly that of the page."""
    own = rows_of_words(page.description)
    if not own:
        return None
    others = JobPage.objects.open(at=timezone.now()).filter(Q(company=page.company_id) | Q(title=page.title))
    newest = others.exclude(posting_id=page.posting_id).order_by("-pk").values_list("pk", "title", "description")
    for pk, title, description in newest[:CANDIDATES]:
        if likeness(own, rows_of_words(description)) >= ALIKE:
            return Other(pk, title)
    return None


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
