"""What a reader makes of rich text: its words, and whether two texts look the same."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Final, override

SUMMARY_LENGTH: Final = 200

_SAME: Final = {"strong": "b", "em": "i"}
_BLOCKS: Final = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "hr", "br", "div", "table", "tr", "td", "th")
)
_AROUND_BLOCKS: Final = re.compile(rf"\s*(</?(?:{'|'.join(sorted(_BLOCKS))})\b[^>]*>)\s*")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_MEANT: Final = frozenset({"href", "linktype", "id", "src", "alt", "embedtype", "url", "format"})
"""Attributes that change what is shown; others, such as the editor's own `data-block-key`, do not."""
_UNREAD: Final = frozenset({"script", "style"})
"""What is within them is no text."""


def canonical(html: str) -> str:
    """The text in a form that is equal for texts that look equal, however they were written."""
    return _AROUND_BLOCKS.sub(r"\1", "".join(_read(html).marks)).replace("<p></p>", "")


def summary(html: str) -> str:
    """The beginning of the text in one line, without marks, at most `SUMMARY_LENGTH` characters."""
    return shortened(text(html), SUMMARY_LENGTH)


def text(html: str) -> str:
    """All words of the text in one line."""
    return " ".join("".join(_read(html).words).split())


def shortened(line: str, length: int) -> str:
    """The line, or its first words and an ellipsis, at most `length` characters."""
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(
        html.replace("<![", "&lt;![")
    )  # Python's parser fails on some of what begins so, and HTML has nothing that does
    reader.close()
    return reader


class _Reader(HTMLParser):
    @override
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.marks: Final[list[str]] = []
        self.words: Final[list[str]] = []
        self._is_read = True

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = self._block_or_not(tag)
        self._is_read = tag not in _UNREAD
        given = sorted((name, value or "") for name, value in attrs if name in _MEANT)
        meant = "".join(f' {name}="{escape(value)}"' for name, value in given)
        self.marks.append(f"<{tag}{meant}>")

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    @override
    def handle_endtag(self, tag: str) -> None:
        self.marks.append(f"</{self._block_or_not(tag)}>")
        self._is_read = True

    @override
    def handle_data(self, data: str) -> None:
        if self._is_read:
            self.words.append(data)
        self.marks.append(escape(_SPACES.sub(" ", data), quote=False))

    def _block_or_not(self, tag: str) -> str:
        if tag in _BLOCKS:
            self.words.append(" ")
        return _SAME.get(tag, tag)
