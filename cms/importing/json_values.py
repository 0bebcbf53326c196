"""Takes values out of JSON objects that somebody else made, and says what is wrong with them."""

from collections.abc import Mapping
from typing import Final

type Object = Mapping[str, object]

MAX_TEXT: Final = 255
MAX_PARTS: Final = 50
"""Of a list, such as places or categories."""
MAX_VALUES: Final = 2_000
MAX_DEPTH: Final = 20


class InvalidJobPosting(ValueError):
    """The object is no job posting that can be imported; the message says why."""


def bounded(value: object) -> object:
    """The value, if it is no larger than a posting may be. Raises `InvalidJobPosting`."""
    level, values = [value], 0
    for _ in range(MAX_DEPTH):
        level = [part for each in level for part in _parts(each)]
        values += len(level)
        if values > MAX_VALUES:
            raise InvalidJobPosting(f"This has more than {MAX_VALUES:,} values.")
        if not level:
            return value
    raise InvalidJobPosting(f"This JSON is nested too deeply: more than {MAX_DEPTH} levels.")


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def text_of(source: Object, name: str, *, required: bool = False, longest: int = MAX_TEXT) -> str:
    value = source.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str | int):
        raise InvalidJobPosting(f"“{name}” must be a text.")
    text = str(value).strip()
    if required and not text:
        raise InvalidJobPosting(f"“{name}” is missing.")
    return limited(text, name, longest=longest)


def limited(text: str, name: str, *, longest: int = MAX_TEXT) -> str:
    if len(text) > longest:
        raise InvalidJobPosting(f"“{name}” has {len(text)} characters; at most {longest} are possible.")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidJobPosting(f"“{name}” contains a character that is none (NUL, or half of a surrogate pair).")
    return text


def texts_of(source: Object, name: str, *, longest: int = MAX_TEXT) -> list[str]:
    value = source.get(name)
    parts = _few(value, name) if isinstance(value, list) else [value]
    return [text for part in parts if (text := text_of({name: part}, name, longest=longest))]


def objects_of(source: Object, name: str) -> list[Object]:
    value = source.get(name)
    parts: list[object] = _few(value, name) if isinstance(value, list) else [] if value is None else [value]
    objects: list[Object] = [part for part in parts if isinstance(part, dict)]
    if len(objects) < len(parts):
        raise InvalidJobPosting(f"“{name}” must be an object or a list of objects.")
    return objects


def _few(parts: list[object], name: str) -> list[object]:
    if len(parts) > MAX_PARTS:
        raise InvalidJobPosting(f"“{name}” has {len(parts)} parts; at most {MAX_PARTS} are possible.")
    return parts
