"""By what the searches are found that show a posting, without looking at all searches.

Each search is kept under a few numbers, its anchors: one for every pair of values of its two rarest criteria (of its only criterion, if it
has no second). A posting has the numbers of all pairs that it could be found by. So whatever shows a posting has an anchor in common with
it, and what has no word, company or place in common with it is never looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import IntEnum
from hashlib import blake2b
from itertools import combinations, product
from typing import Final

from cms.finding.by_itself import ByItself
from cms.finding.rows import EMPLOYMENTS, WORKPLACES
from cms.finding.text_index import text_index
from cms.finding.words import terms
from cms.models.searched_text import SearchedText
from jobs_domain.topics import JobSearch

VERSION: Final = 1
"""To be raised when searches get other anchors, or words other forms: those that are kept are made anew."""
MOST: Final = 100
"""A search with more pairs than that is kept under the values of its rarest criterion alone."""


class Rareness(IntEnum):
    """The fewer postings a value of it finds, the earlier."""

    WORD = 1
    COMPANY = 2
    PLACE = 3
    CATEGORY = 4
    CURRENCY = 5
    EMPLOYMENT = 6
    WORKPLACE = 7


type Values = Mapping[Rareness, Collection[str]]
"""In the order of rareness, without those that have no value."""


def of_search(search: JobSearch) -> frozenset[int]:
    values = _in_order(
        {
            Rareness.WORD: _telling_word(search.text),
            Rareness.COMPANY: search.companies,
            Rareness.PLACE: search.places,
            Rareness.CATEGORY: search.categories,
            Rareness.CURRENCY: () if search.salary is None else (search.salary.currency,),
            Rareness.EMPLOYMENT: [kind.value for kind in search.employment_types],
            Rareness.WORKPLACE: [kind.value for kind in search.workplace_types],
        }
    )
    first, second = [*values, None, None][:2]
    if first is None:
        return frozenset({_number()})
    if second is None or len(values[first]) * len(values[second]) > MOST:
        return frozenset(_singles(first, values[first]))
    return frozenset(_pairs(first, second, values))


def of_posting(posting: ByItself) -> frozenset[int]:
    """The anchors of all searches that could show it."""
    row, names = posting.row, posting.columns.names
    companies = {names.companies_slug(row.company), *posting.former_companies}
    categories = {*map(names.categories_slug, row.categories), *posting.former_categories}
    values = _in_order(
        {
            Rareness.WORD: _words_of(row.page),
            Rareness.COMPANY: companies,
            Rareness.PLACE: [names.places.values[number] for number in row.places],
            Rareness.CATEGORY: categories,
            Rareness.CURRENCY: () if row.currency < 0 else (names.currencies.values[row.currency],),
            Rareness.EMPLOYMENT: [kind.value for n, kind in enumerate(EMPLOYMENTS) if row.employment & 1 << n],
            Rareness.WORKPLACE: () if row.workplace < 0 else (WORKPLACES[row.workplace].value,),
        }
    )
    return frozenset(_all(values))


def _all(values: Values) -> Iterator[int]:
    yield _number()
    for criterion in values:
        yield from _singles(criterion, values[criterion])
    for first, second in combinations(values, 2):
        yield from _pairs(first, second, values)


def _in_order(values: Values) -> Values:
    return {criterion: values[criterion] for criterion in sorted(values) if values[criterion]}


def _telling_word(text: str) -> tuple[str, ...]:
    """The longest of its words, which is most likely the rarest; as the index has it."""
    asked = terms(text)
    forms = text_index().forms(asked.in_one) if asked else frozenset[str]()
    longest = min(forms, key=lambda form: (-len(form), form), default=None)
    return () if longest is None else (longest,)


def _words_of(page: int) -> frozenset[str]:
    text = SearchedText.objects.filter(pk=page).first()
    return frozenset() if text is None else text_index().forms(f"{text.title} {text.beside} {text.description}")


def _singles(criterion: Rareness, values: Iterable[str]) -> Iterator[int]:
    return (_number(f"{criterion} {value}") for value in values)


def _pairs(first: Rareness, second: Rareness, values: Values) -> Iterator[int]:
    pairs = product(values[first], values[second])
    return (_number(f"{first} {one}", f"{second} {other}") for one, other in pairs)


def _number(*values: str) -> int:
    """Two may have the same: a search that is found by mistake is looked at, and left alone."""
    digest = blake2b("\n".join(values).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
