"""What a process keeps of the board is what is committed, whoever committed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from adapters import touched
from adapters.models import Touched
from cms import finding
from cms.actions import CloseJobAction
from cms.finding import kept, rows
from cms.finding.columns import Row
from cms.finding.found import Criterion
from cms.finding.names import Names
from cms.finding.wanted import Wanted
from cms.models import Category, Company, JobPage
from cms.reconcile import reconcile
from jobs_domain.topics import JobSearch
from tests.integration.cms.factories import make_category, make_company, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture(autouse=True)
def all_is_read_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """When all postings were read."""
    read: list[datetime] = []
    really = rows.every_row

    def noted(names: Names, *, at: datetime) -> list[Row]:
        read.append(at)
        return really(names, at=at)

    kept.forget()
    monkeypatch.setattr(rows, "every_row", noted)
    yield read
    kept.forget()


def titles(search: JobSearch | None = None) -> list[str]:
    jobs = JobPage.objects.in_bulk()
    return [jobs[pk].title for pk in finding.every(search, at=timezone.now())]


def labels(criterion: Criterion) -> list[str]:
    found = finding.find(Wanted(), at=timezone.now())
    return [choice.label for facet in found.facets if facet.criterion is criterion for choice in facet.choices]


def test_only_what_has_changed_is_read_again(all_is_read_once: list[datetime]) -> None:
    food, care = make_category("Food"), make_category("Care")
    baker = make_job("Baker", categories=(food,))
    assert titles() == ["Baker"]

    nurse = make_job("Nurse", categories=(care,), company=make_company("Care & Co."), town="Leeds")
    assert titles() == ["Nurse", "Baker"]
    assert titles(JobSearch(places=frozenset({"leeds-gb", "leeds-be"}))) == ["Nurse"]

    baker.categories.set([care])
    baker.save_revision().publish()
    assert titles(JobSearch(categories=frozenset({"care"}))) == ["Nurse", "Baker"]

    CloseJobAction(page=nurse, reason=JobPage.ClosedReason.FILLED).execute()
    assert titles() == ["Baker"]
    JobPage.objects.get(pk=baker.pk).unpublish()
    assert titles() == []
    JobPage.objects.get(pk=baker.pk).save_revision().publish()
    assert titles() == ["Baker"]
    JobPage.objects.get(pk=baker.pk).delete()
    assert titles() == []
    assert len(all_is_read_once) == 1


def test_new_names_show_at_once(all_is_read_once: list[datetime]) -> None:
    make_job("Baker", categories=(make_category("Food"),), company=make_company("Bread & Sons"))
    assert (labels(Criterion.CATEGORY), labels(Criterion.COMPANY)) == (["Food"], ["Bread & Sons"])
    company, category = Company.objects.get(), Category.objects.get()
    company.name, company.slug = "Bread & Daughters", "daughters"
    company.save()
    category.name, category.slug = "Drink", "drink"
    category.save()
    assert (labels(Criterion.CATEGORY), labels(Criterion.COMPANY)) == (["Drink"], ["Bread & Daughters"])
    assert titles(JobSearch(companies=frozenset({"daughters"}))) == ["Baker"]
    assert titles(JobSearch(categories=frozenset({"food"}), companies=frozenset({"daughters"}))) == []
    category.delete()
    assert labels(Criterion.CATEGORY) == []
    assert len(all_is_read_once) == 1


def test_a_rolled_back_change_was_never_there(all_is_read_once: list[datetime]) -> None:
    make_job("Baker")
    titles()
    with transaction.atomic():
        make_job("Nurse")
        assert titles() == ["Nurse", "Baker"]
        transaction.set_rollback(True)
    assert titles() == ["Baker"]
    make_job("Cook")
    assert titles() == ["Cook", "Baker"]


def test_what_a_bulk_update_did_shows_when_it_is_reconciled() -> None:
    job = make_job("Baker")
    titles()
    JobPage.objects.filter(pk=job.pk).update(live=False)
    reconcile()
    assert titles() == []


def test_whoever_writes_past_all_signals_says_so(all_is_read_once: list[datetime]) -> None:
    job = make_job("Baker")
    titles()
    JobPage.objects.filter(pk=job.pk).update(closed_reason="FILLED")
    touched.touch(touched.BOARD, touched.EVERYTHING)
    assert titles() == []
    assert len(all_is_read_once) == 2


def test_notes_that_are_missing_make_all_be_read_again(all_is_read_once: list[datetime]) -> None:
    job = make_job("Baker")
    titles()
    JobPage.objects.filter(pk=job.pk).update(closed_reason="FILLED")
    Touched.objects.filter(subject=touched.BOARD).delete()
    touched.touch(touched.BOARD)
    assert titles() == []
    assert len(all_is_read_once) == 2


@pytest.mark.needs_postgresql
def test_threads_share_what_is_kept(all_is_read_once: list[datetime]) -> None:
    make_job("Baker")
    seen: list[list[str]] = []

    def look() -> None:
        seen.append(titles())
        connection.close()

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [["Baker"]] * 4
    assert len(all_is_read_once) == 1
