"""Text for a picture: the right font, broken into lines that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from math import inf
from pathlib import Path
from typing import Final
from unicodedata import category, normalize

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

FOLDER: Final = Path(__file__).parent / "fonts"
ELLIPSIS: Final = "…"


class Weight(Enum):
    BOLD = "FamiljenGrotesk-Bold.ttf"
    MEDIUM = "FamiljenGrotesk-Medium.ttf"


FALLBACK: Final = "Manrope-ExtraBold.ttf"
"""Has Greek, Cyrillic and Vietnamese letters, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """Lines of text that are no wider than was asked for."""

    font: FreeTypeFont
    lines: tuple[str, ...]


def fitted(
    text: str, *, weight: Weight, sizes: Iterable[int], width: int, lines: int, height: float = inf
) -> Lettering:
    """The text in the first of the sizes in which it fits; in the last one it is cut to the number of lines if it must be.

    `height` is that of all lines together, without space between them.
    Letters that no font has are written without their marks, or left out.
    """
    file, writable = _file_for(text, weight)
    made: Lettering | None = None
    for size in sizes:
        font = _font(file, size)
        broken = tuple(_broken(writable, font, width))
        made = Lettering(font=font, lines=broken)
        if len(broken) <= lines and len(broken) * size <= height:
            return made
    if made is None:
        raise ValueError("There must be a size to try.")
    return made if len(made.lines) <= lines else Lettering(font=made.font, lines=_cut(made, lines, width))


def is_legible(text: str) -> bool:
    """Whether the fonts have most of its letters, as they have those of languages written in Latin, Greek and Cyrillic."""
    letters = [letter for letter in normalize("NFC", text) if category(letter)[0] == "L"]
    return 2 * sum(bool(_nearest(letter)) for letter in letters) >= len(letters)


def _file_for(text: str, weight: Weight) -> tuple[str, str]:
    clean = " ".join(
        "".join(" " if category(letter)[0] == "C" else letter for letter in normalize("NFC", text)).split()
    )
    for file in (weight.value, FALLBACK):
        if all(_has(file, letter) for letter in clean):
            return file, clean
    return FALLBACK, " ".join("".join(_nearest(letter) for letter in clean).split())


def _nearest(letter: str) -> str:
    if _has(FALLBACK, letter):
        return letter
    return "".join(part for part in normalize("NFKD", letter) if _has(FALLBACK, part))


@cache
def _font(file: str, size: int) -> FreeTypeFont:
    return ImageFont.truetype(FOLDER / file, size)


@cache
def _nothing(file: str) -> tuple[bytes, tuple[int, int]]:
    """How the font shows a letter that it lacks."""
    return _shape(file, "\uffff")


@cache
def _has(file: str, letter: str) -> bool:
    return letter == " " or _shape(file, letter) != _nothing(file)


def _shape(file: str, letter: str) -> tuple[bytes, tuple[int, int]]:
    mask = _font(file, 24).getmask(letter)
    return bytes(mask), mask.size


def _broken(text: str, font: FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(word, font, width)
        yield from full
    if line:
        yield line


def _pieces(word: str, font: FreeTypeFont, width: int) -> list[str]:
    """A word in parts, each as long as a line; most words are one."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cut(made: Lettering, lines: int, width: int) -> tuple[str, ...]:
    *before, last = made.lines[:lines]
    while last and made.font.getlength(last + ELLIPSIS) > width:
        last = last[:-1]
    return (*before, last.rstrip(" ,;:–-") + ELLIPSIS)
