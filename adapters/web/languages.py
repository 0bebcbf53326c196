"""In which language a page is answered, and its addresses in the others.

`/de/jobs/` is German whoever asks, `/jobs/` is in the language that the browser prefers. No cookie is asked or set.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

ROOT: Final = "/"


def codes() -> dict[str, str]:
    """The languages of the board by the prefix of their addresses: `{"en": "en-gb", "de": "de"}`."""
    return {short(code): code for code, _ in settings.LANGUAGES}


def short(code: str) -> str:
    return code.partition("-")[0]


def own() -> str:
    """The language that the board itself is written in, as `short` gives it."""
    return short(settings.LANGUAGE_CODE)


def active() -> str:
    """The language that texts are in at the moment."""
    return short(get_language() or settings.LANGUAGE_CODE)


def is_spoken(code: str) -> bool:
    """Whether that is this one, of whichever country."""
    return short(code) == active()


def attribute(code: str) -> SafeString:
    """What tells browsers that an element is in the language, and from which side it is read."""
    return format_html(' lang="{}" dir="rtl"' if short(code) in settings.LANGUAGES_BIDI else ' lang="{}"', code)


def negotiated(accept_language: str) -> str:
    """The language of the board that suits the header best (RFC 9110 §12.5.4), else the board's own."""
    known = codes()
    for code, quality in parse_accept_lang_header(accept_language.lower()):
        if code == "*":
            break
        if quality > 0 and short(code) in known:
            return known[short(code)]
    return settings.LANGUAGE_CODE


def split(path: str) -> tuple[str, str] | None:
    """The language that the path begins with, and the path without it; `None` if it names none."""
    first, slash, rest = path.removeprefix("/").partition("/")
    code = codes().get(first)
    return None if code is None or not slash else (code, f"/{rest}")


@contextmanager
def speaking(code: str, *, prefix: str) -> Iterator[None]:
    """All texts in the language, and all addresses below the prefix. Afterwards both are again as they were."""
    prefix_before = get_script_prefix()
    with translation.override(code):
        set_script_prefix(prefix)
        try:
            yield
        finally:
            set_script_prefix(prefix_before)


@contextmanager
def without_prefix() -> Iterator[None]:
    """Addresses that no visitor's choice of a language gets into: of editors' screens, in mails, to be stored."""
    prefix_before = get_script_prefix()
    set_script_prefix(ROOT)
    try:
        yield
    finally:
        set_script_prefix(prefix_before)


def prefix_for(code: str) -> str:
    """What stands before the path of a page in the language: `/de`, and nothing for the board's own, whose pages need none."""
    return "" if code not in codes() or code == own() else f"/{code}"


def kept_in_language(path: str) -> str:
    """A path that was stored without a language, below the prefix of this request."""
    prefix = get_script_prefix()
    return path if path.startswith(prefix) else f"{prefix}{path.removeprefix('/')}"
