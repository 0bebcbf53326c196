"""Every way in which Wagtail can change what is public of a posting raises exactly the right events (the table in `docs/adr`)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import GroupApprovalTask, Page, Workflow

from cms.models import HomePage, JobIndexPage, JobPage
from cms.reconcile import reconcile
from jobs_domain.changes import CategoriesChange, LocationsChange, SalaryChange, TitleChange
from jobs_domain.events import PostingPublished, PostingReopened, PostingRetired, PostingRevised, RetirementReason
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    Heard,
    live,
    make_category,
    make_company,
    make_job,
    make_user,
    nothing_heard,
    the_board,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, SUBMIT

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def in_an_hour() -> str:
    return (timezone.localtime() + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def second_board() -> JobIndexPage:
    home = HomePage.objects.get()
    board = JobIndexPage(title="Other jobs", slug="other")
    home.add_child(instance=board)
    return board


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
    client = Client()
    client.force_login(make_user(name="root"))
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


def test_copied_and_kept_live(publisher: Client, heard: Heard) -> None:
    job = make_job(categories=(make_category("Food"),), identifier="job-1")
    keyboard.edit(publisher, job, PUBLISH, title="Head baker", change_note="A step up.")
    heard()
    keyboard.press(
        publisher,
        "copy",
        job,
        new_title="Copy",
        new_slug="copy",
        new_parent_page=str(the_board().pk),
        publish_copies="on",
    )
    copy = keyboard.created("Copy")
    assert copy.posting_id != job.posting_id
    assert (copy.identifier, copy.change_note) == ("", "")
    match heard():
        case [PostingPublished(posting_id=copy.posting_id, details=details)]:
            assert details.categories == {"Food"}
            assert len(details.locations) == 1
        case others:
            pytest.fail(f"{others}")
    latest = copy.get_latest_revision_as_object()
    assert isinstance(latest, JobPage)
    assert latest.posting_id == copy.posting_id


def test_copied_as_a_draft(publisher: Client) -> None:
    job = make_job()
    with nothing_heard():
        keyboard.press(publisher, "copy", job, new_title="Copy", new_slug="copy", new_parent_page=str(the_board().pk))


def test_an_alias(publisher: Client, second_board: JobIndexPage, heard: Heard) -> None:
    job = make_job()
    heard()
    keyboard.press(
        publisher,
        "copy",
        job,
        new_title="Baker",
        new_slug="alias",
        new_parent_page=str(second_board.pk),
        publish_copies="on",
        alias="on",
    )
    alias = JobPage.objects.get(alias_of=job)
    assert alias.posting_id == job.posting_id
    assert heard.names() == []
    keyboard.edit(publisher, job, PUBLISH, title="Head baker")
    assert heard.names() == ["PostingRevised"]
    assert live(alias).title == "Head baker"
    assert live(alias).posting_id == job.posting_id
    alias.delete()
    assert heard.names() == []


def test_the_source_of_an_alias_is_deleted(publisher: Client, heard: Heard) -> None:
    job = make_job()
    alias = CreatePageAliasAction(job, update_slug="alias").execute()
    heard()
    keyboard.press(publisher, "delete", job)
    assert_retired(heard, RetirementReason.DELETED)
    assert not live(alias).live


def test_an_alias_becomes_a_page_of_its_own(publisher: Client, heard: Heard) -> None:
    job = make_job()
    alias = CreatePageAliasAction(job, update_slug="alias").execute()
    heard()
    keyboard.press(publisher, "convert_alias", alias)
    assert live(alias).posting_id != job.posting_id
    assert heard.names() == ["PostingPublished"]


def test_another_slug(publisher: Client) -> None:
    job = make_job()
    with nothing_heard():
        keyboard.edit(publisher, job, PUBLISH, slug="head-baker")


def test_moved(publisher: Client, second_board: JobIndexPage) -> None:
    job = make_job()
    with nothing_heard():
        answer = publisher.post(reverse("wagtailadmin_pages:move_confirm", args=[job.pk, second_board.pk]))
        assert answer.status_code == 302
        assert Page.objects.get(pk=job.pk).is_child_of(second_board)


def test_saved_live_in_code(heard: Heard) -> None:
    job = JobPage(title="Baker", description="<p>Bake.</p>", company=make_company())
    the_board().add_child(instance=job)
    assert heard.names() == ["PostingPublished"]
    job.title = "Head baker"
    job.save()
    assert heard.names() == ["PostingRevised"]
    job.save(update_fields=["draft_title"])
    assert heard.names() == []
    job.closing_date = timezone.now().date() + timedelta(days=5)
    job.save(update_fields=["closing_date"])
    assert heard.names() == ["PostingRevised"]
    assert live(job).valid_through is not None
    base = Page.objects.get(pk=job.pk)
    base.live = False
    base.save()
    assert_retired(heard, RetirementReason.UNPUBLISHED)


def test_a_part_is_saved_while_a_draft_is_in_memory(heard: Heard) -> None:
    job = make_job()
    heard()
    job.salary_maximum = Decimal(9000)
    job.title = "Head baker"
    job.save(update_fields=["title"])
    match heard():
        case [PostingRevised(changes=(TitleChange(),))]:
            pass
        case others:
            pytest.fail(f"{others}")


def test_updated_without_a_signal(heard: Heard) -> None:
    job = make_job()
    heard()
    JobPage.objects.filter(pk=job.pk).update(title="Head baker")
    assert heard.names() == []
    assert reconcile() == 1
    assert heard.names() == ["PostingRevised"]
    assert reconcile() == 0


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
    workflow = Workflow.objects.get(name="Moderators approval")
    (task,) = workflow.tasks
    assert isinstance(task.specific, GroupApprovalTask)
    assert [group.name for group in task.specific.groups.all()] == ["Publishers"]


def assert_retired(heard: Heard, reason: RetirementReason) -> None:
    match heard():
        case [PostingRetired(reason=given)]:
            assert given is reason
        case others:
            pytest.fail(f"{others}")
