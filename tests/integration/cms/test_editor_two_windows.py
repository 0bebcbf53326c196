"""A form that was opened before the posting was published from another window."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision
from wagtail.test.utils.form_data import querydict_from_html  # type: ignore[import-untyped]  # not in the stubs

from cms.models import JobPage
from jobs_domain.changes import NoteToFollowers
from jobs_domain.events import PostingRevised
from tests.integration.cms import keyboard
from tests.integration.cms.factories import Heard, live, make_follower, make_job, nothing_heard
from tests.integration.cms.keyboard import PUBLISH, SAVE

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOTE = "A step up."
QUESTION = "Publish in place of what was published meanwhile?"


def address(job: JobPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[job.pk])


def opened(client: Client, job: JobPage, **values: str) -> QueryDict:
    return keyboard.filled_in(client, address(job), "", values)


def press_publish(client: Client, job: JobPage, form: QueryDict) -> str:
    form["action-publish"] = "pressed"
    return client.post(address(job), form, follow=True).content.decode()


@pytest.fixture
def job() -> JobPage:
    job = make_job()
    make_follower(job)
    return job


@pytest.fixture
def imported() -> JobPage:
    """A posting without revisions."""
    job = make_job()
    make_follower(job)
    Revision.objects.filter(object_id=str(job.pk)).delete()
    JobPage.objects.filter(pk=job.pk).update(latest_revision=None, live_revision=None)
    return live(job)


@pytest.mark.parametrize("kind", ["job", "imported"])
def test_publishing_asks_first(publisher: Client, kind: str, request: pytest.FixtureRequest) -> None:
    job = request.getfixturevalue(kind)
    stale = opened(publisher, job, salary_maximum="3900", change_note="More money.")
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note=NOTE)
    with nothing_heard():
        page = press_publish(publisher, job, stale)
    assert QUESTION in page
    kept = querydict_from_html(page, form_id="page-edit-form")
    assert (kept["salary_maximum"], kept["change_note"].strip()) == ("3900", "More money.")
    press_publish(publisher, job, kept)
    assert (live(job).title, live(job).salary_maximum) == ("Baker", Decimal(3900))


def test_a_note_that_was_told_is_not_told_again(publisher: Client, job: JobPage, heard: Heard) -> None:
    keyboard.edit(publisher, job, SAVE, title="Head baker", change_note=NOTE)
    stale = opened(publisher, job, salary_maximum="3900")
    assert stale["change_note"] == NOTE
    keyboard.edit(publisher, job, PUBLISH)
    heard()
    page = press_publish(publisher, job, stale)
    kept = querydict_from_html(page, form_id="page-edit-form")
    assert kept["change_note"].strip() == ""
    kept["action-publish"] = "without-note"
    publisher.post(address(job), kept)
    match heard():
        case [PostingRevised(note=note)]:
            assert note == NoteToFollowers()
        case others:
            pytest.fail(f"{others}")


def test_nor_kept_in_a_draft(publisher: Client, job: JobPage) -> None:
    keyboard.edit(publisher, job, SAVE, title="Head baker", change_note=NOTE)
    stale = opened(publisher, job, salary_maximum="3900")
    keyboard.edit(publisher, job, PUBLISH)
    answer = publisher.post(address(job), stale, follow=True)
    assert "The note was told with an earlier publication." in answer.content.decode()
    draft = live(job).get_latest_revision_as_object()
    assert isinstance(draft, JobPage)
    assert (draft.change_note, draft.salary_maximum) == ("", Decimal(3900))


def test_the_same_words_may_be_said_again(publisher: Client, job: JobPage, heard: Heard) -> None:
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note=NOTE)
    heard()
    keyboard.edit(publisher, job, PUBLISH, title="Master baker", change_note=NOTE)
    match heard():
        case [PostingRevised(note=note)]:
            assert note == NoteToFollowers(NOTE)
        case others:
            pytest.fail(f"{others}")


def test_a_mistake_does_not_make_the_form_current(publisher: Client, job: JobPage) -> None:
    stale = opened(publisher, job, title="")
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note=NOTE)
    page = press_publish(publisher, job, stale)
    assert QUESTION not in page
    again = querydict_from_html(page, form_id="page-edit-form")
    again["title"] = "Cook"
    assert QUESTION in press_publish(publisher, job, again)


def test_who_sends_no_mark_is_not_asked(publisher: Client, job: JobPage) -> None:
    form = opened(publisher, job, title="Cook", change_note=NOTE)
    del form["seen_publication"]
    form["action-publish"] = "pressed"
    assert publisher.post(address(job), form).status_code == HTTPStatus.FOUND
