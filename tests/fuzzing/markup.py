"""Whether HTML has nothing in it but what it may have."""

from __future__ import annotations

from collections.abc import Set
from html.parser import HTMLParser
from typing import Final, override
from urllib.parse import urlsplit

from cms import clean_html


def check_markup(html: str, tags: Set[str]) -> None:
    reader = _Reader(tags)
    reader.feed(html)
    reader.close()


class _Reader(HTMLParser):
    @override
    def __init__(self, tags: Set[str]) -> None:
        super().__init__()
        self._tags: Final = tags

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self._tags, tag
        for name, value in attrs:
            assert tag == "a", (tag, name)
            if name == "rel":
                assert value == clean_html.REL, value
            else:
                assert name == "href", name
                assert urlsplit(value or "").scheme in {"", *clean_html.SCHEMES}, value

    @override
    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    @override
    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    @override
    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)
