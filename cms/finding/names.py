"""What the numbers in the columns stand for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

from django.utils.text import slugify

from adapters import words
from adapters.web import languages
from cms.finding.words import folded
from jobs_domain.posting_details import Location

MAX_SLUG: Final = 200


class Numbered[T: Hashable]:
    """Gives each value a number, from 0 on, and never another one. Grows only, in several threads, too."""

    def __init__(self) -> None:
        self.values: Final[list[T]] = []
        self._numbers: Final[dict[T, int]] = {}
        self._growing: Final = Lock()

    def __len__(self) -> int:
        return len(self.values)

    def number(self, value: T) -> int:
        known = self._numbers.get(value)
        return self._new(value) if known is None else known

    def known(self, value: T) -> int | None:
        return self._numbers.get(value)

    def _new(self, value: T) -> int:
        with self._growing:
            if value not in self._numbers:
                self.values.append(value)
                self._numbers[value] = len(self.values) - 1
            return self._numbers[value]


@dataclass(frozen=True, slots=True)
class Named:
    """A company, a category or a place as it is called now; `language` is that of the name, if it is made of words.

    `others` are its names in other languages.
    """

    slug: str
    name: str
    language: str = ""
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def for_reader(self) -> Named:
        """Called as in the language that is active, if there is a name in it."""
        known = self.others.get(languages.active())
        return replace(self, name=known, language=languages.active()) if known else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """`company_names` and `category_names` are replaced when one is renamed; all else grows."""

    companies: Numbered[int] = field(default_factory=Numbered)
    categories: Numbered[int] = field(default_factory=Numbered)
    places: Numbered[str] = field(default_factory=Numbered)
    words: Numbered[str] = field(default_factory=Numbered)
    currencies: Numbered[str] = field(default_factory=Numbered)
    locations: dict[str, Location] = field(default_factory=dict)
    """For each place's slug how it was written first."""
    company_names: dict[int, Named] = field(default_factory=dict)
    category_names: dict[int, Named] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for numbered, named in ((self.companies, self.company_names), (self.categories, self.category_names)):
            for key in named:
                numbered.number(key)

    def number_of_place(self, location: Location) -> int:
        slug = place_slug(location)
        self.locations.setdefault(slug, location)
        return self.places.number(slug)

    def companies_slug(self, number: int) -> str:
        return self.company_names[self.companies.values[number]].slug

    def categories_slug(self, number: int) -> str:
        return self.category_names[self.categories.values[number]].slug

    def company(self, number: int) -> Named | None:
        return self.company_names.get(self.companies.values[number])

    def category(self, number: int) -> Named | None:
        """Called as in the language that is active."""
        named = self.category_names.get(self.categories.values[number])
        return None if named is None else named.for_reader

    def place(self, number: int) -> Named:
        """Called as in the language that is active."""
        slug = self.places.values[number]
        return Named(slug, words.place(self.locations[slug]))

    def companies_called(self, slugs: frozenset[str]) -> dict[str, int]:
        """The numbers of those that there are."""
        return _called(slugs, self.company_names, self.companies)

    def categories_called(self, slugs: frozenset[str]) -> dict[str, int]:
        return _called(slugs, self.category_names, self.categories)

    def places_called(self, slugs: frozenset[str]) -> dict[str, int]:
        numbers = ((slug, self.places.known(slug)) for slug in slugs)
        return {slug: number for slug, number in numbers if number is not None}


def place_slug(location: Location) -> str:
    """A town in its region, or what is known instead: the same for all addresses in it, whatever the accents and capitals."""
    known = folded(" ".join(part for part in (location.locality, location.region, location.country) if part))
    return slugify(known, allow_unicode=True)[:MAX_SLUG] or location.country.lower()


def _called(slugs: frozenset[str], names: Mapping[int, Named], numbered: Numbered[int]) -> dict[str, int]:
    if not slugs:
        return {}
    return {named.slug: numbered.number(key) for key, named in names.items() if named.slug in slugs}
