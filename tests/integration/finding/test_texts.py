"""The words of a posting are written with it, and follow it wherever it goes."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction

from cms import finding
from cms.actions import CloseJobAction, ReopenJobAction
from cms.finding.text_index import text_index
from cms.finding.words import terms
from cms.models import JobLocation, JobPage, SearchedText
from cms.reconcile import reconcile
from jobs_domain.topics import JobSearch
from tests.integration.cms.factories import make_company, make_job, the_board

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def found(text: str) -> list[int]:
    return list(finding.every(JobSearch(text=text), at=timezone.now()))


def kept(text: str) -> list[int]:
    """Whatever the columns know of the pages."""
    pages: list[int] = text_index().matching(terms(text)).tolist()
    return pages


def test_title_company_place_and_description() -> None:
    job = make_job(
        "Pâtissier", town="Köln", company=make_company("Bread & Daughters"), description="<p>You <b>glaze</b>.</p>"
    )
    for text in ("patissier", "daughters", "koln", "Köln", "Belgium", "Belgien", "glazing"):
        assert found(text) == [job.pk], text
    assert found("strong") == []


def test_a_revision_is_found_once_it_is_public() -> None:
    job = make_job("Baker")
    job.title = "Miller"
    job.locations.set([JobLocation(locality="Leeds", country="GB")])
    revision = job.save_revision()
    assert (found("baker"), found("miller"), found("ghent")) == ([job.pk], [], [job.pk])
    revision.publish()
    assert (found("baker"), found("miller leeds"), found("ghent")) == ([], [job.pk], [])


def test_a_title_saved_past_revisions() -> None:
    job = make_job("Baker")
    job.title = "Miller"
    job.save(update_fields=["title"])
    assert (found("baker"), found("miller")) == ([], [job.pk])


def test_closed_reopened_taken_down_deleted() -> None:
    job = make_job("Baker")
    CloseJobAction(page=job, reason=JobPage.ClosedReason.FILLED).execute()
    assert found("baker") == []
    ReopenJobAction(page=JobPage.objects.get(pk=job.pk)).execute()
    assert found("baker") == [job.pk]
    job = JobPage.objects.get(pk=job.pk)
    job.unpublish()
    assert found("baker") == kept("baker") == []
    job.save_revision().publish()
    assert found("baker") == [job.pk]
    JobPage.objects.get(pk=job.pk).delete()
    assert found("baker") == kept("baker") == []


def test_a_draft_is_not_found() -> None:
    make_job("Baker", published=False)
    assert found("baker") == kept("baker") == []


def test_an_alias_is_no_second_posting() -> None:
    job = make_job("Baker")
    job.create_alias(parent=the_board(), update_slug="again")
    assert found("baker") == kept("baker") == [job.pk]


def test_a_copy_is_found_when_it_is_public() -> None:
    job = make_job("Baker")
    copy = CopyPageAction(
        page=job, to=the_board(), update_attrs={"slug": "copy", "title": "Baker two"}, keep_live=True
    ).execute(skip_permission_checks=True)
    assert sorted(found("baker")) == sorted([job.pk, copy.pk])


def test_a_rolled_back_publication_leaves_nothing() -> None:
    job = make_job("Baker")
    found("baker")
    with transaction.atomic():
        job.title = "Miller"
        job.save_revision().publish()
        assert found("miller") == [job.pk]
        transaction.set_rollback(True)
    assert (found("baker"), found("miller")) == ([job.pk], [])


def test_a_renamed_company_takes_its_postings_along() -> None:
    company = make_company("Bread & Sons")
    job = make_job("Baker", company=company)
    company.name = "Bread & Daughters"
    company.save()
    reconcile()
    assert (found("sons"), found("daughters")) == ([], [job.pk])


def test_what_was_written_past_django_is_mended() -> None:
    job, gone, hidden = make_job("Baker"), make_job("Cook"), make_job("Miller")
    SearchedText.objects.filter(pk=job.pk).delete()
    SearchedText.objects.create(pk=123456, title="ghost")
    JobPage.objects.filter(pk=gone.pk).update(live=False)
    SearchedText.objects.filter(pk=hidden.pk).update(title="hidden")
    assert found("baker") == []
    reconcile()
    assert found("baker") == [job.pk]
    assert kept("ghost") == kept("cook") == []


def test_the_command_writes_all_anew() -> None:
    job = make_job("Baker")
    SearchedText.objects.update(title="spoilt")
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert out.getvalue() == "1 posting can be found.\n"
    assert (found("baker"), found("spoilt")) == ([job.pk], [])


def test_nothing_is_written_twice(django_assert_num_queries: object) -> None:
    job = make_job("Baker")
    before = SearchedText.objects.get(pk=job.pk).title
    SearchedText.objects.filter(pk=job.pk).update(title=before)
    job.save_revision().publish()
    assert SearchedText.objects.count() == 1


def test_very_long_texts_are_searched_as_far_as_a_database_can() -> None:
    words = " ".join(f"word{number}" for number in range(50_000))
    job = make_job("ﷺ" * 200, description=f"<p>begin {words}</p>", company=make_company("Long"), slug="long")
    assert found("begin word99") == [job.pk]
