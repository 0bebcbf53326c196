"""The catalogue of German texts: collected from the sources, compiled, and held against them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from config.settings.base import ROOT

LANGUAGE: Final = "de"
SOURCES: Final = ("adapters", "cms", "notifications", "site/config", "site/templates")
KEYWORDS: Final = dict(DEFAULT_KEYWORDS) | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENTS: Final = ("Translators:",)
HEADER: Final = """\
# The board in German. Renewed by: uv run manage.py translations
msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

NO_DAY: Final = datetime.fromtimestamp(0, UTC)
"""In place of the day on which a catalogue was made, so that the same texts make the same file."""

type Key = tuple[str, str]
"""The text in English, in the singular, and what tells it from the same text elsewhere."""


def po_file() -> Path:
    return Path(settings.LOCALE_PATHS[0]) / LANGUAGE / "LC_MESSAGES" / "django.po"


def mo_file() -> Path:
    return po_file().with_suffix(".mo")


def renew() -> None:
    """Write the catalogue as the sources have it now, with the German there is, and compile it. Texts that are used no more are dropped."""
    catalogue, known = collected(), _by_key(_stored())
    for key, message in _by_key(catalogue).items():
        if key in known and type(known[key].id) is type(message.id):
            message.string = known[key].string
            message.user_comments = known[key].user_comments
    with po_file().open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, sort_output=True, include_lineno=False, omit_header=True)
    with mo_file().open("wb") as file:
        write_mo(file, catalogue)


def collected() -> Catalog:
    """All texts of the sources, without any German."""
    catalogue = Catalog(locale=LANGUAGE, creation_date=NO_DAY, revision_date=NO_DAY, charset="utf-8", fuzzy=False)
    for path in _files():
        place = path.relative_to(ROOT).as_posix()
        for _line, words, comments, context in _texts(path):
            catalogue.add(words, None, [(place, 0)], auto_comments=comments, context=context)
    return catalogue


def problems() -> Iterator[str]:
    """What keeps the catalogue from being complete; nothing if it is."""
    wanted, there, compiled = _by_key(collected()), _by_key(_stored()), _compiled()
    yield from (f"not in the catalogue: {text}" for text, _ in wanted.keys() - there.keys())
    yield from (f"no longer in the sources: {text}" for text, _ in there.keys() - wanted.keys())
    for key, message in there.items():
        if message.fuzzy:
            yield f"marked as fuzzy: {key[0]}"
        if not all(_forms(message.string)):
            yield f"not translated: {key[0]}"
        elif not _placeholders_agree(message):
            yield f"other placeholders than in English: {key[0]}"
        if _given(compiled, message) != _forms(message.string):
            yield f"not compiled: {key[0]}"


def _files() -> Iterable[Path]:
    found = (path for folder in SOURCES for path in (ROOT / folder).rglob("*") if "migrations" not in path.parts)
    return sorted(path for path in found if path.suffix in {".py", ".html", ".txt"})


def _texts(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text()
    if path.suffix != ".py":
        # in brackets, for what Django makes of a template is not indented as Python has to be
        source = f"({templatize(source)})"
    yield from extract("python", BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=COMMENTS)


def _stored() -> Catalog:
    if not po_file().exists():
        return Catalog(locale=LANGUAGE)
    with po_file().open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _compiled() -> NullTranslations:
    if not mo_file().exists():
        return NullTranslations()
    with mo_file().open("rb") as file:
        return GNUTranslations(file)


def _given(compiled: NullTranslations, message: Message) -> tuple[str, ...]:
    """What readers get for one and for many, or always."""
    match _forms(message.id), message.context:
        case (text,), None:
            return (compiled.gettext(text),)
        case (text,), str(context):
            return (compiled.pgettext(context, text),)
        case (one, many), None:
            return compiled.ngettext(one, many, 1), compiled.ngettext(one, many, 2)
        case (one, many), str(context):
            return compiled.npgettext(context, one, many, 1), compiled.npgettext(context, one, many, 2)
        case _:
            raise AssertionError("A text is for one and for many, or for any number.")


def _by_key(catalogue: Catalog) -> dict[Key, Message]:
    return {(_forms(message.id)[0], message.context or ""): message for message in catalogue if message.id}


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """The text for one and for many, or the only one."""
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def _placeholders_agree(message: Message) -> bool:
    english, german = _forms(message.id), _forms(message.string)
    return len(english) == len(german) and all(
        sorted(PLACEHOLDER.findall(one)) == sorted(PLACEHOLDER.findall(other))
        for one, other in zip(english, german, strict=True)
    )
