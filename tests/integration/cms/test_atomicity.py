"""Page, record and event are stored together or not at all."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from adapters.models import PostingRecord
from adapters.outbox import OutboxEventPublisher
from cms.actions import CloseJobAction
from cms.models import JobPage
from cms.scheduling import publish_scheduled
from tests.integration.cms import keyboard
from tests.integration.cms.factories import Heard, live, make_job
from tests.integration.cms.keyboard import PUBLISH

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


class DiskFull(Exception):
    pass


@pytest.fixture
def no_event_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DiskFull

    monkeypatch.setattr(OutboxEventPublisher, "publish", fail)


def test_publishing(publisher: Client, heard: Heard, request: pytest.FixtureRequest) -> None:
    job = make_job()
    heard()
    request.getfixturevalue("no_event_can_be_written")
    with pytest.raises(DiskFull):
        keyboard.edit(publisher, job, PUBLISH, title="Head baker")
    assert live(job).title == "Baker"
    assert PostingRecord.objects.get(pk=job.posting_id).title == "Baker"
    assert heard.names() == []


def test_a_first_publication(no_event_can_be_written: None, publisher: Client) -> None:
    with pytest.raises(DiskFull):
        keyboard.create(publisher, PUBLISH)
    assert not JobPage.objects.exists()


def test_taking_down(publisher: Client, request: pytest.FixtureRequest) -> None:
    job = make_job()
    request.getfixturevalue("no_event_can_be_written")
    with pytest.raises(DiskFull):
        keyboard.press(publisher, "unpublish", job)
    assert live(job).live


def test_deleting(publisher: Client, request: pytest.FixtureRequest) -> None:
    job = make_job()
    request.getfixturevalue("no_event_can_be_written")
    with pytest.raises(DiskFull):
        keyboard.press(publisher, "delete", job)
    assert live(job).live


def test_closing(request: pytest.FixtureRequest) -> None:
    job = make_job()
    request.getfixturevalue("no_event_can_be_written")
    with pytest.raises(DiskFull):
        CloseJobAction(page=job, reason=JobPage.ClosedReason.FILLED).execute()
    assert live(job).is_open


def test_a_schedule_that_fails_is_kept_and_stops_no_other(
    heard: Heard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = [make_job("Baker", published=False), make_job("Miller", published=False)]
    for job in jobs:
        job.revisions.update(approved_go_live_at=timezone.now())
    works = OutboxEventPublisher.publish

    def fail_for_bakers(self: OutboxEventPublisher, *events: object) -> None:
        if "Baker" in str(events):
            raise DiskFull
        works(self, *events)  # type: ignore[arg-type]  # passed on as they came

    with monkeypatch.context() as patch:
        patch.setattr(OutboxEventPublisher, "publish", fail_for_bakers)
        assert publish_scheduled() == 1
    assert "could not be kept" in caplog.text
    assert [live(job).live for job in jobs] == [False, True]
    assert publish_scheduled() == 1
    assert heard.names() == ["PostingPublished", "PostingPublished"]
    assert publish_scheduled() == 0
