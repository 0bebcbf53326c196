"""What Wagtail's editor can do, it can do with postings: comments, locks, autosaving, history, comparison, checks."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Comment, PageLogEntry

from cms.models import JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import live, make_follower, make_job, make_publisher, nothing_heard, the_board
from tests.integration.cms.keyboard import DRAFTAIL, SAVE, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

AUTOSAVING = {"Accept": "application/json"}


def edit(job: JobPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[job.pk])


def test_comments(editor: Client) -> None:
    job = make_job()
    comment = {  # a script makes these fields
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "0",
        "comments-0-text": "Is that the right town?",
        "comments-0-contentpath": "title",
        "comments-0-position": "",
        "comments-0-id": "",
        "comments-0-resolved": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
    }
    with nothing_heard():
        keyboard.edit(editor, job, SAVE, **comment)
    assert Comment.objects.get(page=job.pk).text == "Is that the right town?"
    assert "Is that the right town?" in text(editor, edit(job))


def test_somebody_elses_lock(publisher: Client) -> None:
    job = make_job()
    make_follower(job)
    form = keyboard.filled_in(publisher, edit(job), keyboard.PUBLISH, {"title": "Head baker"})
    JobPage.objects.filter(pk=job.pk).update(locked=True, locked_by=make_publisher(), locked_at=timezone.now())
    with nothing_heard():
        page = publisher.post(edit(job), form).content.decode()
    assert "could not be saved as it is locked" in page
    assert "Publish without a note?" not in page
    assert 'data-side-panel="followers"' in page


def test_autosaving(editor: Client) -> None:
    job = make_job()
    form = keyboard.filled_in(editor, edit(job), SAVE, {"title": "Head baker"})
    with nothing_heard():
        answer = editor.post(edit(job), form, headers=AUTOSAVING)
    assert answer.json()["success"]
    assert "posting-panel" not in answer.json()["html"]
    revision = live(job).get_latest_revision()
    assert revision is not None
    assert revision.content["title"] == "Head baker"


def test_autosaving_a_new_posting_brings_the_panels_of_a_stored_one(editor: Client) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "jobpage", the_board().pk])
    company = str(make_job("Cook").company.pk)
    values: dict[str, str | list[str]] = {
        "title": "Baker",
        "slug": "baker",
        "company": company,
        "description": DRAFTAIL,
    }
    form = keyboard.filled_in(editor, f"{add}?kind=blank", SAVE, values)
    answer = editor.post(add, form, headers=AUTOSAVING).json()
    assert answer["success"]
    partials = text(editor, answer["hydrate_url"])
    assert "[data-side-panel='followers']" in partials
    assert reverse("cms_editor:panel", args=[answer["pk"]]) in partials


def test_history_and_comparison(publisher: Client) -> None:
    job = make_job()
    keyboard.edit(publisher, job, SAVE, title="Head baker", salary_maximum="3900")
    history = text(publisher, reverse("wagtailadmin_pages:history", args=[job.pk]))
    assert "Draft saved" in history
    compared = text(publisher, reverse("wagtailadmin_pages:revisions_compare", args=[job.pk, "live", "latest"]))
    assert "Head " in compared
    assert "3900" in compared
    assert PageLogEntry.objects.filter(page=job.pk, action="wagtail.edit").exists()


def test_the_accessibility_checker(editor: Client) -> None:
    job = make_job()
    page = text(editor, edit(job))
    assert 'data-side-panel="checks"' in page
    assert "checker-axe-configuration" in page


def test_an_alias_is_shown_without_panels(publisher: Client) -> None:
    alias = CreatePageAliasAction(make_job(), update_slug="alias").execute()
    page = text(publisher, reverse("wagtailadmin_pages:edit", args=[alias.pk]))
    assert 'data-side-panel="followers"' not in page


def test_what_is_not_there_is_not_found(publisher: Client) -> None:
    for address in (
        reverse("wagtailadmin_pages:edit", args=[0]),
        reverse("wagtailadmin_pages:add", args=["cms", "jobpage", 0]),
    ):
        assert publisher.get(address).status_code == HTTPStatus.NOT_FOUND
    assert Client().get(reverse("wagtailadmin_pages:edit", args=[0])).status_code == HTTPStatus.FOUND
