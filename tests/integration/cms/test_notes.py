"""A change note belongs to one publication."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.actions import CloseJobAction
from cms.models import JobPage
from cms.reconcile import close_expired
from jobs_domain.changes import ChangeNote, MinorChange, NoteToFollowers
from jobs_domain.events import PostingClosed, PostingReopened, PostingRevised
from tests.integration.cms import keyboard
from tests.integration.cms.factories import Heard, live, make_job
from tests.integration.cms.keyboard import PUBLISH, SAVE

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def told(heard: Heard) -> ChangeNote:
    """The note of the one event that was heard."""
    match heard():
        case [PostingRevised(note=note) | PostingReopened(note=note) | PostingClosed(note=note)]:
            return note
        case others:
            pytest.fail(f"{others}")


def note_in_form(client: Client, job: JobPage) -> tuple[str, bool]:
    form = client.get(reverse("wagtailadmin_pages:edit", args=[job.pk])).context["form"]
    return form["change_note"].value(), form["minor_change"].value()


def test_it_is_told_once(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note="  A step up. ")
    assert told(heard) == NoteToFollowers("A step up.")
    assert live(job).change_note == ""
    assert note_in_form(publisher, job) == ("", False)
    with time_machine.travel(timezone.now() + timedelta(days=90)):
        assert close_expired() == 1
    assert told(heard) == NoteToFollowers()


def test_a_minor_change_is_marked_once(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.edit(publisher, job, PUBLISH, title="Bakker", minor_change="on")
    assert told(heard) == MinorChange()
    keyboard.edit(publisher, job, PUBLISH, title="Baker")
    assert told(heard) == NoteToFollowers()


def test_a_draft_keeps_it(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.edit(publisher, job, SAVE, title="Head baker", change_note="A step up.")
    assert note_in_form(publisher, job) == ("A step up.", False)
    keyboard.edit(publisher, job, PUBLISH)
    assert told(heard) == NoteToFollowers("A step up.")


def test_a_draft_keeps_it_while_the_posting_is_closed(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.edit(publisher, job, SAVE, title="Head baker", change_note="A step up.")
    CloseJobAction(page=job, reason=JobPage.ClosedReason.FILLED, note=NoteToFollowers("Found somebody.")).execute()
    assert told(heard) == NoteToFollowers("Found somebody.")
    keyboard.edit(publisher, job, PUBLISH)
    assert told(heard) == NoteToFollowers("A step up.")
    assert live(job).closed_reason == "FILLED"


def test_it_is_over_after_the_posting_was_taken_down(publisher: Client, heard: Heard) -> None:
    job = make_job()
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note="A step up.")
    keyboard.press(publisher, "unpublish", job)
    heard()
    assert note_in_form(publisher, job) == ("", False)
    keyboard.bulk(publisher, "publish", job)
    assert told(heard) == NoteToFollowers()


def test_it_does_not_come_back_with_an_old_revision(publisher: Client, heard: Heard) -> None:
    job = make_job()
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note="A step up.")
    old = live(job).get_latest_revision()
    assert old is not None
    keyboard.edit(publisher, job, PUBLISH, title="Cook")
    heard()
    keyboard.revert(publisher, job, old.pk, SAVE)
    assert note_in_form(publisher, job) == ("", False)
    keyboard.revert(publisher, job, old.pk, PUBLISH, change_note="Back to bread.")
    assert told(heard) == NoteToFollowers("Back to bread.")


def test_note_and_minor_change_exclude_each_other(publisher: Client) -> None:
    job = make_job()
    errors = keyboard.refused(publisher, job, PUBLISH, change_note="A step up.", minor_change="on")
    assert list(errors) == ["minor_change"]


def test_it_is_not_endless(publisher: Client) -> None:
    assert list(keyboard.refused(publisher, make_job(), PUBLISH, change_note="x" * 1001)) == ["change_note"]
