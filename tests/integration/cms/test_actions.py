"""Close and reopen: who may, when it can be done, what it does, and what the history says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import PageLogEntry

from cms.actions import (
    CannotCloseJob,
    CannotReopenJob,
    CloseJobAction,
    CloseJobPermissionError,
    ReopenJobAction,
    ReopenJobPermissionError,
)
from cms.actions.reopen_job import NewClosing
from cms.models import JobPage
from cms.reconcile import close_expired
from jobs_domain.changes import NoteToFollowers, ValidThroughChange
from jobs_domain.events import CloseReason, PostingClosed, PostingReopened
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    Heard,
    live,
    make_editor,
    make_follower,
    make_job,
    make_publisher,
    nothing_heard,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, SUBMIT

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FILLED = JobPage.ClosedReason.FILLED


def address(verb: str, job: JobPage) -> str:
    return reverse(f"cms_jobs:{verb}", args=[job.pk])


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def closed(**fields: Any) -> JobPage:
    job = make_job(**fields)
    CloseJobAction(page=job, reason=FILLED).execute()
    return live(job)


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


def test_a_publisher_reopens(publisher: Client, heard: Heard) -> None:
    job = closed()
    heard()
    assert "Nobody follows" in text(publisher, address("reopen", job))
    publisher.post(address("reopen", job), {"note": "Again."})
    match heard():
        case [PostingReopened(changes=(), note=NoteToFollowers(words="Again."))]:
            pass
        case others:
            pytest.fail(f"{others}")
    assert live(job).is_open
    assert "Reopened" in text(publisher, reverse("wagtailadmin_pages:history", args=[job.pk]))


def test_after_the_closing_date_a_new_one_is_needed(publisher: Client, heard: Heard) -> None:
    job = make_job(closing_date=date(2026, 3, 31), time_zone="Europe/Brussels")
    heard()
    with time_machine.travel(datetime(2026, 4, 2, 9, tzinfo=ZoneInfo("Europe/Brussels"))):
        close_expired()
        publisher.force_login(make_publisher())
        heard()
        for wrong in ("", "2026-04-01"):
            answer = publisher.post(address("reopen", job), {"closing_date": wrong})
            assert list(answer.context["form"].errors) == ["closing_date"]
        skipped = publisher.post(address("reopen", job), {"closing_date": "2027-03-28", "closing_time": "02:30"})
        assert list(skipped.context["form"].errors) == ["closing_time"]
        assert heard.names() == []
        publisher.post(address("reopen", job), {"closing_date": "2026-04-30"})
        match heard():
            case [PostingReopened(changes=(ValidThroughChange(new=new),))]:
                assert new is not None
                assert new.last_day == date(2026, 4, 30)
            case others:
                pytest.fail(f"{others}")
        assert live(job).is_open
        with nothing_heard():
            keyboard.edit(publisher, job, PUBLISH)


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


def test_a_draft_takes_over_the_new_closing_date(editor: Client, publisher: Client, heard: Heard) -> None:
    job = make_job(closing_date=timezone.now().date())
    keyboard.edit(editor, job, SUBMIT, title="Head baker")
    heard()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        publisher.force_login(make_publisher())
        day = (timezone.now() + timedelta(days=20)).date()
        publisher.post(address("reopen", job), {"closing_date": day.isoformat()})
        heard()
        state = live(job).current_workflow_task_state
        assert state is not None
        publisher.post(reverse("wagtailadmin_pages:workflow_action", args=[job.pk, "approve", state.pk]))
        assert heard.names() == ["PostingRevised"]
        assert live(job).closing_date == day
        assert live(job).is_open


def test_a_draft_with_a_closing_date_of_its_own_keeps_it(publisher: Client) -> None:
    job = make_job(closing_date=timezone.now().date())
    own = timezone.now().date() + timedelta(days=40)
    keyboard.edit(publisher, job, SAVE, closing_date=own.isoformat())
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        new = timezone.now().date() + timedelta(days=20)
        ReopenJobAction(page=live(job), closing=NewClosing(day=new)).execute()
        assert live(job).closing_date == new
        draft = live(job).get_latest_revision_as_object()
        assert isinstance(draft, JobPage)
        assert draft.closing_date == own


def test_closed_stays_closed_when_it_is_published_again(publisher: Client, heard: Heard) -> None:
    job = closed()
    heard()
    keyboard.edit(publisher, job, PUBLISH, title="Head baker")
    assert heard.names() == ["PostingRevised"]
    assert live(job).closed_reason == "FILLED"


@pytest.mark.parametrize("verb", ["close", "reopen"])
def test_an_editor_may_not(editor: Client, verb: str) -> None:
    job = make_job() if verb == "close" else closed()
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
    draft, done = make_job("Cook", published=False), closed()
    with nothing_heard():
        for job in (draft, done):
            with pytest.raises(CannotCloseJob):
                CloseJobAction(page=job, reason=FILLED).execute()
        again = publisher.post(address("close", done), {"reason": "FILLED"}, follow=True)
    assert "Only a posting that is public and open" in again.content.decode()


def test_only_what_is_closed_can_be_reopened(publisher: Client) -> None:
    job = make_job()
    with nothing_heard():
        with pytest.raises(CannotReopenJob):
            ReopenJobAction(page=job).execute()
        again = publisher.post(address("reopen", job), {}, follow=True)
    assert "Only a posting that is public and closed" in again.content.decode()


def test_reopening_in_code_needs_a_day_to_come() -> None:
    job = make_job(closing_date=timezone.now().date())
    with time_machine.travel(timezone.now() + timedelta(days=3)), pytest.raises(CannotReopenJob):
        ReopenJobAction(page=job).execute()


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
    closed()
    heard()
    call_command("publish_scheduled")
    assert heard.names() == []
