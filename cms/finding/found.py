"""What the list answers."""

from dataclasses import dataclass
from enum import Enum


class Criterion(Enum):
    """A filter of the list; the value is its query parameter."""

    CATEGORY = "category"
    PLACE = "place"
    WORKPLACE = "workplace"
    EMPLOYMENT = "employment"
    SALARY = "salary"
    COMPANY = "company"
    SINCE = "since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a filter: how many postings would be left with it, the other filters as they are.

    `value` is what stands in the address. `label` is the name of a category or company, or a place in the language that is active; it is
    empty for what the program itself has words for, and for a value that nobody knows. `language` is that of the name of a category, which
    need not have one in the language that is active.
    """

    value: str
    label: str
    count: int
    chosen: bool
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The choices with the most postings, and the chosen ones, most postings first; `more` counts those left out."""

    criterion: Criterion
    choices: tuple[Choice, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`ids` are the primary keys of the job pages on this page of the list, in order. `page` is the last one if a later one was asked for.

    `facets` leaves out filters that offer nothing. When nothing was found, `without` tells for each filter in use, and for the text (key
    `None`), how many would be found without it. `currency` is that of the salaries to choose from, empty if nobody names one.
    """

    total: int
    page: int
    pages: int
    ids: tuple[int, ...]
    facets: tuple[Facet, ...]
    without: dict[Criterion | None, int]
    currency: str
