"""By what the searches are found that show a posting, without looking at all searches.

Each value that a posting can have has a number, and each pair of values. A search is kept under a few of them, its anchors: those of the
pairs of its two rarest criteria (of its only one, if it has no second). A posting has the numbers of all its values and pairs. So whatever
shows a posting has an anchor in common with it, and what has no word, company or place in common with it is never looked at. Of those that
have, most are passed over because another of their criteria has none of the posting's numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from hashlib import blake2b
from itertools import combinations, product
from typing import Final

from adapters.searching import Anchors
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
STEPS: Final = 8
"""Of pay, from an amount to its double."""


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


def of_search(search: JobSearch) -> Anchors:
    words = _rarest_first(search.text)
    values = _in_order(
        {
            Rareness.WORD: words[:1],
            Rareness.COMPANY: search.companies,
            Rareness.PLACE: search.places,
            Rareness.CATEGORY: search.categories,
            Rareness.CURRENCY: () if search.salary is None else (search.salary.currency,),
            Rareness.EMPLOYMENT: [kind.value for kind in search.employment_types],
            Rareness.WORKPLACE: [kind.value for kind in search.workplace_types],
        }
    )
    needs = [frozenset(_singles(Rareness.WORD, [word])) for word in words[1:]]
    needs += [frozenset(_singles(criterion, values[criterion])) for criterion in values]
    if search.salary is not None:
        needs.append(frozenset({_pay(search.salary.currency, step_of(int(search.salary.amount * 100)))}))
    return Anchors(values=frozenset(_kept_under(values)), needs=tuple(needs))


def _kept_under(values: Values) -> Iterator[int]:
    first, second = [*values, None, None][:2]
    if first is None:
        yield _number()
    elif second is None or len(values[first]) * len(values[second]) > MOST:
        yield from _singles(first, values[first])
    else:
        yield from _pairs(first, second, values)


def of_posting(posting: ByItself) -> frozenset[int]:
    """All its numbers, those of all searches that could show it among them."""
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
    pay = (
        _pay(names.currencies.values[row.currency], step) for step in range(step_of(row.pay) + 1 if row.pay > 0 else 0)
    )
    return frozenset([*_all(values), *pay])


def step_of(amount: int) -> int:
    """Of a scale with eight steps from one power of two to the next: an amount that is at least another is not on a lower step."""
    power = max(amount, 1).bit_length() - 1
    return power * STEPS + (max(amount, 1) * STEPS >> power) - STEPS


def _all(values: Values) -> Iterator[int]:
    yield _number()
    for criterion in values:
        yield from _singles(criterion, values[criterion])
    for first, second in combinations(values, 2):
        yield from _pairs(first, second, values)


def _in_order(values: Values) -> Values:
    return {criterion: values[criterion] for criterion in sorted(values) if values[criterion]}


def _rarest_first(text: str) -> Sequence[str]:
    """The words of a text as the index has them, and how rare they are at this moment. The longer of two that are equally rare first."""
    asked = terms(text)
    forms = text_index().forms(asked.in_one) if asked else frozenset[str]()
    pages = text_index().frequencies(forms) if len(forms) > 1 else {}
    return sorted(forms, key=lambda form: (pages.get(form, 0), -len(form), form))


def _words_of(page: int) -> frozenset[str]:
    text = SearchedText.objects.filter(pk=page).first()
    return frozenset() if text is None else text_index().forms(f"{text.title} {text.beside} {text.description}")


def _singles(criterion: Rareness, values: Iterable[str]) -> Iterator[int]:
    return (_number(f"{criterion} {value}") for value in values)


def _pairs(first: Rareness, second: Rareness, values: Values) -> Iterator[int]:
    pairs = product(values[first], values[second])
    return (_number(f"{first} {one}", f"{second} {other}") for one, other in pairs)


def _pay(currency: str, step: int) -> int:
    return _number(f"pay {currency} {step}")


def _number(*values: str) -> int:
    """Two may have the same: a search that is found by mistake is looked at, and left alone."""
    digest = blake2b("\n".join(values).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
