"""All that the panels beside the form show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone

from adapters import clock
from adapters.newsroom import Pending, Preparing
from cms.editor import advice, likeness
from cms.editor.likeness import Other
from cms.editor.outlook import Outlook, outlook
from cms.editor.phrases import instant, people
from cms.editor.search_result import SearchResult, search_result
from cms.editor.typed import Typed, readable

AGAIN_SOON: Final = 1
AGAIN_LATER: Final = 30
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A button beside the news that waits."""

    name: str
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """`ask_again` is the number of seconds after which the panels may say something else although nothing was typed."""

    outlook: Outlook
    pending: Pending | None
    is_preparing: bool
    told: str
    told_at: str
    decisions: tuple[Decision, ...]
    ask_again: int
    advice: tuple[str, ...]
    copied_from: Other | None
    search_result: SearchResult

    @property
    def hints(self) -> int:
        return len(self.advice) + (self.copied_from is not None)


def contents(typed: Typed, *, may_publish: bool) -> Contents:
    page = typed.page
    seen = readable(typed)
    look = outlook(typed, may_publish=may_publish)
    pending = look.awaited if isinstance(look.awaited, Pending) else None
    is_preparing = isinstance(look.awaited, Preparing)
    is_late = pending is not None and pending.release_at <= clock.now()
    return Contents(
        outlook=look,
        pending=pending,
        is_preparing=is_preparing,
        told="" if pending is None else people(pending.followers),
        told_at="" if pending is None else instant(pending.release_at),
        decisions=_decisions(page.pk, pending) if may_publish and pending is not None and not is_late else (),
        ask_again=AGAIN_SOON if is_preparing else AGAIN_LATER,
        advice=tuple(advice.advice(seen.details, today=timezone.localdate(), unreadable=seen.unreadable)),
        copied_from=likeness.copied_from(page),
        search_result=search_result(page, seen),
    )


def _decisions(pk: int, pending: Pending) -> tuple[Decision, ...]:
    verbs = {"tell_now": "Tell them now", "change_note": "Edit the note", "tell_nobody": "Tell nobody"}
    return tuple(
        Decision(name=verb, label=label, url=reverse(f"cms_editor:{verb}", args=[pk, pending.notification_id]))
        for verb, label in verbs.items()
    )
