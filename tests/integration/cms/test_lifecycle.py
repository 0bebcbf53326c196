"""Every way in which Wagtail can change what is public of a posting raises exactly the right events."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Workflow

from cms.models import JobPage
from jobs_domain.changes import CategoriesChange, LocationsChange, SalaryChange, TitleChange
from jobs_domain.events import PostingPublished, PostingRevised
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    Heard,
    live,
    make_category,
    make_company,
    make_job,
    nothing_heard,
    the_board,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, SUBMIT, in_an_hour

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_created_and_published(publisher: Client, heard: Heard) -> None:
    food = make_category("Food")
    keyboard.create(
        publisher,
        PUBLISH,
        categories=[str(food.pk)],
        **{"locations-TOTAL_FORMS": "1", "locations-0-locality": "Ghent", "locations-0-country": "BE"},
    )
    match heard():
        case [PostingPublished() as event]:
            assert event.details.categories == {"Food"}
            assert [str(place) for place in event.details.locations] == ["Ghent, BE"]
            assert event.posting_id == keyboard.created().posting_id
        case others:
            pytest.fail(f"{others}")


def test_a_new_draft(publisher: Client, heard: Heard) -> None:
    keyboard.create(publisher, SAVE)
    assert heard.names() == []
    assert not keyboard.created().live


def test_an_incomplete_draft_can_be_kept(publisher: Client, heard: Heard) -> None:
    keyboard.create(publisher, SAVE, description="null")
    assert heard.names() == []


def test_edited_and_published(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.edit(publisher, job, PUBLISH, salary_maximum="3600")
    match heard():
        case [PostingRevised(changes=(SalaryChange(old=old, new=new),))]:
            assert old is not None
            assert new is not None
            assert (old.maximum, new.maximum) == (Decimal(3400), Decimal(3600))
        case others:
            pytest.fail(f"{others}")


def test_published_without_a_change(publisher: Client) -> None:
    job = make_job(categories=(make_category("Food"),), description="<p>One <strong>bold</strong><br/>line</p><p></p>")
    with nothing_heard():
        keyboard.edit(publisher, job, PUBLISH)


def test_other_places_and_categories(publisher: Client, heard: Heard) -> None:
    job, food = make_job(), make_category("Food")
    heard()
    keyboard.edit(publisher, job, PUBLISH, categories=[str(food.pk)], **{"locations-0-locality": "Bruges"})
    match heard():
        case [PostingRevised(changes=(LocationsChange(), CategoriesChange(new=categories)))]:
            assert categories == {"Food"}
        case others:
            pytest.fail(f"{others}")


def test_an_old_revision_is_restored(publisher: Client, heard: Heard) -> None:
    job = make_job()
    first = job.get_latest_revision()
    assert first is not None
    keyboard.edit(publisher, job, PUBLISH, title="Head baker")
    heard()
    keyboard.revert(publisher, job, first.pk, PUBLISH)
    match heard():
        case [PostingRevised(changes=(TitleChange(old="Head baker", new="Baker"),))]:
            pass
        case others:
            pytest.fail(f"{others}")


def test_a_draft_of_a_live_page(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.edit(publisher, job, SAVE, title="Head baker", salary_maximum="9000")
    assert heard.names() == []
    assert live(job).title == "Baker"
    keyboard.edit(publisher, job, PUBLISH)
    assert heard.names() == ["PostingRevised"]


def test_previewed(publisher: Client) -> None:
    job = make_job()
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[job.pk])
    editing = reverse("wagtailadmin_pages:edit", args=[job.pk])
    data = keyboard.filled_in(publisher, editing, SAVE, {"title": "Head baker"})
    with nothing_heard():
        assert publisher.post(address, data).json()["is_valid"]
        assert "Head baker" in publisher.get(f"{address}?mode=").content.decode()


def test_scheduled_before_it_was_ever_live(publisher: Client, heard: Heard) -> None:
    keyboard.create(publisher, PUBLISH, go_live_at=in_an_hour())
    assert not keyboard.created().live
    assert heard.names() == []
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
        assert heard.names() == ["PostingPublished"]
        call_command("publish_scheduled")
        assert heard.names() == []


def test_a_draft_is_scheduled(publisher: Client, heard: Heard) -> None:
    keyboard.create(publisher, SAVE)
    keyboard.edit(publisher, keyboard.created(), PUBLISH, go_live_at=in_an_hour())
    assert heard.names() == []
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
    assert heard.names() == ["PostingPublished"]


def test_a_change_of_a_live_page_is_scheduled(publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", go_live_at=in_an_hour(), change_note="A step up.")
    assert heard.names() == []
    assert live(job).title == "Baker"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
    match heard():
        case [PostingRevised(changes=(TitleChange(new="Head baker"),), note=note)]:
            assert "A step up." in str(note)
        case others:
            pytest.fail(f"{others}")


@pytest.mark.parametrize("drafts", [0, 1])
def test_a_change_of_a_page_is_scheduled_that_a_program_has_published(
    publisher: Client, heard: Heard, drafts: int
) -> None:
    job = JobPage(title="Baker", description="<p>Bake.</p>", company=make_company())
    the_board().add_child(instance=job)
    heard()
    for _ in range(drafts):
        keyboard.edit(publisher, job, SAVE, title="Miller")
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", go_live_at=in_an_hour())
    assert heard.names() == []
    assert live(job).live
    assert live(job).title == "Baker"
    editing = publisher.get(reverse("wagtailadmin_pages:edit", args=[job.pk]))
    assert editing.context["form"]["title"].value() == "Head baker"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
    match heard():
        case [PostingRevised(changes=(TitleChange(new="Head baker"),))]:
            assert not live(job).has_unpublished_changes
        case others:
            pytest.fail(f"{others}")


def test_submitted_and_approved(editor: Client, publisher: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.edit(editor, job, SUBMIT, title="Head baker", change_note="A step up.")
    assert heard.names() == []
    approve(publisher, job)
    match heard():
        case [PostingRevised(changes=(TitleChange(new="Head baker"),), note=note)]:
            assert "A step up." in str(note)
        case others:
            pytest.fail(f"{others}")


def test_a_new_posting_is_submitted_and_approved(editor: Client, publisher: Client, heard: Heard) -> None:
    keyboard.create(editor, SUBMIT)
    assert heard.names() == []
    approve(publisher, keyboard.created())
    assert heard.names() == ["PostingPublished"]


def approve(publisher: Client, job: JobPage) -> None:
    state = live(job).current_workflow_task_state
    assert state is not None
    answer = publisher.post(reverse("wagtailadmin_pages:workflow_action", args=[job.pk, "approve", state.pk]))
    assert answer.status_code == 302


def test_the_approval_is_that_of_the_publishers() -> None:
    workflow = Workflow.objects.get(name="Publishers’ approval")
    (task,) = workflow.tasks
    assert isinstance(task.specific, GroupApprovalTask)
    assert [group.name for group in task.specific.groups.all()] == ["Publishers"]
