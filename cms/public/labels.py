"""Filters and their values in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, assert_never

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from adapters import words
from cms.finding import address
from cms.finding.found import Criterion, Facet
from cms.finding.wanted import PostedSince, Sort
from jobs_domain.salary import Salary, SalaryUnit

FILTERS: Final = {
    Criterion.CATEGORY: gettext_lazy("Category"),
    Criterion.PLACE: gettext_lazy("Place"),
    Criterion.WORKPLACE: gettext_lazy("Workplace"),
    Criterion.EMPLOYMENT: gettext_lazy("Employment"),
    Criterion.SALARY: gettext_lazy("Pay"),
    Criterion.COMPANY: gettext_lazy("Company"),
    Criterion.SINCE: gettext_lazy("Posted"),
}
ANY: Final = {Criterion.SALARY: gettext_lazy("Any pay"), Criterion.SINCE: gettext_lazy("At any time")}
"""Of these filters one value is chosen, or none."""

SORTS: Final = {
    Sort.BEST_MATCH: gettext_lazy("Best match"),
    Sort.NEWEST: gettext_lazy("Newest"),
    Sort.CLOSING_SOON: gettext_lazy("Closing soon"),
}


@dataclass(frozen=True, slots=True)
class Labels:
    """`names` has the names of categories, places and companies by filter and value, `languages` the language of those that are words."""

    names: Mapping[tuple[Criterion, str], str]
    languages: Mapping[tuple[Criterion, str], str]
    currency: str

    @classmethod
    def of(cls, facets: Iterable[Facet], *, currency: str) -> Labels:
        choices = {(facet.criterion, choice.value): choice for facet in facets for choice in facet.choices}
        return cls(
            names={key: choice.label for key, choice in choices.items() if choice.label},
            languages={key: choice.language for key, choice in choices.items() if choice.language},
            currency=currency,
        )

    def language(self, criterion: Criterion, value: str) -> str:
        """That of the words of a value, empty if it is the reader's, or that of a name."""
        return self.languages.get((criterion, value), "")

    def value(self, criterion: Criterion, value: str) -> str:
        """A value as it stands in addresses, in words; itself if it is the name of nothing."""
        match criterion:
            case Criterion.CATEGORY | Criterion.PLACE | Criterion.COMPANY:
                return self.names.get((criterion, value), value)
            case Criterion.WORKPLACE:
                kinds = {address.code(kind): str(label) for kind, label in words.WORKPLACE_TYPES.items()}
                return kinds.get(value, value)
            case Criterion.EMPLOYMENT:
                kinds = {address.code(kind): str(label) for kind, label in words.EMPLOYMENT_TYPES.items()}
                return kinds.get(value, value)
            case Criterion.SALARY:
                return _a_year(value, self.currency)
            case Criterion.SINCE:
                return _since(PostedSince(int(value)))
            case _:
                assert_never(criterion)


def quoted(text: str) -> str:
    """Not twice: words in quotation marks are quoted already."""
    return text if '"' in text else gettext("“%(text)s”") % {"text": text}


def _a_year(amount: str, currency: str) -> str:
    salary = Salary(minimum=Decimal(amount), maximum=None, currency=currency, unit=SalaryUnit.YEAR)
    return capfirst(words.salary(salary))


def _since(since: PostedSince) -> str:
    if since is PostedSince.DAY:
        return gettext("In the last 24 hours")
    days = since.value
    return ngettext("In the last %(days)s day", "In the last %(days)s days", days) % {"days": days}
