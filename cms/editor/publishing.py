"""What an editor is asked before followers are told, and what becomes of the note."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from wagtail.models import Page, PageLogEntry, Revision, Task, WorkflowState

PUBLISHING: Final = ("wagtail.publish", "wagtail.publish.scheduled")
"""How the history names the publication of a revision."""

USED_NOTE: Final = "The note was told with an earlier publication. It is not used again."


class Answer(StrEnum):
    """What a button that publishes says about the note."""

    NO_NOTE = "without-note"
    """Followers need none."""
    THIS_NOTE = "with-note"
    NOT_THIS_NOTE = "drop-note"
    """Publish, and leave out what was typed."""


class Question(StrEnum):
    NO_NOTE = "no note"
    """Followers would be told of a change without a word."""
    THIS_NOTE = "this note"
    """There is a note, but the button says that none is needed."""
    PUBLISHED_MEANWHILE = "published meanwhile"
    """What is public is not what the editor began with."""


def question(*, answer: str, note: str, is_quiet: bool) -> Question | None:
    """`is_quiet` if people would be told of a change, and there is no note."""
    if answer == Answer.NO_NOTE and note:
        return Question.THIS_NOTE
    return Question.NO_NOTE if is_quiet and answer != Answer.NO_NOTE else None


def verb(*, is_scheduled: bool, is_approval: bool) -> str:
    if is_approval:
        return "Approve"
    return "Schedule" if is_scheduled else "Publish"


def publication_of(page: Page) -> str:
    """Which publication of the page is the last; empty before the first."""
    return "" if page.last_published_at is None else page.last_published_at.isoformat()


def was_published_with(page: Page, note: str) -> bool:
    revisions = PageLogEntry.objects.filter(page=page.pk, action__in=PUBLISHING).values("revision_id")
    contents = Revision.objects.filter(pk__in=revisions).values_list("content", flat=True)
    return any(content.get("change_note", "").strip() == note for content in contents)


def ends_with_approval(state: WorkflowState | None) -> bool:
    """Whether the page is published once the present task of its moderation is approved."""
    if state is None or state.current_task_state is None:
        return False
    tasks = Task.objects.filter(workflow_tasks__workflow=state.workflow, active=True)
    left = tasks.exclude(task_states__in=state.successful_task_states)
    return not left.exclude(pk=state.current_task_state.task_id).exists()
