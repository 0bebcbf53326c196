"""Change what public postings are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from cms import bridge
from cms.actions.close_job import may_close
from cms.actions.drafts import Json, carry_into_drafts
from cms.actions.history import write_down
from cms.models import Category, JobPage
from jobs_domain.changes import ChangeNote, NoteToFollowers


class How(Enum):
    ADD = "add"
    REMOVE = "remove"
    SET = "set"


class CategoriseJobPermissionError(PermissionDenied):
    """Only who may publish the page may change it, and not while somebody else has locked it."""


class CannotCategoriseJob(ValueError):
    """The posting is not public, or the change would change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriseJobAction:
    """A draft that waits is not published; if it had the categories of the live page, it takes over the new ones."""

    page: JobPage
    how: How
    categories: Collection[Category]
    note: ChangeNote = NoteToFollowers()
    user: AbstractBaseUser | None = None

    def check(self, *, skip_permission_checks: bool = False) -> None:
        """Raises `CategoriseJobPermissionError` or `CannotCategoriseJob`."""
        if self.user and not skip_permission_checks and not may_close(self.page, self.user):
            raise CategoriseJobPermissionError("You do not have permission to change this posting.")
        if not self.page.live or self.page.alias_of_id:
            raise CannotCategoriseJob("Only a public posting can get other categories here.")
        if self._after() == set(self.page.categories.all()):
            raise CannotCategoriseJob("It has these categories already.")

    def execute(self, *, skip_permission_checks: bool = False) -> None:
        with transaction.atomic():
            live = JobPage.objects.select_for_update().get(pk=self.page.pk)
            now = CategoriseJobAction(
                page=live, how=self.how, categories=self.categories, note=self.note, user=self.user
            )
            now.check(skip_permission_checks=skip_permission_checks)
            before, after = _as_json(live.categories.all()), now._after()
            live.categories.set(after)
            bridge.observe(live, note=self.note)
            live.save(update_fields=["categories"], clean=False)  # type: ignore[misc]  # modelcluster knows such fields
            carry_into_drafts(live, before, _as_json(after))
            for alias in JobPage.objects.filter(alias_of=live):
                alias.categories.set(after)
                alias.save(update_fields=["categories"], clean=False)  # type: ignore[misc]  # modelcluster knows such fields
            write_down(
                live,
                "cms.categorise",
                user=self.user,
                data={
                    "categories": sorted(category.name for category in after),
                    "note": self.note.words if isinstance(self.note, NoteToFollowers) else "",
                },
            )

    def _after(self) -> set[Category]:
        had, given = set(self.page.categories.all()), set(self.categories)
        match self.how:
            case How.ADD:
                return had | given
            case How.REMOVE:
                return had - given
            case How.SET:
                return given


def _as_json(categories: Collection[Category]) -> Json:
    """As revisions keep them."""
    return {"categories": [category.pk for category in categories]}
