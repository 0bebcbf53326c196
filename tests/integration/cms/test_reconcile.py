"""What no signal tells is found all the same, once."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from adapters import background
from adapters.models import PostingRecord
from cms.models import Company, JobPage
from cms.reconcile import close_expired, reconcile
from jobs_domain.changes import HiringOrganizationChange, ValidThroughChange
from jobs_domain.events import CloseReason, PostingClosed, PostingRetired, PostingRevised, RetirementReason
from tests.integration.cms.factories import Heard, live, make_category, make_company, make_job, the_board, today

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def record(job: JobPage) -> PostingRecord:
    return PostingRecord.objects.get(pk=job.posting_id)


def test_nothing_has_changed(heard: Heard) -> None:
    make_job(categories=(make_category(),))
    make_job("Cook", published=False)
    make_job("Miller").unpublish()
    heard()
    assert reconcile() == 0
    assert heard.names() == []


def test_a_company_has_another_name(heard: Heard) -> None:
    company = make_company("Bread & Sons")
    make_job(company=company), make_job("Miller", company=company)
    heard()
    company.name = "Bread & Daughters"
    company.save()
    assert reconcile() == 2
    match heard():
        case [PostingRevised(changes=(HiringOrganizationChange(),)), PostingRevised()]:
            pass
        case others:
            pytest.fail(f"{others}")
    assert reconcile() == 0


def test_a_company_has_another_address(heard: Heard) -> None:
    company = make_company(contact_address="jobs@bread.example")
    job = make_job(company=company)
    heard()
    Company.objects.filter(pk=company.pk).update(contact_address="hr@bread.example")
    assert reconcile() == 1
    assert record(job).contact_address == "hr@bread.example"
    assert heard.names() == []
    assert reconcile() == 0


def test_saving_a_company_wakes_the_worker(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        company = make_company()
    assert callbacks == []
    with django_capture_on_commit_callbacks() as callbacks:
        company.save()
    assert len(callbacks) == 1


def test_the_page_above_has_another_slug(heard: Heard) -> None:
    job = make_job()
    heard()
    board = the_board()
    board.slug = "vacancies"
    board.save()
    assert reconcile() == 1
    assert record(job).path == "/vacancies/baker/"
    assert heard.names() == []


def test_whereabouts_follow_a_new_slug_at_once(heard: Heard) -> None:
    job = make_job()
    assert record(job).path == "/jobs/baker/"
    job.slug = "head-baker"
    job.save()
    assert record(job).path == "/jobs/head-baker/"
    assert record(job).contact_address == "jobs@bread.example"


def test_a_posting_that_was_taken_down_keeps_its_last_address(heard: Heard) -> None:
    job = make_job()
    job.unpublish()
    job.slug = "draft"
    job.save()
    assert record(job).path == "/jobs/baker/"
    assert reconcile() == 0


def test_a_page_was_deleted_in_sql(heard: Heard) -> None:
    job = make_job()
    heard()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cms_joblocation")
        cursor.execute("DELETE FROM cms_jobpage WHERE page_ptr_id = %s", [job.pk])
    assert reconcile() == 1
    match heard():
        case [PostingRetired(reason=RetirementReason.DELETED)]:
            pass
        case others:
            pytest.fail(f"{others}")
    assert reconcile() == 0


def test_a_page_was_switched_off_in_sql(heard: Heard) -> None:
    make_job()
    heard()
    JobPage.objects.update(live=False)
    assert reconcile() == 1
    assert heard.names() == ["PostingRetired"]
    JobPage.objects.update(live=True)
    assert reconcile() == 1
    assert heard.names() == ["PostingReopened"]


def test_a_closing_date_was_changed_in_sql(heard: Heard) -> None:
    job = make_job()
    heard()
    JobPage.objects.update(closing_date=today() + timedelta(days=60))
    stale = live(job).valid_through
    assert reconcile() > 0
    match heard():
        case [PostingRevised(changes=(ValidThroughChange(new=new),))]:
            assert new is not None
            assert live(job).valid_through == new.instant != stale
        case others:
            pytest.fail(f"{others}")
    assert reconcile() == 0


def test_what_cannot_be_said_stops_no_other(heard: Heard, caplog: pytest.LogCaptureFixture) -> None:
    broken, sound = make_job("Broken"), make_job("Sound")
    heard()
    JobPage.objects.filter(pk=broken.pk).update(salary_minimum=-1)
    JobPage.objects.filter(pk=sound.pk).update(title="Sounder")
    assert reconcile() == 1
    assert heard.names() == ["PostingRevised"]
    assert f"Page {broken.pk}" in caplog.text


def test_the_closing_date_passes(heard: Heard) -> None:
    job = make_job()
    make_job("Miller", closing_date=today() + timedelta(days=90))
    heard()
    assert close_expired() == 0
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert close_expired() == 1
        match heard():
            case [PostingClosed(posting_id=job.posting_id, reason=CloseReason.EXPIRED)]:
                pass
            case others:
                pytest.fail(f"{others}")
        assert close_expired() == 0


def test_the_closing_date_passes_of_a_page_that_is_gone(heard: Heard) -> None:
    make_job()
    heard()
    JobPage.objects.update(live=False)
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert close_expired() == 1
        assert heard.names() == ["PostingRetired"]
        assert close_expired() == 0


def test_the_number_of_queries_does_not_grow() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert reconcile() == 0
        return len(captured)

    make_job()
    few = queries()
    for number in range(5):
        make_job(f"Job {number}", categories=(make_category(),))
    assert queries() == few


def test_the_command(heard: Heard) -> None:
    def run() -> str:
        out = StringIO()
        call_command("reconcile", stdout=out)
        return out.getvalue().strip()

    make_job()
    assert run() == "All is known."
    JobPage.objects.update(title="Head baker")
    assert run() == "1 posting had changed."


def test_the_worker_does_it_all() -> None:
    assert {"publish scheduled", "close expired", "reconcile"} <= {job.name for job in background.jobs()}
