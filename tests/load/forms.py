"""The forms of a page, filled in as they came: what a browser would send."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final, override
from urllib.parse import urlencode

PRESSED_ONLY: Final = frozenset({"submit", "button", "image", "reset", "file"})
TICKED_ONLY: Final = frozenset({"checkbox", "radio"})

type Fields = list[tuple[str, str]]


class NoSuchForm(Exception):
    """The page is another one than was expected."""


def fields_of(page: str, *, action: str) -> Fields:
    """Those of the first form whose action begins with this. Raises `NoSuchForm`."""
    reader = _Reader(action)
    reader.feed(page)
    if not reader.found:
        raise NoSuchForm(f"{action} in {page[:2_000]}")
    return reader.fields


def filled_in(fields: Fields, values: Mapping[str, str]) -> str:
    """As the body of a `POST`, with these values in place of those that were there."""
    kept = [(name, value) for name, value in fields if name not in values]
    return urlencode([*kept, *values.items()])


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.fields: Fields = []
        self.found = False
        self._within = False
        self._select = ""
        self._area: str | None = None
        self._text = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self._within = not self.found and (found.get("action") or "").startswith(self.action)
            self.found = self.found or self._within
        if not self._within:
            return
        name, value = found.get("name") or "", found.get("value")
        match tag:
            case "input" if name and found.get("type") not in PRESSED_ONLY:
                if found.get("type") not in TICKED_ONLY:
                    self.fields.append((name, value or ""))
                elif "checked" in found:
                    self.fields.append((name, value or "on"))
            case "select":
                self._select = name
            case "option" if self._select and "selected" in found:
                self.fields.append((self._select, value or ""))
            case "textarea" if name:
                self._area, self._text = name, ""

    @override
    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._within = False
            case "select":
                self._select = ""
            case "textarea" if self._area is not None:
                self.fields.append((self._area, self._text.removeprefix("\n")))  # HTML ignores it, and so do browsers
                self._area = None

    @override
    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data
