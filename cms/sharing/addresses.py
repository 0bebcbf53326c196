"""The one address of a page in each language: `/de/…` for German, without a prefix for the board's own language."""

from __future__ import annotations

from django.conf import settings
from django.urls import get_script_prefix
from django.utils.translation import get_language

from adapters.links import absolute
from adapters.web.languages import codes, short


def canonical(path: str, *, language: str | None = None) -> str:
    """Absolute. `path` may have the prefix of the request's language; without `language` it is the one of the answer."""
    bare = "/" + path.removeprefix(get_script_prefix()).lstrip("/")
    code = short(language or get_language() or settings.LANGUAGE_CODE)
    return absolute(bare if code == short(settings.LANGUAGE_CODE) else f"/{code}{bare}")


def alternates(path: str) -> tuple[tuple[str, str], ...]:
    """The languages in which the page can be read, and its address in each."""
    return tuple((code, canonical(path, language=code)) for code in codes())
