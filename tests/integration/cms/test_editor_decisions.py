"""During the settling time: tell them now, edit the note, tell nobody. Who may, what it does, and what the history says."""

from __future__ import annotations

from http import HTTPStatus
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import PageLogEntry

from adapters import outbox
from adapters.models import OutboxEvent
from adapters.newsroom import Pending, newsroom
from cms.models import JobPage
from jobs_domain.identifiers import PostingId
from notifications.fan_out import fan_out_due
from notifications.sending import send_due
from tests.integration.cms import keyboard
from tests.integration.cms.factories import make_follower, make_job, make_user
from tests.integration.cms.keyboard import PUBLISH, text
from tests.integration.cms.panel import panel, pending

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

VERBS = ["tell_now", "tell_nobody", "change_note"]


@pytest.fixture(autouse=True)
def settling(settings: LazySettings) -> None:
    settings.SETTLING_TIME = 300


@pytest.fixture
def job(publisher: Client) -> JobPage:
    """A posting of which one follower will be told."""
    posting = make_job()
    make_follower(posting)
    keyboard.edit(publisher, posting, PUBLISH, title="Head baker", change_note="A step up.")
    return posting


def address(verb: str, job: JobPage, news: Pending) -> str:
    return reverse(f"cms_editor:{verb}", args=[job.pk, news.notification_id])


def work() -> list[str]:
    """All that a worker does at this moment; gives the subjects of the mails to followers."""
    while outbox.dispatch_due() + fan_out_due():
        pass
    while send_due():
        pass
    return [
        str(message.subject)
        for message in mail.outbox
        if "ana@example.org" in message.to and "Confirm" not in message.subject
    ]


def history(client: Client, job: JobPage) -> str:
    return text(client, reverse("wagtailadmin_pages:history", args=[job.pk]))


def test_it_is_being_prepared_until_the_worker_has_come_to_it(publisher: Client, job: JobPage) -> None:
    said = panel(publisher, job)
    assert "News for followers is being prepared…" in said
    assert 'data-ask-again="1"' in said
    pending(job)
    assert "being prepared" not in panel(publisher, job)


def test_the_panel_says_what_waits_and_what_can_be_done(publisher: Client, job: JobPage) -> None:
    news = pending(job)
    said = panel(publisher, job)
    assert "1 follower will be told at " in said
    assert "A step up." in said
    for verb in VERBS:
        assert address(verb, job, news) in said


def test_taking_back_what_waits_tells_nobody(publisher: Client, job: JobPage) -> None:
    pending(job)
    assert "Publishing tells nobody: it takes back what waits." in panel(publisher, job, title="Baker")
    assert "takes back" not in panel(publisher, job, title="Cook")
    keyboard.edit(publisher, job, PUBLISH, title="Baker", change_note="A mistake.")
    assert work() == []
    assert newsroom().awaited(PostingId(job.posting_id)) is None


def test_an_editor_sees_it_and_can_do_nothing(editor: Client, job: JobPage) -> None:
    news = pending(job)
    said = panel(editor, job)
    assert "1 follower will be told at " in said
    assert str(news.notification_id) not in said


def test_looking_does_nothing(publisher: Client, job: JobPage) -> None:
    news = pending(job)
    for verb in VERBS:
        page = text(publisher, address(verb, job, news))
        assert "Title changed" in page
        assert "Head baker" in page
        assert publisher.head(address(verb, job, news)).status_code == HTTPStatus.OK
    assert pending(job) == news
    assert work() == []


def test_tell_them_now(publisher: Client, job: JobPage) -> None:
    news = pending(job)
    answer = publisher.post(address("tell_now", job, news), follow=True)
    assert "1 follower is being told." in answer.content.decode()
    assert len(work()) == 1
    assert "Told 1 follower without waiting: “Title changed" in history(publisher, job)


def test_tell_nobody(publisher: Client, job: JobPage, settings: LazySettings) -> None:
    news = pending(job)
    answer = publisher.post(address("tell_nobody", job, news), follow=True)
    assert "Nobody is told of what has changed." in answer.content.decode()
    assert newsroom().awaited(PostingId(job.posting_id)) is None
    assert work() == []
    assert "Told nobody, in place of 1 follower: “Title changed" in history(publisher, job)


def test_edit_the_note(publisher: Client, job: JobPage) -> None:
    news = pending(job)
    assert "A step up.</textarea>" in text(publisher, address("change_note", job, news))
    answer = publisher.post(address("change_note", job, news), {"note": "A big step up."}, follow=True)
    assert "The note is changed. 1 follower will be told at " in answer.content.decode()
    changed = pending(job)
    assert (changed.note, changed.release_at) == ("A big step up.", news.release_at)
    page = history(publisher, job)
    assert "Changed the note to 1 follower" in page
    assert "A big step up." in page


def test_the_note_is_not_endless(publisher: Client, job: JobPage) -> None:
    news = pending(job)
    answer = publisher.post(address("change_note", job, news), {"note": "x" * 1001})
    assert list(answer.context["form"].errors) == ["note"]
    assert pending(job).note == "A step up."


@pytest.mark.parametrize("verb", VERBS)
def test_afterwards_it_is_too_late(publisher: Client, job: JobPage, verb: str) -> None:
    news = pending(job)
    newsroom().tell_now(news.notification_id)
    work()
    for answer in (
        publisher.get(address(verb, job, news), follow=True),
        publisher.post(address(verb, job, news), {"note": "Late."}, follow=True),
    ):
        assert "It is too late" in answer.content.decode()
    assert not PageLogEntry.objects.filter(action=f"cms.{verb}").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_not_the_news_of_another_posting(publisher: Client, job: JobPage, verb: str) -> None:
    news, other = pending(job), make_job("Cook")
    make_follower(other)
    keyboard.edit(publisher, other, PUBLISH, title="Head cook", change_note="A step up, too.")
    others = pending(other)
    answer = publisher.post(address(verb, other, news), {"note": "Mine."}, follow=True)
    assert "It is too late" in answer.content.decode()
    assert (pending(job), pending(other)) == (news, others)
    nowhere = reverse(f"cms_editor:{verb}", args=[0, uuid4()])
    assert publisher.post(nowhere).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("verb", VERBS)
def test_only_who_may_publish(editor: Client, job: JobPage, verb: str) -> None:
    news, stranger = pending(job), Client()
    stranger.force_login(make_user())
    for client in (Client(), stranger):
        assert client.get(address(verb, job, news)).headers["Location"].startswith("/admin/login/")
        assert client.post(address(verb, job, news)).headers["Location"].startswith("/admin/login/")
    for answer in (
        editor.get(address(verb, job, news), follow=True),
        editor.post(address(verb, job, news), {"note": "Mine."}, follow=True),
    ):
        assert "you do not have permission" in answer.content.decode()
    assert pending(job) == news


def test_an_administrator_may(admin_client: Client, job: JobPage) -> None:
    answer = admin_client.post(address("tell_nobody", job, pending(job)), follow=True)
    assert "Nobody is told" in answer.content.decode()


def test_a_note_that_cannot_be_written_any_more_changes_nothing_and_says_so(publisher: Client, job: JobPage) -> None:
    news = pending(job)
    OutboxEvent.objects.update(format_version=99)
    answer = publisher.post(address("change_note", job, news), {"note": "Never mind."}, follow=True)
    assert "cannot be written anew" in answer.content.decode()
    assert not PageLogEntry.objects.filter(action="cms.change_note").exists()
    newsroom().tell_now(news.notification_id)
    assert work() == [news.subject]
