"""Words as they are compared: without accents and capitals, the same in what is searched and in what is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from unicodedata import combining, normalize

MAX_TERMS: Final = 20
"""Further ones are left out."""
MAX_WORD: Final = 50
"""Longer ones are no words: they are neither kept nor asked for."""

_LETTERS: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode does not take apart."""
_WORD: Final = re.compile(r"[^\W_]+")
_NAMES_WITH_SIGNS: Final = (
    (re.compile(r"\b([a-z])\+\+"), r" \1plusplus "),
    (re.compile(r"\b([a-z])#"), r" \1sharp "),
    (re.compile(r"\.net\b"), " dotnet "),
    (re.compile(r"(?<=\w)['’]s\b"), ""),
)
_QUOTES: Final = '"“”„«»'
_BETWEEN: Final = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]|([^\s{_QUOTES},;/|]+)")

type Phrase = tuple[str, ...]
"""Words that follow each other; mostly one."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text must contain, all of it."""

    phrases: tuple[Phrase, ...]

    def __bool__(self) -> bool:
        return bool(self.phrases)

    @property
    def in_one(self) -> str:
        """All words in a row, as a title would have them."""
        return " ".join(word for phrase in self.phrases for word in phrase)


def folded(text: str) -> str:
    """`Köln Süd` as `koln sud`, `Straße` as `strasse`."""
    if text.isascii():
        return text.lower()
    apart = normalize("NFKD", normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if not combining(letter)).translate(_LETTERS)


def words(text: str) -> list[str]:
    """In their order. `C++`, `C#` and `.NET` are words, too."""
    plain = folded(text)
    for sign, written_out in _NAMES_WITH_SIGNS:
        plain = sign.sub(written_out, plain)
    return [word for word in _WORD.findall(plain) if len(word) <= MAX_WORD]


def terms(text: str) -> Terms:
    """Reads the search box: words and “quoted phrases”; what is written as one, such as `R&D` or `part-time`, is a phrase, too.

    Signs without letters or digits and whatever exceeds `MAX_TERMS` are left out. Never raises.
    """
    phrases: list[Phrase] = []
    left = MAX_TERMS
    for quoted, single in _BETWEEN.findall(text):
        phrase = tuple(words(quoted or single))[:left]
        if phrase and phrase not in phrases:
            phrases.append(phrase)
            left -= len(phrase)
    return Terms(tuple(phrases))
