"""What a good posting would say or leave out. Hints for the editor, none of which keeps a posting from being published."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from jobs_domain.posting_details import ApplyByEmail, ApplyOnline, ApplyTarget, PostingDetails
from jobs_domain.valid_through import ValidThrough

TITLE, PAY, CLOSING, APPLYING = "Title", "Pay", "Closing date", "How to apply"
"""Parts of a posting, as `adapters.words.change` names them."""
LONGEST_TITLE: Final = 255
"""Characters that Wagtail stores."""
LONGEST: Final = timedelta(days=90)
SHORT_WORD: Final = 5
"""A title of so many letters may be an abbreviation, such as `SRE`."""

NOWHERE: Final = frozenset("corp home internal invalid lan local localdomain localhost test".split())
"""Endings that no name in the public Internet has (RFC 6761, RFC 6762, ICANN's names that are never given out).

`example` is not among them: it stands for any name, in this board's demo, too.
"""
MISTYPED: Final = {
    "con": "com",
    "cmo": "com",
    "ocm": "com",
    "comm": "com",
    "cpm": "com",
    "ogr": "org",
    "rog": "org",
    "orgg": "org",
    "nte": "net",
    "ner": "net",
}
"""Endings that do not exist, and what was meant."""

_IN_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^][]*\]")
"""Such as `(m/f/d)`."""
_LABEL: Final = re.compile(r"(?!-)[^\W_](?:[^\W_]|-){0,62}(?<!-)\Z")


def advice(details: PostingDetails, *, today: date, unreadable: Collection[str] = ()) -> Iterator[str]:
    """`today` is the day in the zone of the closing date. Of parts that are `unreadable` only that is said."""
    if TITLE in unreadable:
        yield f"The title cannot be stored: it is missing or has more than {LONGEST_TITLE} characters."
    elif _is_shouted(details.title):
        yield "The title is in capitals. Small letters are easier to read, and search engines may leave such a posting out."
    if PAY in unreadable:
        yield "The salary cannot be read: see what is said beside its fields when you save."
    elif details.salary is None:
        yield "There is no salary. Postings that say what they pay get more applications."
    elif not any((details.salary.minimum, details.salary.maximum)):
        yield "The salary is nothing. Leave its fields empty if the posting does not say what it pays."
    if CLOSING in unreadable:
        yield "The closing date cannot be read."
    else:
        yield from _about_closing(details.valid_through, today)
    if APPLYING in unreadable:
        yield "The page or address to apply to is not a valid one."
    else:
        yield from _about_applying(details.apply_to)


def _is_shouted(title: str) -> bool:
    """What stands in brackets says nothing, such as the `(m/f/d)` of “BAKER (m/f/d)”."""
    words = _IN_BRACKETS.sub("", title)
    letters = [character for character in words if character.isalpha()]
    return words.isupper() and len(letters) > SHORT_WORD


def _about_closing(closing: ValidThrough | None, today: date) -> Iterator[str]:
    if closing is None:
        yield "There is no closing date. The posting stays open until somebody closes it."
        return
    last_day = closing.last_day
    if last_day < today:
        yield "The closing date has passed: once published, the posting takes no applications."
        return
    if last_day.weekday() >= 5:
        yield f"The closing date is a {last_day:%A}, when nobody may be there to answer questions."
    if last_day - today > LONGEST:
        yield f"The closing date is over {LONGEST.days} days ahead. Applicants may take the posting for forgotten."


def _about_applying(target: ApplyTarget | None) -> Iterator[str]:
    match target:
        case None:
            yield "The posting does not say where to apply."
        case ApplyOnline(url):
            if why := why_not_a_host(urlsplit(url).hostname or ""):
                yield f"The page to apply on cannot be right: {why}."
        case ApplyByEmail(address):
            if why := why_not_a_host(address.domain):
                yield f"The address to apply to cannot be right: {why}."


def why_not_a_host(host: str) -> str:
    """What speaks against the name being one of the public Internet; empty if nothing does. Nothing is looked up."""
    labels = host.rstrip(".").split(".")
    ending = labels[-1].lower()
    if ":" in host or ending.isdigit():
        return f"“{host}” is a number, not a name"
    if len(labels) < 2:
        return f"“{host}” is no full name, such as jobs.example.org"
    if not all(_LABEL.match(label) for label in labels):
        return f"“{host}” is no valid name"
    if ending in NOWHERE:
        return f"names in “.{ending}” cannot be reached from elsewhere"
    if meant := MISTYPED.get(ending):
        return f"there is no “.{ending}”; perhaps “.{meant}” is meant"
    if len(ending) < 2 or any(character.isdigit() for character in ending if not ending.startswith("xn--")):
        return f"there is no “.{ending}”"
    return ""
