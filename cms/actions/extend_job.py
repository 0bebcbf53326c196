"""Give an open posting more time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from cms import bridge
from cms.actions.close_job import may_close
from cms.actions.drafts import carry_into_drafts, closing_as_json
from cms.actions.history import write_down
from cms.actions.reopen_job import NewClosing, closing_in_zone
from cms.models import JobPage
from jobs_domain.changes import NoteToFollowers


class ExtendJobPermissionError(PermissionDenied):
    """Only who may publish the page may extend it, and not while somebody else has locked it."""


class CannotExtendJob(ValueError):
    """The posting is not open, has no closing date, or closes later than that anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendJobAction:
    """The posting stays open until a later moment.

    A draft that waits is not published; if it kept the closing date of the live page, it takes over the new one.
    """

    page: JobPage
    closing: NewClosing
    note: NoteToFollowers = NoteToFollowers()
    user: AbstractBaseUser | None = None

    def check(self, *, skip_permission_checks: bool = False) -> None:
        """Raises `ExtendJobPermissionError`, `CannotExtendJob`, or `InvalidClosingDate` for a date that names no instant."""
        if self.user and not skip_permission_checks and not may_close(self.page, self.user):
            raise ExtendJobPermissionError("You do not have permission to extend this posting.")
        if not self.page.live or not self.page.is_open or self.page.alias_of_id:
            raise CannotExtendJob("Only a posting that is public and open can be extended.")
        before = self.page.closing
        if before is None:
            raise CannotExtendJob("It has no closing date and stays open until somebody closes it.")
        if closing_in_zone(self.page, self.closing).instant <= before.instant:
            raise CannotExtendJob("It does not close before that.")

    def execute(self, *, skip_permission_checks: bool = False) -> None:
        with transaction.atomic():
            live = JobPage.objects.select_for_update().get(pk=self.page.pk)
            ExtendJobAction(page=live, closing=self.closing, note=self.note, user=self.user).check(
                skip_permission_checks=skip_permission_checks
            )
            before = closing_as_json(live)
            live.closing_date, live.closing_time = self.closing.day, self.closing.clock
            live.derive_valid_through()
            bridge.observe(live, note=self.note)
            live.save(update_fields=["closing_date", "closing_time"], clean=False)
            carry_into_drafts(live, before, closing_as_json(live))
            JobPage.objects.filter(alias_of=live).update(
                closing_date=live.closing_date, closing_time=live.closing_time, valid_through=live.valid_through
            )
            write_down(
                live,
                "cms.extend",
                user=self.user,
                data={"until": closing_as_json(live)["closing_date"], "note": self.note.words},
            )


def later(page: JobPage, *, days: int) -> NewClosing | None:
    """So many days after the closing date, at the same time of day; `None` for a posting without one. Raises `OverflowError`."""
    if page.closing_date is None:
        return None
    return NewClosing(day=page.closing_date + timedelta(days=days), clock=page.closing_time)
