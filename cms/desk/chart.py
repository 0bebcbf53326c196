"""Bars of two kinds for each day or hour, one above and one below a line, as numbers for an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, override

WIDTH: Final = 640
TOP, BOTTOM = 20, 130
"""Between these heights the bars are drawn; above and below is room for words."""
HEIGHT: Final = 156
LEFT: Final = 50
GAP: Final = 0.3
"""The part of a day's width that stays empty between bars."""


@dataclass(frozen=True, slots=True)
class Day:
    """How many of both kinds there were."""

    day: date
    up: int
    down: int

    @property
    def name(self) -> str:
        return f"{self.day:%-d %B}"

    @property
    def short_name(self) -> str:
        return f"{self.day:%-d %b}"


@dataclass(frozen=True, slots=True)
class Hour(Day):
    """`day` is the instant at which it began, on the clocks that it is shown by."""

    day: datetime

    @property
    @override
    def name(self) -> str:
        return f"{self.day:%-d %B, %H:%M}"

    @property
    @override
    def short_name(self) -> str:
        return f"{self.day:%-d %b, %H:%M}"


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`name` is unique on the page; `up` and `down` say what the bars above and below the line count. `days` may be hours: then
    `unit` says so, and `last` which is the last.
    """

    name: str
    title: str
    up: str
    down: str
    days: Sequence[Day]
    unit: str = "days"
    last: str = "today"

    width = WIDTH
    height = HEIGHT
    left = LEFT

    @property
    def description(self) -> str:
        """What somebody who does not see the bars should know."""
        most = max(self.days, key=lambda day: day.up)
        peak = f" Most on {most.name}: {most.up} {self.up}." if most.up else ""
        return f"In {len(self.days)} {self.unit} {self.total_up} {self.up} and {self.total_down} {self.down}.{peak}"

    @property
    def is_empty(self) -> bool:
        return not (self.total_up or self.total_down)

    @property
    def total_up(self) -> int:
        return sum(day.up for day in self.days)

    @property
    def total_down(self) -> int:
        return sum(day.down for day in self.days)

    @property
    def most_up(self) -> int:
        return max(day.up for day in self.days)

    @property
    def most_down(self) -> int:
        return max(day.down for day in self.days)

    @property
    def line(self) -> float:
        """The height at which both kinds of bars begin."""
        return round(TOP + self.most_up * self._scale, 1)

    @property
    def bars_up(self) -> list[Bar]:
        return [self._bar(place, day.up, above=True) for place, day in enumerate(self.days) if day.up]

    @property
    def bars_down(self) -> list[Bar]:
        return [self._bar(place, day.down, above=False) for place, day in enumerate(self.days) if day.down]

    @property
    def lowest(self) -> float:
        return BOTTOM

    @property
    def _scale(self) -> float:
        return (BOTTOM - TOP) / ((self.most_up + self.most_down) or 1)

    def _bar(self, place: int, number: int, *, above: bool) -> Bar:
        step = (WIDTH - LEFT) / len(self.days)
        tall = max(number * self._scale, 1)
        return Bar(
            x=round(LEFT + step * (place + GAP / 2), 1),
            y=round(self.line - tall if above else self.line, 1),
            width=round(step * (1 - GAP), 1),
            height=round(tall, 1),
        )
