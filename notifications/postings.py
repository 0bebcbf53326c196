"""A posting as mails speak of it."""

from dataclasses import dataclass
from typing import Final
from unicodedata import category

from django.utils.translation import gettext

from adapters import links, words
from adapters.codec import decode_details
from adapters.models import PostingRecord
from jobs_domain.identifiers import PostingId
from jobs_domain.posting_details import PostingDetails

_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9 §2)."""


@dataclass(frozen=True, slots=True)
class PostingInWords:
    """`url` is empty when there is no page (any more) that could be read."""

    title: str
    company: str
    facts: tuple[str, ...]
    url: str
    is_closed: bool

    @property
    def name(self) -> str:
        """`Data Engineer at Acme`."""
        return gettext("%(title)s at %(company)s") % {"title": self.title, "company": self.company}


def in_words(record: PostingRecord) -> PostingInWords:
    return details_in_words(
        decode_details(record.details),
        path="" if record.state == PostingRecord.State.RETIRED else record.path,
        is_closed=record.state == PostingRecord.State.CLOSED,
    )


def details_in_words(details: PostingDetails, *, path: str, is_closed: bool) -> PostingInWords:
    """`path` is empty if there is no page to read."""
    return PostingInWords(
        title=one_line(details.title),
        company=one_line(details.hiring_organization),
        facts=_facts(details),
        url=links.in_language(path) if path else "",
        is_closed=is_closed,
    )


def find(posting_id: PostingId) -> PostingInWords:
    """Raises `PostingRecord.DoesNotExist`."""
    return in_words(PostingRecord.objects.get(pk=posting_id))


def one_line(text: str) -> str:
    """The text without line breaks and other control characters, which have no place in a subject or a heading.

    Characters that join letters and signs, or say which way they run, stay; those that turn all that follows do not.
    """
    kept = (" " if category(character) in _CONTROLS else character for character in text if character not in _TURNING)
    return " ".join("".join(kept).split())


def _facts(details: PostingDetails) -> tuple[str, ...]:
    places = [words.place(location) for location in details.locations]
    return tuple(
        one_line(fact) for fact in ("; ".join(places), str(words.WORKPLACE_TYPES[details.workplace_type])) if fact
    )
