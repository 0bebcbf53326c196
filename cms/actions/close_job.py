"""Close a posting before its closing date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from cms import bridge
from cms.actions.history import write_down
from cms.models import JobPage
from jobs_domain.changes import NoteToFollowers

ONLY_OPEN: Final = "Only a posting that is public and open can be closed."


class CloseJobPermissionError(PermissionDenied):
    """Only who may publish the page may close it, and not while somebody else has locked it."""


class CannotCloseJob(ValueError):
    """The posting takes no applications already, or is not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseJobAction:
    """The page stays readable, is marked as closed and leaves the list. A draft that waits is neither published nor lost."""

    page: JobPage
    reason: JobPage.ClosedReason
    note: NoteToFollowers = NoteToFollowers()
    user: AbstractBaseUser | None = None

    def check(self, *, skip_permission_checks: bool = False) -> None:
        """Raises `CloseJobPermissionError` or `CannotCloseJob`."""
        if self.user and not skip_permission_checks and not may_close(self.page, self.user):
            raise CloseJobPermissionError("You do not have permission to close this posting.")
        if not can_close(self.page):
            raise CannotCloseJob(ONLY_OPEN)

    def execute(self, *, skip_permission_checks: bool = False) -> None:
        with transaction.atomic():
            live = JobPage.objects.select_for_update().get(pk=self.page.pk)
            CloseJobAction(page=live, reason=self.reason, note=self.note, user=self.user).check(
                skip_permission_checks=skip_permission_checks
            )
            live.closed_reason = self.reason.value
            bridge.observe(live, note=self.note)
            live.save(update_fields=["closed_reason"], clean=False)
            JobPage.objects.filter(alias_of=live).update(closed_reason=live.closed_reason)
            write_down(
                live,
                "cms.close",
                user=self.user,
                data={"reason": self.reason.value, "note": self.note.words},
            )


def can_close(page: JobPage) -> bool:
    return page.live and page.is_open and not page.alias_of_id


def may_close(page: JobPage, user: AbstractBaseUser) -> bool:
    permissions = page.permissions_for_user(user)
    return permissions.can_publish() and not permissions.page_locked()
