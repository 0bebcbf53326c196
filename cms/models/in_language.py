"""What editors write for the whole board, in each language that its pages speak. A posting is written once, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, override

from django.db import models
from wagtail.admin.panels import InlinePanel

from adapters.web import languages
from cms import choices

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

PANEL: Final = InlinePanel(
    "in_other_languages", heading="In other languages", label="Language", max_num=len(choices.other_languages())
)


@dataclass(frozen=True, slots=True)
class Said:
    """Words as they are shown, and the language that they are in."""

    words: str
    language: str

    @override
    def __str__(self) -> str:
        return self.words


class InLanguage(models.Model):
    """Words of something in another language than the board's own."""

    language = models.CharField(max_length=3, choices=choices.other_languages)

    class Meta:
        abstract: ClassVar = True

    @override
    def __str__(self) -> str:
        return self.get_language_display()


def for_reader[Words: InLanguage](others: RelatedManager[Words]) -> list[Words]:
    """Those in the language that is active. One query, none if that is the board's own."""
    if languages.is_spoken(languages.own()):
        return []
    return [other for other in others.all() if languages.is_spoken(other.language)]


def said(own: str, others: Iterable[str]) -> Said:
    """The first of the others, which are in the language that is active, that is not empty; else what is said in the board's own."""
    words = next(filter(None, others), "")
    return Said(words, languages.active()) if words else Said(own, languages.own())
