"""Where postings could be read whose pages are deleted."""

from __future__ import annotations

from typing import ClassVar, override

from django.db import models


class FormerAddress(models.Model):
    """An address of a deleted page: its last one, and those from which it had been moved. Deleting a page deletes its redirects.

    `path` is relative to the board's address, decoded, without a slash at the end: as Wagtail's redirects have it.
    """

    posting_id = models.UUIDField()
    path = models.CharField(max_length=1024, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["path", "posting_id"], name="cms_former_address_once"),
        ]

    @override
    def __str__(self) -> str:
        return self.path
