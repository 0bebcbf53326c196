"""By what a copied text is found among all postings."""

from __future__ import annotations

from typing import ClassVar, override

from django.db import models

from cms.models.job_page import JobPage


class TextPrint(models.Model):
    """A number that stands for some words of a posting's text; `cms.editor.likeness` says which. Texts that are alike share many.

    The database does not hold on to a page for them: whoever deletes one by SQL need not know of prints.
    """

    page = models.ForeignKey(JobPage, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    value = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["value", "page"], name="cms_text_print_once")]

    @override
    def __str__(self) -> str:
        return f"{self.value:x} of {self.page_id}"
