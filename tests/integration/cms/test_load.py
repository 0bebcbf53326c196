"""What the generator of load writes looks like what the board itself would have written."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page

from adapters.models import OutboxEvent, PostingRecord, SubscriptionRecord
from cms import load
from cms.models import JobPage
from cms.reconcile import close_expired, reconcile
from tests.integration.cms.factories import make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def board(db: None) -> None:
    load.generate(postings=60, followers=300)


def test_the_tree_is_whole_and_the_board_has_nothing_to_catch_up_with() -> None:
    assert Page.find_problems() == ([], [], [], [], [])
    reconcile()
    close_expired()
    assert OutboxEvent.objects.count() == 0


def test_there_are_open_closed_and_unpublished_postings_with_followers() -> None:
    jobs = JobPage.objects.all()
    assert (jobs.count(), SubscriptionRecord.objects.count()) == (60, 300)
    states = {(job.live, job.is_open) for job in jobs}
    assert states >= {(True, True), (True, False), (False, True)}
    assert PostingRecord.objects.count() == jobs.live().count()
    most = SubscriptionRecord.objects.filter(topic_key=f"posting:{jobs.live().order_by('path')[0].posting_id}").count()
    assert most > 300 / 60


def test_visitors_can_read_them_and_more_can_be_written(client: Client) -> None:
    shown = JobPage.objects.live().order_by("path")[0]
    assert client.get("/jobs/").status_code == 200
    answer = client.get(shown.path_on_site)
    assert shown.title in answer.content.decode()
    assert make_job("Weaver").path_on_site == "/jobs/weaver/"


def test_it_is_for_an_empty_board() -> None:
    with pytest.raises(CommandError, match="empty database"):
        call_command("generate_load", "--postings", "1", "--followers", "1")
