"""Reopen: when it needs a new closing date, and what becomes of a draft."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.actions import (
    CannotReopenJob,
    ReopenJobAction,
)
from cms.actions.reopen_job import NewClosing
from cms.models import JobPage
from cms.reconcile import close_expired
from jobs_domain.changes import NoteToFollowers, ValidThroughChange
from jobs_domain.events import PostingReopened
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    Heard,
    live,
    make_closed_job,
    make_job,
    make_publisher,
    nothing_heard,
    today,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, SUBMIT, address, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_publisher_reopens(publisher: Client, heard: Heard) -> None:
    job = make_closed_job()
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


def test_a_draft_takes_over_the_new_closing_date(editor: Client, publisher: Client, heard: Heard) -> None:
    job = make_job(closing_date=today())
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
    job = make_job(closing_date=today())
    own = today() + timedelta(days=40)
    keyboard.edit(publisher, job, SAVE, closing_date=own.isoformat())
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        new = today() + timedelta(days=20)
        ReopenJobAction(page=live(job), closing=NewClosing(day=new)).execute()
        assert live(job).closing_date == new
        draft = live(job).get_latest_revision_as_object()
        assert isinstance(draft, JobPage)
        assert draft.closing_date == own


def test_only_what_is_closed_can_be_reopened(publisher: Client) -> None:
    job = make_job()
    with nothing_heard():
        with pytest.raises(CannotReopenJob):
            ReopenJobAction(page=job).execute()
        again = publisher.post(address("reopen", job), {}, follow=True)
    assert "Only a posting that is public and closed" in again.content.decode()
    asked = publisher.get(address("reopen", job), follow=True)
    assert "Only a posting that is public and closed" in asked.content.decode()


def test_reopening_in_code_needs_a_day_to_come() -> None:
    job = make_job(closing_date=today())
    with time_machine.travel(timezone.now() + timedelta(days=3)), pytest.raises(CannotReopenJob):
        ReopenJobAction(page=job).execute()
