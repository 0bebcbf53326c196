"""Close and reopen: who may, when it can be done, what it does, and what the history says."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import PageLogEntry

from cms.actions import (
    CannotCloseJob,
    CloseJobAction,
    CloseJobPermissionError,
    ReopenJobAction,
    ReopenJobPermissionError,
)
from cms.models import JobPage
from jobs_domain.changes import NoteToFollowers
from jobs_domain.events import CloseReason, PostingClosed
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    Heard,
    live,
    make_closed_job,
    make_editor,
    make_follower,
    make_job,
    make_publisher,
    nothing_heard,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, address, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FILLED = JobPage.ClosedReason.FILLED


def test_a_publisher_closes(publisher: Client, heard: Heard) -> None:
    job = make_job()
    for name in ("ana", "ben"):
        make_follower(job, f"{name}@example.org")
    heard()
    page = text(publisher, address("close", job))
    assert "2 people follow" in page
    assert live(job).is_open
    answer = publisher.post(address("close", job), {"reason": "FILLED", "note": "Thank you all."}, follow=True)
    assert "is closed. 2 followers are told." in answer.content.decode()
    assert live(job).closed_reason == "FILLED"
    match heard():
        case [PostingClosed(reason=CloseReason.FILLED, note=note, changes=())]:
            assert note == NoteToFollowers("Thank you all.")
        case others:
            pytest.fail(f"{others}")
    history = text(publisher, reverse("wagtailadmin_pages:history", args=[job.pk]))
    assert "Closed: filled" in history
    assert "Thank you all." in history


def test_a_reason_is_needed(publisher: Client) -> None:
    job = make_job()
    with nothing_heard():
        answer = publisher.post(address("close", job), {"note": "x" * 1001})
    assert set(answer.context["form"].errors) == {"reason", "note"}


def test_a_draft_is_neither_published_nor_lost(publisher: Client, heard: Heard) -> None:
    job = make_job()
    keyboard.edit(publisher, job, SAVE, title="Head baker")
    heard()
    publisher.post(address("close", job), {"reason": "WITHDRAWN"})
    publisher.post(address("reopen", job), {})
    assert heard.names() == ["PostingClosed", "PostingReopened"]
    assert live(job).title == "Baker"
    assert live(job).has_unpublished_changes
    keyboard.edit(publisher, job, PUBLISH)
    assert heard.names() == ["PostingRevised"]
    assert live(job).title == "Head baker"


def test_closed_stays_closed_when_it_is_published_again(publisher: Client, heard: Heard) -> None:
    job = make_closed_job()
    heard()
    keyboard.edit(publisher, job, PUBLISH, title="Head baker")
    assert heard.names() == ["PostingRevised"]
    assert live(job).closed_reason == "FILLED"


@pytest.mark.parametrize("verb", ["close", "reopen"])
def test_an_editor_may_not(editor: Client, verb: str) -> None:
    job = make_job() if verb == "close" else make_closed_job()
    with nothing_heard():
        for answer in (
            editor.get(address(verb, job), follow=True),
            editor.post(address(verb, job), {"reason": "FILLED"}, follow=True),
        ):
            assert "you do not have permission" in answer.content.decode()
    assert live(job).is_open is (verb == "close")


def test_an_editor_may_not_in_code_either() -> None:
    job, user = make_job(), make_editor()
    with pytest.raises(CloseJobPermissionError):
        CloseJobAction(page=job, reason=FILLED, user=user).execute()
    CloseJobAction(page=job, reason=FILLED, user=user).execute(skip_permission_checks=True)
    with pytest.raises(ReopenJobPermissionError):
        ReopenJobAction(page=live(job), user=user).execute()


def test_a_visitor_is_asked_to_log_in() -> None:
    job = make_job()
    answer = Client().post(address("close", job), {"reason": "FILLED"})
    assert answer.headers["Location"].startswith("/admin/login/")


def test_not_while_somebody_else_has_locked_the_page(publisher: Client) -> None:
    job = make_job()
    JobPage.objects.filter(pk=job.pk).update(locked=True, locked_by=make_publisher(), locked_at=timezone.now())
    with nothing_heard():
        publisher.post(address("close", job), {"reason": "FILLED"})
    assert live(job).is_open


def test_only_what_is_open_can_be_closed(publisher: Client) -> None:
    draft, done = make_job("Cook", published=False), make_closed_job()
    with nothing_heard():
        for job in (draft, done):
            with pytest.raises(CannotCloseJob):
                CloseJobAction(page=job, reason=FILLED).execute()
        again = publisher.post(address("close", done), {"reason": "FILLED"}, follow=True)
    assert "Only a posting that is public and open" in again.content.decode()
    asked = publisher.get(address("close", done), follow=True)
    assert "Only a posting that is public and open" in asked.content.decode()
    assert "Yes, close it" not in asked.content.decode()


def test_an_alias_follows_its_source() -> None:
    job = make_job()
    alias = CreatePageAliasAction(job, update_slug="alias").execute()
    with pytest.raises(CannotCloseJob):
        CloseJobAction(page=live(alias), reason=FILLED).execute()
    CloseJobAction(page=job, reason=FILLED).execute()
    assert not live(alias).is_open
    ReopenJobAction(page=live(job)).execute()
    assert live(alias).is_open


def test_the_menus_offer_what_can_be_done(publisher: Client, editor: Client) -> None:
    job = make_job()
    editing = reverse("wagtailadmin_pages:edit", args=[job.pk])
    listing = reverse("wagtailadmin_explore", args=[job.get_parent().pk])  # type: ignore[union-attr]  # it has one
    for place in (editing, listing):
        assert address("close", job) in text(publisher, place)
        assert address("reopen", job) not in text(publisher, place)
        assert address("close", job) not in text(editor, place)
        assert reverse("wagtailadmin_pages:unpublish", args=[job.pk]) in text(publisher, place)
    CloseJobAction(page=job, reason=FILLED).execute()
    for place in (editing, listing):
        assert address("close", job) not in text(publisher, place)
        assert address("reopen", job) in text(publisher, place)
        assert address("reopen", job) not in text(editor, place)


@pytest.mark.parametrize("verb", ["unpublish", "delete"])
def test_taking_down_says_who_will_be_told(publisher: Client, verb: str) -> None:
    job = make_job()
    make_follower(job)
    page = text(publisher, reverse(f"wagtailadmin_pages:{verb}", args=[job.pk]))
    assert "1 person follows this posting and will be told" in page


def test_the_log_names_the_editor() -> None:
    user = make_publisher()
    CloseJobAction(page=make_job(), reason=FILLED, user=user).execute()
    entry = PageLogEntry.objects.get(action="cms.close")
    assert entry.user == user
    assert entry.message == "Closed: filled"


def test_publish_scheduled_leaves_a_closed_posting_closed(heard: Heard) -> None:
    make_closed_job()
    heard()
    call_command("publish_scheduled")
    assert heard.names() == []


def test_the_editor_shows_how_the_posting_stands(publisher: Client) -> None:
    job = make_job()
    editing = reverse("wagtailadmin_pages:edit", args=[job.pk])
    page = text(publisher, editing)
    assert "Open until" in page
    assert "Nobody follows this posting yet." in page
    make_follower(job)
    CloseJobAction(page=job, reason=FILLED).execute()
    page = text(publisher, editing)
    assert "Closed: filled." in page
    assert "1 person follows this posting." in page
