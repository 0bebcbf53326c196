"""The words by which a posting is found."""

from __future__ import annotations

from typing import ClassVar, override

from django.db import models

from cms.models.job_page import JobPage


class SearchedText(models.Model):
    """A live posting in words, folded as `cms.finding.words` does it; `cms.finding.texts` writes them.

    The database derives an index from each row by itself, within the same transaction: by triggers on SQLite, as generated columns on
    PostgreSQL. A migration that alters this table must make them again, as the one that made it does.
    """

    page = models.OneToOneField(
        JobPage, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    title = models.TextField(db_index=True)
    beside = models.TextField(help_text="Company and places.")
    description = models.TextField()

    class Meta:
        verbose_name: ClassVar = "searched text"

    @override
    def __str__(self) -> str:
        return self.title
