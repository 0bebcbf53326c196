"""The port to the words of the postings: which of them contain what is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from cms.finding.columns import Wholes
from cms.finding.words import Terms

TIERS: Final = 4


class TextIndex(ABC):
    """Finds pages by their words, as `cms.models.SearchedText` keeps them; both sides are folded by `words`.

    English words are also found in their other forms. Pages may be found that are no longer public: whoever asks knows which ones are.
    """

    @abstractmethod
    def matching(self, asked: Terms) -> Wholes:
        """The pages that contain all terms anywhere, in no order. Nothing is found by no terms."""

    @abstractmethod
    def ranked(self, asked: Terms) -> tuple[Wholes, ...]:
        """The same in tiers, each within the next: the title is what is asked for; all terms are in the title; in title, company and
        place; anywhere."""

    @abstractmethod
    def contains(self, page: int, asked: Sequence[Terms]) -> tuple[bool, ...]:
        """For each of the texts whether the page is one of those that contain it. Nothing contains no terms."""

    @abstractmethod
    def forms(self, text: str) -> frozenset[str]:
        """The folded words of the text as the index compares them. A page that contains a text has all of its forms."""

    @abstractmethod
    def frequencies(self, forms: Collection[str]) -> Mapping[str, int]:
        """How many pages have each of the forms; those that none has may be left out."""

    @abstractmethod
    def rebuild(self) -> None:
        """Make anew whatever the database derives from the texts."""


def text_index() -> TextIndex:
    """That of the database. Raises `ImproperlyConfigured` for one that the board does not run on."""
    match connection.vendor:
        case "sqlite":
            from cms.finding.fts5 import Fts5Index

            return Fts5Index()
        case "postgresql":
            from cms.finding.tsvector import TsvectorIndex

            return TsvectorIndex()
        case other:
            raise ImproperlyConfigured(
                f"The board searches in SQLite and PostgreSQL, not in {other}: change DATABASE_URL."
            )
