"""Reopen a posting that was closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from adapters import clock
from cms import bridge
from cms.actions.close_job import may_close
from cms.actions.drafts import carry_into_drafts, closing_as_json
from cms.actions.history import write_down
from cms.models import JobPage
from jobs_domain.changes import NoteToFollowers
from jobs_domain.valid_through import ValidThrough

ONLY_CLOSED: Final = "Only a posting that is public and closed can be reopened."


class ReopenJobPermissionError(PermissionDenied):
    """Only who may publish the page may reopen it, and not while somebody else has locked it."""


class CannotReopenJob(ValueError):
    """The posting is open already, or is not public, or its closing date has passed and there is no new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClosing:
    """The last day, in the page's time zone, and the time of that day; without a time the end of it."""

    day: date
    clock: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenJobAction:
    """The posting takes applications again, until its closing date or a new one.

    A draft that waits is not published. If it kept the closing date of the live page, it takes over the new one; otherwise publishing it
    later would close the posting again.
    """

    page: JobPage
    closing: NewClosing | None = None
    note: NoteToFollowers = NoteToFollowers()
    user: AbstractBaseUser | None = None

    def check(self, *, skip_permission_checks: bool = False) -> None:
        """Raises `ReopenJobPermissionError`, `CannotReopenJob`, or `InvalidClosingDate` for a new one that names no instant."""
        if self.user and not skip_permission_checks and not may_close(self.page, self.user):
            raise ReopenJobPermissionError("You do not have permission to reopen this posting.")
        if not can_reopen(self.page):
            raise CannotReopenJob(ONLY_CLOSED)
        closing = self.page.closing if self.closing is None else closing_in_zone(self.page, self.closing)
        if closing is not None and closing.has_passed(at=clock.now()):
            raise CannotReopenJob("The closing date has passed: choose a new one.")

    def execute(self, *, skip_permission_checks: bool = False) -> None:
        with transaction.atomic():
            live = JobPage.objects.select_for_update().get(pk=self.page.pk)
            ReopenJobAction(page=live, closing=self.closing, note=self.note, user=self.user).check(
                skip_permission_checks=skip_permission_checks
            )
            before = closing_as_json(live)
            live.closed_reason = ""
            if self.closing is not None:
                live.closing_date, live.closing_time = self.closing.day, self.closing.clock
                live.derive_valid_through()
            bridge.observe(live, note=self.note)
            live.save(update_fields=["closed_reason", "closing_date", "closing_time"], clean=False)
            carry_into_drafts(live, before, closing_as_json(live))
            JobPage.objects.filter(alias_of=live).update(
                closed_reason="",
                closing_date=live.closing_date,
                closing_time=live.closing_time,
                valid_through=live.valid_through,
            )
            write_down(
                live,
                "cms.reopen",
                user=self.user,
                data={"until": closing_as_json(live)["closing_date"], "note": self.note.words},
            )


def can_reopen(page: JobPage) -> bool:
    return page.live and not page.is_open and not page.alias_of_id


def closing_in_zone(page: JobPage, closing: NewClosing) -> ValidThrough:
    """Raises `InvalidClosingDate`."""
    return ValidThrough.at(day=closing.day, clock=closing.clock, zone=page.time_zone)
