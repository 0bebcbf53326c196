"""Publishing a change that followers get without a note asks once whether to add one."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, WorkflowTask
from wagtail.test.utils.form_data import querydict_from_html  # type: ignore[import-untyped]  # not in the stubs

from cms.models import JobPage
from jobs_domain.changes import NoteToFollowers, TitleChange
from jobs_domain.events import PostingRevised
from tests.integration.cms import keyboard
from tests.integration.cms.factories import Heard, live, make_category, make_follower, make_job, nothing_heard
from tests.integration.cms.keyboard import PUBLISH, SAVE, in_an_hour
from tests.integration.cms.panel import pending

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
    ],
    ids=["minor", "not public"],
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


def press(client: Client, job: JobPage, *, button: str = PUBLISH, answer: str = "pressed", **values: str) -> str:
    """What is seen after a button that says something about the note."""
    address = reverse("wagtailadmin_pages:edit", args=[job.pk])
    form = keyboard.filled_in(client, address, "", values)
    form[button] = answer
    return client.post(address, form, follow=True).content.decode()


def test_scheduling_asks_too(publisher: Client, heard: Heard) -> None:
    job = followed_job()
    later: dict[str, str | list[str]] = {"title": "Head baker", "go_live_at": in_an_hour()}
    page = publish(publisher, job, **later)
    assert "Schedule without a note?" in page
    assert live(job).scheduled_revision is None
    assert "Schedule without a note?" not in publish(publisher, job, **later, change_note="A step up.")
    assert live(job).scheduled_revision is not None


def test_nor_where_the_change_only_takes_back_what_waits(publisher: Client, settings: LazySettings) -> None:
    settings.SETTLING_TIME = 300
    job = followed_job()
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note="A step up.")
    pending(job)
    assert QUESTION not in publish(publisher, job, title="Baker")
    assert live(job).title == "Baker"


def submitted(editor: Client) -> JobPage:
    job = followed_job()
    keyboard.edit(editor, job, keyboard.SUBMIT, title="Head baker")
    return live(job)


APPROVE = {"workflow-action-name": "approve", "workflow-action-extra-data": '{"comment": "Good."}'}


def test_approving_asks_and_the_answer_approves(publisher: Client, editor: Client, heard: Heard) -> None:
    job = submitted(editor)
    heard()
    page = press(publisher, job, button="action-workflow-action", **APPROVE)
    assert "Approve without a note?" in page
    assert live(job).title == "Baker"
    address = reverse("wagtailadmin_pages:edit", args=[job.pk])
    form = querydict_from_html(page, form_id="page-edit-form")
    assert form["change_note"].strip() == ""
    assert 'name="workflow-action-extra-data" value="{&quot;comment&quot;: &quot;Good.&quot;}"' in page
    form.update(APPROVE | {"action-workflow-action": "without-note"})
    assert publisher.post(address, form).status_code == HTTPStatus.FOUND
    assert heard.names() == ["PostingRevised"]
    approved = live(job).workflow_states.get()
    assert (approved.status, approved.task_states.get().comment) == ("approved", "Good.")


def test_approving_with_a_note_does_not_ask(publisher: Client, editor: Client) -> None:
    job = submitted(editor)
    press(publisher, job, button="action-workflow-action", **APPROVE, change_note="A step up.")
    assert live(job).title == "Head baker"


def test_asking_for_changes_is_no_publication(publisher: Client, editor: Client) -> None:
    job = submitted(editor)
    page = press(publisher, job, button="action-workflow-action", **APPROVE | {"workflow-action-name": "reject"})
    assert "without a note?" not in page
    assert live(job).workflow_states.get().status == "needs_changes"


def test_approving_one_of_several_tasks_publishes_nothing_and_does_not_ask(publisher: Client, editor: Client) -> None:
    job = submitted(editor)
    workflow = job.workflow_states.get().workflow
    second = GroupApprovalTask.objects.create(name="Second look")
    WorkflowTask.objects.create(workflow=workflow, task=second, sort_order=9)
    page = press(publisher, job, button="action-workflow-action", **APPROVE)
    assert "without a note?" not in page
    assert live(job).workflow_states.get().status == "in_progress"


def from_the_list(client: Client, job: JobPage, **headers: str) -> str:
    """Where an approval outside of the editor leads to."""
    task = job.current_workflow_task_state
    assert task is not None
    address = reverse("wagtailadmin_pages:workflow_action", args=[job.pk, "approve", task.pk])
    answer = client.post(address, {"comment": "Good."}, headers=headers)
    return answer.headers.get("Location") or str(answer.json()["redirect"])


@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "XMLHttpRequest"}], ids=["page", "dialogue"])
def test_approving_from_a_list_leads_to_the_editor(publisher: Client, editor: Client, headers: dict[str, str]) -> None:
    job = submitted(editor)
    with nothing_heard():
        where = from_the_list(publisher, job, **headers)
    assert where == reverse("wagtailadmin_pages:edit", args=[job.pk])
    assert "Nothing is approved yet." in keyboard.text(publisher, where)


def test_what_has_a_note_is_approved_from_a_list(publisher: Client, editor: Client) -> None:
    job = followed_job()
    keyboard.edit(editor, job, keyboard.SUBMIT, title="Head baker", change_note="A step up.")
    from_the_list(publisher, live(job))
    assert live(job).title == "Head baker"


def test_a_note_typed_after_the_question_is_asked_about(publisher: Client, heard: Heard) -> None:
    job = followed_job()
    heard()
    page = press(publisher, job, answer="without-note", title="Head baker", change_note="A step up.")
    assert "Publish with your note?" in page
    assert heard() == []


@pytest.mark.parametrize(("answer", "said"), [("with-note", "A step up."), ("drop-note", "")])
def test_then_the_answer_counts(publisher: Client, heard: Heard, answer: str, said: str) -> None:
    job = followed_job()
    heard()
    press(publisher, job, answer=answer, title="Head baker", change_note="A step up.")
    match heard():
        case [PostingRevised(note=note)]:
            assert note == NoteToFollowers(said)
        case others:
            pytest.fail(f"{others}")


@pytest.mark.parametrize(
    ("values", "why"),
    [({}, "nothing that the public can see is different"), ({"title": "Head baker"}, "nobody follows this posting")],
    ids=["same", "no followers"],
)
def test_that_nobody_gets_the_note_is_said(publisher: Client, values: dict[str, str], why: str) -> None:
    job = make_job() if values else followed_job()
    assert f"Nobody gets your note: {why}." in press(publisher, job, **values, change_note="A step up.")


def test_nothing_is_said_of_a_note_that_is_sent(publisher: Client) -> None:
    job = followed_job()
    assert "Nobody gets" not in press(publisher, job, title="Head baker", change_note="A step up.")
