"""Publishing a change that followers get without a note asks once whether to add one."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html  # type: ignore[import-untyped]  # not in the stubs

from cms.models import JobPage
from jobs_domain.changes import NoteToFollowers, TitleChange
from jobs_domain.events import PostingRevised
from tests.integration.cms import keyboard
from tests.integration.cms.factories import Heard, live, make_category, make_follower, make_job, nothing_heard
from tests.integration.cms.keyboard import PUBLISH, SAVE, in_an_hour

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

QUESTION = "Publish without a note?"


def followed_job() -> JobPage:
    job = make_job()
    make_follower(job)
    return job


def publish(client: Client, job: JobPage, **values: str | list[str]) -> str:
    """What the editor sees, if anything but the list."""
    address = reverse("wagtailadmin_pages:edit", args=[job.pk])
    answer = client.post(address, keyboard.filled_in(client, address, PUBLISH, values))
    assert answer.status_code in {HTTPStatus.OK, HTTPStatus.FOUND}
    return answer.content.decode()


def test_it_asks_and_loses_nothing(publisher: Client) -> None:
    job, food = followed_job(), make_category("Food")
    changed: dict[str, str | list[str]] = {
        "title": "Head baker",
        "categories": [str(food.pk)],
        "locations-0-locality": "Bruges",
    }
    with nothing_heard():
        page = publish(publisher, job, **changed)
    assert QUESTION in page
    kept = querydict_from_html(page, form_id="page-edit-form")
    assert {name: kept.getlist(name) for name in changed} == {
        "title": ["Head baker"],
        "categories": [str(food.pk)],
        "locations-0-locality": ["Bruges"],
    }
    assert live(job).title == "Baker"


def test_the_answer_publishes(publisher: Client, heard: Heard) -> None:
    job = followed_job()
    heard()
    address = reverse("wagtailadmin_pages:edit", args=[job.pk])
    form = keyboard.filled_in(publisher, address, "", {"title": "Head baker", "locations-0-locality": "Bruges"})
    form["action-publish"] = "without-note"
    assert publisher.post(address, form).status_code == HTTPStatus.FOUND
    match heard():
        case [PostingRevised(note=note, changes=changes)]:
            assert note == NoteToFollowers()
            assert len(changes) == 2
        case others:
            pytest.fail(f"{others}")
    assert [str(place) for place in live(job).locations.all()] == ["Bruges, Belgium"]


def test_with_a_note_it_does_not_ask(publisher: Client, heard: Heard) -> None:
    job = followed_job()
    heard()
    assert QUESTION not in publish(publisher, job, title="Head baker", change_note="A step up.")
    match heard():
        case [PostingRevised(changes=changes)]:
            assert changes == (TitleChange("Baker", "Head baker"),)
        case others:
            pytest.fail(f"{others}")


@pytest.mark.parametrize(
    "values",
    [
        {"title": "Head baker", "minor_change": "on"},
        {"identifier": "42"},
        {"title": "Head baker", "go_live_at": in_an_hour()},
    ],
    ids=["minor", "not public", "scheduled"],
)
def test_nor_where_nobody_is_told_now(publisher: Client, values: dict[str, str]) -> None:
    assert QUESTION not in publish(publisher, followed_job(), **values)


def test_nor_where_nobody_follows(publisher: Client) -> None:
    job = make_job()
    assert QUESTION not in publish(publisher, job, title="Head baker")
    assert live(job).title == "Head baker"


def test_nor_of_a_first_publication(publisher: Client) -> None:
    job = make_job(published=False)
    assert QUESTION not in publish(publisher, job, title="Head baker")
    assert live(job).live


def test_nor_when_a_draft_is_saved(publisher: Client) -> None:
    job = followed_job()
    keyboard.edit(publisher, job, SAVE, title="Head baker")
    assert live(job).title == "Baker"


def test_mistakes_are_told_first(publisher: Client) -> None:
    job = followed_job()
    assert list(keyboard.refused(publisher, job, PUBLISH, title="", salary_maximum="3900")) == ["title"]


def test_a_mistake_in_the_note_stands_beside_it(publisher: Client) -> None:
    page = publish(publisher, followed_job(), change_note="A step up.", minor_change="on")
    assert "A minor change tells nobody: remove the note or untick this." in page
    assert QUESTION not in page


def test_who_may_not_publish_is_not_asked(editor: Client) -> None:
    job = followed_job()
    with nothing_heard():
        assert QUESTION not in publish(editor, job, title="Head baker")
    assert live(job).title == "Baker"


def test_the_note_is_in_the_form_and_beside_the_button(publisher: Client) -> None:
    page = keyboard.text(publisher, reverse("wagtailadmin_pages:edit", args=[followed_job().pk]))
    assert page.count('name="change_note"') == 1
    assert page.count('name="minor_change"') == 1
    assert page.index('name="change_note"') < page.index('<footer class="footer')
    assert page.index('id="tab-promote"') < page.index('name="change_note"')
