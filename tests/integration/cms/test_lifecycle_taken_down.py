"""The lifecycle, second part: every way in which a posting is taken down."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms.models import JobPage
from jobs_domain.changes import TitleChange
from jobs_domain.events import PostingReopened, PostingRetired, RetirementReason
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    Heard,
    assert_retired,
    make_job,
    nothing_heard,
    the_board,
)
from tests.integration.cms.keyboard import PUBLISH, in_an_hour

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_expired_by_its_schedule(publisher: Client, heard: Heard) -> None:
    job = make_job()
    keyboard.edit(publisher, job, PUBLISH, expire_at=in_an_hour())
    heard()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
        assert_retired(heard, RetirementReason.UNPUBLISHED)


def test_unpublished(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.press(publisher, "unpublish", job)
    assert_retired(heard, RetirementReason.UNPUBLISHED)


def test_unpublished_with_the_page_above(publisher: Client, heard: Heard) -> None:
    make_job("Baker"), make_job("Miller"), make_job("Cook", published=False)
    heard()
    keyboard.press(publisher, "unpublish", the_board(), include_descendants="on")
    assert heard.names() == ["PostingRetired", "PostingRetired"]


def test_published_again_after_it_was_taken_down(publisher: Client, heard: Heard) -> None:
    job = make_job()
    keyboard.press(publisher, "unpublish", job)
    heard()
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note="Back again.")
    match heard():
        case [PostingReopened(changes=(TitleChange(),), note=note)]:
            assert note.words == "Back again."
        case others:
            pytest.fail(f"{others}")


def test_published_and_unpublished_in_bulk(publisher: Client, heard: Heard) -> None:
    jobs = [make_job("Baker", published=False), make_job("Miller", published=False)]
    assert heard.names() == []
    keyboard.bulk(publisher, "publish", *jobs)
    assert heard.names() == ["PostingPublished", "PostingPublished"]
    keyboard.bulk(publisher, "unpublish", *jobs)
    assert heard.names() == ["PostingRetired", "PostingRetired"]


def test_deleted_in_bulk(publisher: Client, heard: Heard) -> None:
    jobs = [make_job("Baker"), make_job("Miller")]
    heard()
    keyboard.bulk(publisher, "delete", *jobs)
    match heard():
        case [PostingRetired(reason=first), PostingRetired(reason=second)]:
            assert {first, second} == {RetirementReason.DELETED}
        case others:
            pytest.fail(f"{others}")


def test_deleted(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.press(publisher, "delete", job)
    assert_retired(heard, RetirementReason.DELETED)


def test_deleted_after_it_was_taken_down(publisher: Client, heard: Heard) -> None:
    job = make_job()
    keyboard.press(publisher, "unpublish", job)
    heard()
    keyboard.press(publisher, "delete", job)
    assert heard.names() == []


def test_a_draft_is_deleted(publisher: Client) -> None:
    job = make_job(published=False)
    with nothing_heard():
        keyboard.press(publisher, "delete", job)


def test_deleted_with_the_page_above(heard: Heard) -> None:
    make_job("Baker"), make_job("Miller"), make_job("Cook", published=False)
    heard()
    the_board().delete()
    assert heard.names() == ["PostingRetired", "PostingRetired"]


def test_deleted_as_a_queryset(heard: Heard) -> None:
    make_job("Baker"), make_job("Miller")
    heard()
    JobPage.objects.filter(title="Baker").delete()
    assert_retired(heard, RetirementReason.DELETED)
    Page.objects.filter(title="Miller").delete()
    assert_retired(heard, RetirementReason.DELETED)


def test_deleted_in_a_shell(heard: Heard) -> None:
    job = make_job()
    heard()
    Page.objects.get(pk=job.pk).delete()
    assert_retired(heard, RetirementReason.DELETED)
