"""The lifecycle, third part: copies, aliases, moves, and pages that a program saves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Page

from cms.models import HomePage, JobIndexPage, JobPage
from cms.reconcile import reconcile
from jobs_domain.changes import TitleChange
from jobs_domain.events import PostingPublished, PostingRevised, RetirementReason
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    Heard,
    assert_retired,
    live,
    make_category,
    make_company,
    make_job,
    nothing_heard,
    the_board,
    today,
)
from tests.integration.cms.keyboard import PUBLISH

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def second_board() -> JobIndexPage:
    home = HomePage.objects.get()
    board = JobIndexPage(title="Other jobs", slug="other")
    home.add_child(instance=board)
    return board


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
    job.closing_date = today() + timedelta(days=5)
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
