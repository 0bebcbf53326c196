"""Reopen a posting that was closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from cms import bridge
from cms.actions.close_job import may_close
from cms.models import JobPage
from jobs_domain.changes import NoteToFollowers
from jobs_domain.valid_through import ValidThrough

type Json = dict[str, object]


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
            raise CannotReopenJob("Only a posting that is public and closed can be reopened.")
        closing = self.page.closing if self.closing is None else closing_in_zone(self.page, self.closing)
        if closing is not None and closing.has_passed(at=timezone.now()):
            raise CannotReopenJob("The closing date has passed: choose a new one.")

    def execute(self, *, skip_permission_checks: bool = False) -> None:
        with transaction.atomic():
            live = JobPage.objects.select_for_update().get(pk=self.page.pk)
            ReopenJobAction(page=live, closing=self.closing, note=self.note, user=self.user).check(
                skip_permission_checks=skip_permission_checks
            )
            before = _closing_as_json(live)
            live.closed_reason = ""
            if self.closing is not None:
                live.closing_date, live.closing_time = self.closing.day, self.closing.clock
                live.derive_valid_through()
            bridge.observe(live, note=self.note)
            live.save(update_fields=["closed_reason", "closing_date", "closing_time"], clean=False)
            _carry_into_drafts(live, before, _closing_as_json(live))
            JobPage.objects.filter(alias_of=live).update(
                closed_reason="",
                closing_date=live.closing_date,
                closing_time=live.closing_time,
                valid_through=live.valid_through,
            )
            log(
                instance=live,
                action="cms.reopen",
                user=self.user,
                data={"until": _closing_as_json(live)["closing_date"], "note": self.note.words},
            )


def can_reopen(page: JobPage) -> bool:
    return page.live and not page.is_open and not page.alias_of_id


def closing_in_zone(page: JobPage, closing: NewClosing) -> ValidThrough:
    """Raises `InvalidClosingDate`."""
    return ValidThrough.at(day=closing.day, clock=closing.clock, zone=page.time_zone)


def _closing_as_json(page: JobPage) -> Json:
    """As revisions keep it."""
    day, clock = page.closing_date, page.closing_time
    return {
        "closing_date": None if day is None else day.isoformat(),
        "closing_time": None if clock is None else clock.isoformat(),
    }


def _carry_into_drafts(page: JobPage, before: Json, after: Json) -> None:
    """In place, so that a moderation or a schedule that waits for the revision goes on."""
    if before == after:
        return
    to_come = Q(pk=page.latest_revision_id) | Q(pk=page.live_revision_id) | Q(approved_go_live_at__isnull=False)
    for revision in page.revisions.filter(to_come):
        if {name: revision.content.get(name) for name in before} == before:
            revision.content |= after
            revision.save(update_fields=["content"])
