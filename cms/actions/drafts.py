"""What happens to drafts when an action changes the live page beside them."""

from __future__ import annotations

from django.db.models import Q

from cms.models import JobPage

type Json = dict[str, object]
"""Some fields as revisions keep them."""


def carry_into_drafts(page: JobPage, before: Json, after: Json) -> None:
    """A draft that had kept what the live page said takes over what it says now; otherwise publishing it would take the change back.

    In place, so that a moderation or a schedule that waits for the revision goes on. A draft that says something of its own keeps it.
    """
    if before == after:
        return
    to_come = Q(pk=page.latest_revision_id) | Q(pk=page.live_revision_id) | Q(approved_go_live_at__isnull=False)
    for revision in page.revisions.filter(to_come):
        if all(_in_order(revision.content.get(name)) == _in_order(value) for name, value in before.items()):
            revision.content |= after
            revision.save(update_fields=["content"])


def closing_as_json(page: JobPage) -> Json:
    day, clock = page.closing_date, page.closing_time
    return {
        "closing_date": None if day is None else day.isoformat(),
        "closing_time": None if clock is None else clock.isoformat(),
    }


def _in_order(value: object) -> object:
    """Of several keys the order means nothing."""
    return sorted(value) if isinstance(value, list) else value
