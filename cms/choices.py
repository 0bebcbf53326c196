"""What editors choose from. Functions, so that migrations name them instead of copying hundreds of lines."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from django.conf import settings

from adapters import words
from adapters.web import languages as spoken
from jobs_domain.currencies import ISO_4217_CODES
from jobs_domain.valid_through import zones

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

type Choices = list[tuple[str, str]]
type Labelled = list[tuple[str, _StrOrPromise]]
"""Choices that are also words of public pages, in the language of whoever reads them."""

_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Two-letter codes of the CLDR that are no countries of ISO 3166-1."""

_LANGUAGES = frozenset(
    """
    ar bg bs ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu id is it ja ko lb lt lv mk mt nb nl pl pt ro ru sk sl sq sr sv th tr
    uk ur vi zh
    """.split()
)
"""Codes of ISO 639-1: what is written in Europe, and the most written languages of the world."""


def workplace_types() -> Labelled:
    return [(kind.value, label) for kind, label in words.WORKPLACE_TYPES.items()]


def employment_types() -> Labelled:
    return [(kind.value, label) for kind, label in words.EMPLOYMENT_TYPES.items()]


def salary_units() -> Labelled:
    return [(unit.value, label) for unit, label in words.SALARY_UNITS.items()]


@cache
def currencies() -> Choices:
    names = Locale("en").currencies
    return [(code, f"{code} – {names.get(code, code)}") for code in sorted(ISO_4217_CODES)]


@cache
def countries() -> Choices:
    """All countries of ISO 3166-1 by name."""
    territories = Locale("en").territories
    named = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return sorted(named, key=lambda choice: choice[1])


@cache
def time_zones() -> Choices:
    return [(name, name.replace("_", " ")) for name in zones()]


def default_time_zone() -> str:
    return settings.TIME_ZONE


@cache
def languages() -> Choices:
    """Languages in which a posting can be written, those of the board first."""
    others = sorted(_LANGUAGES - spoken.codes().keys(), key=_english_name)
    return [(code, _both_names(code)) for code in [*spoken.codes(), *others]]


def default_language() -> str:
    return spoken.own()


@cache
def other_languages() -> Choices:
    """The languages that public pages speak besides the board's own."""
    return [(code, _both_names(code)) for code in spoken.codes() if code != spoken.own()]


def _english_name(code: str) -> str:
    return str(Locale("en").languages[code])


def _both_names(code: str) -> str:
    """In English, and as those say it who speak it."""
    return " – ".join(dict.fromkeys((_english_name(code), str(Locale(code).languages[code]))))
