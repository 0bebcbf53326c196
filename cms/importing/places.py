"""Countries by the names that people write, and the time zone of those that have only one."""

from collections import defaultdict
from functools import cache
from importlib.resources import files

from babel import Locale


class UnknownCountry(ValueError):
    """The text is neither an ISO 3166-1 code nor an English name of a country."""


def country_code(text: str) -> str:
    """`DE` for `DE`, `de` and `Germany`. Raises `UnknownCountry`."""
    if text.upper() in _territories():
        return text.upper()
    for code, name in _territories().items():
        if name.casefold() == text.casefold():
            return code
    raise UnknownCountry(f"“{text}” is not a country; write its code of two letters, such as DE.")


@cache
def _territories() -> dict[str, str]:
    """Code and English name of each country."""
    territories = Locale("en").territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha()}


@cache
def _zones() -> dict[str, list[str]]:
    zones = defaultdict(list)
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country].append(zone)
    return zones


def zone_of_country(code: str) -> str | None:
    """The IANA zone if the country has one only (`DE` has two in the data base: the first is the country's own)."""
    zones = _zones().get(code, [])
    return zones[0] if len(zones) == 1 or code == "DE" else None
