"""Countries by the names that people write, and the time zone of those that have only one."""

from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import Final

from cms.choices import countries


class UnknownCountry(ValueError):
    """The text is neither an ISO 3166-1 code nor an English name of a country."""


def country_code(text: str) -> str:
    """`DE` for `DE`, `de` and `Germany`. Raises `UnknownCountry`."""
    for code, name in countries():
        if text.casefold() in {code.casefold(), name.casefold()}:
            return code
    raise UnknownCountry(f"“{text}” is not a country; write its code of two letters, such as DE.")


def zone_of_country(code: str) -> str | None:
    """The IANA zone if the whole country has the same."""
    zones = _zones().get(code, ())
    return zones[0] if len(zones) == 1 or code in _ONE_TIME else None


_ONE_TIME: Final = frozenset({"DE"})
"""Countries whose further zones in the data base differ from the first in the past only (Büsingen)."""


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country] += (zone,)
    return zones
