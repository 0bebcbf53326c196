"""Parts of addresses."""

from __future__ import annotations


class Slug:
    """A short name with letters of any script, as companies and categories have it."""

    regex = r"[-\w]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
