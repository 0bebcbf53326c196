"""The picture that is shown where a posting's address is shared: what it is, who hires, and what a job seeker asks first.

The yellow thread of the board runs through it, with a knot for each thing that it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from cms.sharing.lettering import Lettering, Weight, fitted, is_legible

WIDTH: Final = 1200
HEIGHT: Final = 630
FINE: Final = 2
"""Drawn so many times larger, and made smaller afterwards: edges get smooth."""

GROUND: Final = "#0b3b37"
INK: Final = "#f4faf5"
MUTED: Final = "#b6d4cb"
THREAD: Final = "#f4b83a"

LEFT: Final = 172
"""Where text begins."""
RIGHT: Final = 1112
THREAD_AT: Final = 96
STROKE: Final = 8
KNOT: Final = 11
BIG_KNOT: Final = 23
TOP: Final = 70
FOOT: Final = HEIGHT - 62
LOWEST: Final = FOOT - 40
"""Text ends here at the latest."""
MIDDLE: Final = 0.62
"""Of a line of capitals, as a part of its size."""
BOARD_WIDTH: Final = 330
TITLE_SIZES: Final = range(112, 52, -4)
TITLE_LINES: Final = 3
TITLE_LEADING: Final = 1.06
BELOW_TITLE: Final = 32
FACTS: Final = 3
FACT_SIZES: Final = (42, 38, 34)
COLOURS: Final = 96

type Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is written; `facts` such as place and pay, the most important first, none of them empty."""

    title: str
    company: str
    facts: tuple[str, ...]
    board: str

    @property
    def mark(self) -> str:
        """Another one for what is drawn in another way: who keeps pictures by their address looks again."""
        return self.digest[:10]

    @property
    def digest(self) -> str:
        """Tells all that is written apart from anything else that could be."""
        said = "\n".join((self.title, self.company, *self.facts, self.board))
        return sha256(said.encode()).hexdigest()

    def legible(self) -> Card:
        """Without what the fonts have no letters for; then the board stands for the title."""
        facts = tuple(fact for fact in self.facts if is_legible(fact))
        card = replace(self, company=self.company if is_legible(self.company) else "", facts=facts)
        return card if is_legible(self.title) else replace(card, title=self.board, board="")


def png(card: Card) -> bytes:
    """Takes about a tenth of a second."""
    canvas = _Canvas()
    card = card.legible()
    parts = _parts(card)
    y = TOP + max(0.0, (LOWEST - TOP - sum(part.height for part in parts)) / 2)
    knots: list[tuple[Point, int]] = []
    for part in parts:
        if part.knot:
            knots.append(((THREAD_AT, y + part.lettering.font.size * MIDDLE / FINE), part.knot))
        canvas.write(part, y)
        y += part.height
    canvas.thread(knots)
    canvas.name_of_the_board(card.board)
    return canvas.png()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A text with its place in the picture; `knot` is the size of the knot beside it."""

    lettering: Lettering
    colour: str
    leading: float
    below: int
    knot: int = 0

    @property
    def line_height(self) -> float:
        return self.lettering.font.size * self.leading / FINE

    @property
    def height(self) -> float:
        return len(self.lettering.lines) * self.line_height + self.below


def _parts(card: Card) -> list[_Part]:
    company = _part(card.company, Weight.MEDIUM, [40], MUTED, width=RIGHT - LEFT - BOARD_WIDTH)
    facts = [_part(fact, Weight.MEDIUM, FACT_SIZES, INK, knot=KNOT) for fact in card.facts[:FACTS]]
    left = LOWEST - TOP - BELOW_TITLE - company.height - sum(fact.height for fact in facts)
    title = fitted(
        card.title,
        weight=Weight.BOLD,
        sizes=[_fine(size) for size in TITLE_SIZES],
        width=_fine(RIGHT - LEFT),
        lines=TITLE_LINES,
        height=_fine(left / TITLE_LEADING),
    )
    heading = _Part(lettering=title, colour=INK, leading=TITLE_LEADING, below=BELOW_TITLE, knot=BIG_KNOT)
    return [company, heading, *facts]


def _part(
    text: str, weight: Weight, sizes: Iterable[int], colour: str, *, width: int = RIGHT - LEFT, knot: int = 0
) -> _Part:
    """One line."""
    lettering = fitted(text, weight=weight, sizes=[_fine(size) for size in sizes], width=_fine(width), lines=1)
    return _Part(lettering=lettering, colour=colour, leading=1.2, below=12, knot=knot)


class _Canvas:
    def __init__(self) -> None:
        self._image: Final = Image.new("RGB", (_fine(WIDTH), _fine(HEIGHT)), GROUND)
        self._draw: Final = ImageDraw.Draw(self._image)

    def write(self, part: _Part, top: float) -> None:
        for line in part.lettering.lines:
            self._draw.text((_fine(LEFT), _fine(top)), line, fill=part.colour, font=part.lettering.font)
            top += part.line_height

    def thread(self, knots: list[tuple[Point, int]]) -> None:
        """From the upper edge through all knots, and away to the right below the text."""
        last = max(at for at, _ in knots)
        self._line([(THREAD_AT, -20), last])
        turned = (THREAD_AT + 104, FOOT)
        self._line(_curve(last, (THREAD_AT, (last[1] + FOOT) / 2 + 30), (THREAD_AT, FOOT), turned))
        self._line(_curve(turned, (460, FOOT), (560, FOOT - 30), (700, FOOT - 6)))
        self._line(_curve((700, FOOT - 6), (900, FOOT + 28), (1040, FOOT + 16), (WIDTH + 20, FOOT - 120)))
        for at, radius in knots:
            self._dot(at, radius)

    def name_of_the_board(self, board: str) -> None:
        name = _part(board, Weight.BOLD, [30], MUTED, width=BOARD_WIDTH).lettering
        for line in name.lines:
            left = _fine(RIGHT) - name.font.getlength(line)
            self._draw.text((left, _fine(TOP - 12)), line, fill=MUTED, font=name.font)

    def png(self) -> bytes:
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        out = BytesIO()
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()

    def _line(self, points: list[Point]) -> None:
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self._draw.line(scaled, fill=THREAD, width=STROKE * FINE, joint="curve")

    def _dot(self, at: Point, radius: int) -> None:
        self._draw.circle((at[0] * FINE, at[1] * FINE), radius * FINE, fill=THREAD)


def _curve(start: Point, first: Point, second: Point, end: Point, *, steps: int = 48) -> list[Point]:
    """Points on a cubic Bézier curve."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        x = a * start[0] + b * first[0] + c * second[0] + d * end[0]
        y = a * start[1] + b * first[1] + c * second[1] + d * end[1]
        points.append((x, y))
    return points


def _fine(length: float) -> int:
    return round(length * FINE)
