"""Companies with what they have on the board, and merging two of them: what moves, who hears nothing, what becomes of drafts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import ModelLogEntry, ReferenceIndex

from adapters.models import PostingRecord
from adapters.newsroom import newsroom
from cms.actions import CannotMergeCompanies, MergeCompaniesAction, MergeCompaniesPermissionError
from cms.models import Company, JobPage
from cms.reconcile import reconcile
from jobs_domain.changes import HiringOrganizationChange, MinorChange
from jobs_domain.events import PostingClosed, PostingRevised
from jobs_domain.identifiers import PostingId
from tests.integration.cms import keyboard
from tests.integration.cms.desk import messages
from tests.integration.cms.factories import (
    Heard,
    live,
    make_category,
    make_closed_job,
    make_company,
    make_editor,
    make_follower,
    make_job,
    make_user,
    nothing_heard,
    today,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, SUBMIT, in_an_hour, text
from tests.integration.cms.panel import pending
from tests.integration.notifications import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

COMPANIES = "/admin/snippets/cms/company/"


def merge_url(company: Company) -> str:
    return reverse("cms_desk:merge_company", args=[company.pk])


def merged(duplicate: Company, kept: Company) -> int:
    return MergeCompaniesAction(duplicate=duplicate, kept=kept).execute()


def test_the_list_counts_open_postings_and_followers(publisher: Client) -> None:
    busy, idle = make_company("Busy"), make_company("Idle")
    first, second = make_job("First", company=busy), make_job("Second", company=busy)
    closed = make_closed_job(title="Closed", company=busy)
    make_job("Draft", company=busy, published=False)
    for job in (first, second, closed):
        make_follower(job)
    CreatePageAliasAction(first, update_slug="alias").execute()
    page = text(publisher, COMPANIES)
    board = publisher.get(COMPANIES).context["table"].on_the_board
    assert (board.open, board.followers) == ({busy.pk: 2}, {busy.pk: 3})
    assert f"/admin/jobs/?company={busy.pk}&amp;state=OPEN&amp;state=CLOSING_SOON" in page
    assert f"company={idle.pk}&" not in page
    assert merge_url(busy) in page


def test_as_many_queries_for_twenty_companies_as_for_two(publisher: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            text(publisher, COMPANIES)
        return len(queries)

    for number in range(2):
        make_follower(make_job(company=make_company(f"Company {number}")))
    few = asked()
    for number in range(2, 20):
        make_follower(make_job(company=make_company(f"Company {number}")))
    assert asked() == few


def test_merging_moves_all_and_tells_nobody(publisher: Client, heard: Heard) -> None:
    old, kept = make_company("Bread and Sons", contact_address="old@bread.example"), make_company("Bread & Sons")
    job, draft = make_job(company=old), make_job("Draft", company=old, published=False)
    alias = CreatePageAliasAction(job, update_slug="alias").execute()
    make_follower(job)
    heard()
    asked = text(publisher, merge_url(old))
    assert "Which company is the same" in asked
    question = text(publisher, f"{merge_url(old)}?into={kept.pk}")
    assert "2 postings of “Bread and Sons” will name “Bread &amp; Sons”" in question
    assert "1 person follows these postings." in question
    assert heard.names() == []
    answer = publisher.post(merge_url(old), {"into": kept.pk}, follow=True)
    assert messages(answer) == [
        "“Bread and Sons” is now “Bread &amp; Sons”: 2 postings have moved, and nobody is told."
    ]
    match heard():
        case [PostingRevised(changes=(HiringOrganizationChange(new="Bread & Sons"),), note=MinorChange())]:
            pass
        case others:
            pytest.fail(f"{others}")
    assert {live(page).company for page in (job, draft, alias)} == {kept}
    assert not Company.objects.filter(pk=old.pk).exists()
    assert kept.contact_address == "jobs@bread.example"
    record = PostingRecord.objects.get(pk=job.posting_id)
    assert record.contact_address == "jobs@bread.example"
    with nothing_heard():
        assert reconcile() == 0
    assert "Took over “Bread and Sons” with 2 of its postings" in text(
        publisher, reverse("wagtailsnippets_cms_company:history", args=[kept.pk])
    )
    assert "Moved from “Bread and Sons”" in text(publisher, reverse("wagtailadmin_pages:history", args=[job.pk]))
    assert ReferenceIndex.get_references_to(kept).filter(object_id=str(job.pk)).exists()


def test_the_deletion_is_in_the_log() -> None:
    old, kept = make_company("Old"), make_company("Kept")
    merged(old, kept)
    entries = ModelLogEntry.objects.filter(action="wagtail.delete")
    assert [(entry.label, entry.deleted) for entry in entries] == [("Old", True)]


def test_drafts_stay_as_they_are_but_for_the_company(publisher: Client, heard: Heard) -> None:
    old, kept = make_company("Old"), make_company("Kept")
    job = make_job(company=old)
    keyboard.edit(publisher, job, SAVE, title="Head baker")
    merged(old, kept)
    heard()
    assert (live(job).title, live(job).has_unpublished_changes) == ("Baker", True)
    assert {revision.content["company"] for revision in job.revisions.all()} == {kept.pk}
    keyboard.edit(publisher, job, PUBLISH)
    match heard():
        case [PostingRevised(changes=(change,))]:
            assert not isinstance(change, HiringOrganizationChange)
        case others:
            pytest.fail(f"{others}")
    assert (live(job).title, live(job).company) == ("Head baker", kept)


def test_a_draft_that_names_the_duplicate_on_a_posting_of_another(publisher: Client) -> None:
    old, kept, third = make_company("Old"), make_company("Kept"), make_company("Third")
    job = make_job(company=third)
    keyboard.edit(publisher, job, SAVE, company=str(old.pk))
    assert merged(old, kept) == 0
    assert live(job).company == third
    keyboard.edit(publisher, job, PUBLISH)
    assert live(job).company == kept


def test_schedules_and_moderation_go_on(publisher: Client, editor: Client, heard: Heard) -> None:
    old, kept = make_company("Old"), make_company("Kept")
    scheduled, moderated = make_job("Scheduled", company=old), make_job("Moderated", company=old)
    keyboard.edit(publisher, scheduled, PUBLISH, title="Later", go_live_at=in_an_hour())
    keyboard.edit(editor, moderated, SUBMIT, title="Approved")
    merged(old, kept)
    state = live(moderated).current_workflow_task_state
    assert state is not None
    publisher.post(reverse("wagtailadmin_pages:workflow_action", args=[moderated.pk, "approve", state.pk]))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        revision = live(scheduled).scheduled_revision
        assert revision is not None
        revision.publish()
    assert [(live(job).title, live(job).company) for job in (scheduled, moderated)] == [
        ("Later", kept),
        ("Approved", kept),
    ]


def test_what_had_happened_before_is_told_by_itself(heard: Heard) -> None:
    old, kept = make_company("Old"), make_company("Kept")
    make_job(company=old, closing_date=today())
    heard()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        merged(old, kept)
        match heard():
            case [PostingClosed(changes=()), PostingRevised(note=MinorChange())]:
                pass
            case others:
                pytest.fail(f"{others}")


def test_merging_while_news_waits(publisher: Client, settings: LazySettings) -> None:
    """The news is told when it was to be told, in the new name, and says nothing of the merging. No other news comes of it."""
    settings.SETTLING_TIME = 300
    old, kept = make_company("Old"), make_company("Kept")
    job, quiet = make_job(company=old), make_job("Cook", company=old)
    make_follower(job)
    make_follower(quiet)
    keyboard.edit(publisher, job, PUBLISH, salary_maximum="3900", change_note="We can pay more.")
    waiting = pending(job)
    assert [change.label for change in waiting.changes] == ["Pay"]
    merged(old, kept)
    assert not Company.objects.filter(pk=old.pk).exists()
    assert live(job).company == kept
    after = pending(job)
    assert after.changes == waiting.changes
    assert (after.note, after.followers, after.release_at) == (waiting.note, 1, waiting.release_at)
    assert (waiting.subject.replace("Old", "Kept"), "Kept" in after.subject) == (after.subject, True)
    assert newsroom().awaited(PostingId(quiet.posting_id)) is None


def test_a_company_can_be_made_where_one_is_chosen(editor: Client) -> None:
    url = reverse("wagtailsnippetchoosers_cms_company:create")
    chosen = editor.post(url, {"name": "Levain", "contact_address": "Jobs@Levain.example"}).json()
    made = Company.objects.get(name="Levain")
    assert (chosen["step"], chosen["result"]["id"], chosen["result"]["string"]) == ("chosen", str(made.pk), "Levain")
    again = editor.post(url, {"name": "Levain", "contact_address": "no address"}).json()
    assert again["step"] == "reshow_creation_form"
    assert "already exists" in again["htmlFragment"]
    assert Company.objects.count() == 1


def test_nor_by_somebody_who_may_not_add_one() -> None:
    group = Group.objects.create(name="Readers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(make_user("Readers"))
    for model in ("company", "category"):
        url = reverse(f"wagtailsnippetchoosers_cms_{model}:create")
        assert client.post(url, {"name": "Levain"}).status_code == 302
        assert client.get(url).status_code == 302
    assert not Company.objects.exists()


def test_nothing_moves_if_one_posting_cannot(publisher: Client) -> None:
    old, kept = make_company("Old"), make_company("Kept")
    good, bad = make_job("Good", company=old), make_job("Bad", company=old)
    JobPage.objects.filter(pk=bad.pk).update(salary_currency="XXY")
    with nothing_heard():
        answer = publisher.post(merge_url(old), {"into": kept.pk}, follow=True)
    (said,) = messages(answer)
    assert said.startswith("Nothing was merged.")
    assert live(good).company == live(bad).company == old


def test_not_into_itself_or_into_nothing(publisher: Client) -> None:
    company = make_company("Only")
    for into in (str(company.pk), "", "x", "999999"):
        answer = publisher.post(merge_url(company), {"into": into})
        assert list(answer.context["form"].errors) == ["into"]
        page = text(publisher, f"{merge_url(company)}?into={into}")
        assert "Do you want to merge" not in page
    assert Company.objects.filter(pk=company.pk).exists()
    with pytest.raises(CannotMergeCompanies):
        merged(company, company)
    other = make_company("Other")
    Company.objects.filter(pk=other.pk).delete()
    with pytest.raises(CannotMergeCompanies):
        merged(other, company)
    assert publisher.get(merge_url(other)).status_code == 404


def test_an_editor_may_not(editor: Client, client: Client) -> None:
    old, kept = make_company("Old"), make_company("Kept")
    for answer in (
        editor.get(merge_url(old), follow=True),
        editor.post(merge_url(old), {"into": kept.pk}, follow=True),
    ):
        assert "you do not have permission" in answer.content.decode()
    assert client.post(merge_url(old), {"into": kept.pk}).headers["Location"].startswith("/admin/login/")
    assert merge_url(old) not in text(editor, COMPANIES)
    assert Company.objects.filter(pk=old.pk).exists()
    with pytest.raises(MergeCompaniesPermissionError):
        MergeCompaniesAction(duplicate=old, kept=kept, user=make_editor()).execute()


@pytest.mark.parametrize("kind", ["company", "category"])
@pytest.mark.parametrize(
    "typed", ["Bread", "bre", '"Bread" & Sons', 'Sons "', "Bread AND (", "name : Bread", "%s Bread"]
)
def test_a_list_can_be_searched_whatever_signs_are_typed(kind: str, typed: str) -> None:
    make_company("Bread & Sons")
    make_category("Bread")
    answer = people.administrator().get(f"/admin/snippets/cms/{kind}/", {"q": typed})
    assert answer.status_code == 200
    if typed in {"Bread", "bre"}:
        assert [str(found) for found in answer.context["object_list"]] == [
            "Bread & Sons" if kind == "company" else "Bread"
        ]
    elif kind == "company":
        assert {str(found) for found in answer.context["object_list"]} <= {"Bread & Sons"}
