"""Who follows a search reads once a day or once a week which jobs are new in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from adapters import board
from adapters.models import SubscriptionRecord
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications.models import Notification
from tests.integration.cms.factories import make_category, make_job
from tests.integration.notifications.seekers import FOLLOW, a_follower, next_morning
from tests.integration.notifications.world import html, work

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon(settings: LazySettings, clock: time_machine.Traveller) -> None:
    settings.TIME_ZONE, settings.DIGEST_HOUR = "UTC", 8
    clock.move_to(NOON)


def test_new_jobs_that_the_list_shows_are_told_in_the_morning(client: Client, clock: time_machine.Traveller) -> None:
    make_job("Old Baker")
    a_follower(client, clock, "q=baker")
    make_job("Night Baker"), make_job("Chef"), make_job("Baker of Cakes")
    assert work() == []
    (digest,) = next_morning(clock)
    assert digest.subject == "2 new jobs: jobs with “baker”"
    for part in (str(digest.body), html(digest)):
        assert "Night Baker" in part
        assert "Baker of Cakes" in part
        assert "Chef" not in part
        assert "Old Baker" not in part
        assert "/jobs/?q=baker" in part
        assert "Stop following this search" in part
    assert digest.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert next_morning(clock) == []


def test_with_nothing_new_nothing_is_sent(client: Client, clock: time_machine.Traveller) -> None:
    a_follower(client, clock, "q=baker")
    make_job("Chef")
    work()
    assert next_morning(clock) == []


def test_a_posting_is_new_once(client: Client, clock: time_machine.Traveller) -> None:
    a_follower(client, clock, "q=baker")
    job = make_job()
    work()
    assert len(next_morning(clock)) == 1
    job.unpublish()
    work()
    job.save_revision().publish()
    assert next_morning(clock) == []


def test_what_is_closed_or_gone_in_the_morning_is_not_told(client: Client, clock: time_machine.Traveller) -> None:
    a_follower(client, clock, "q=baker")
    make_job().unpublish()
    work()
    assert next_morning(clock) == []


def test_once_a_week(client: Client, clock: time_machine.Traveller) -> None:
    a_follower(client, clock, "q=baker", frequency="WEEKLY")
    make_job()
    work()
    assert [len(next_morning(clock)) for _ in range(8)] == [0, 0, 0, 0, 0, 0, 1, 0]


def test_filters_have_names_and_a_renamed_category_is_followed_further(
    client: Client, clock: time_machine.Traveller
) -> None:
    data = make_category("Data")
    make_job("Analyst", categories=(data,))
    a_follower(client, clock, "category=data&workplace=on-site&salary=100&currency=EUR")
    data.name, data.slug = "Numbers", "numbers"
    data.save()
    make_job("Statistician", categories=(data,))
    work()
    subjects = [message.subject for message in next_morning(clock)]
    assert subjects == ["1 new job: Numbers jobs, on site, from €100 a year"]


def test_a_filter_that_the_board_does_not_have_is_not_named_but_said_to_be_there(
    client: Client, clock: time_machine.Traveller
) -> None:
    client.post(f"{FOLLOW}?category=cheap-pills&workplace=remote", {"address": "ana@example.org"})
    (confirmation,) = work()
    assert confirmation.subject == "Confirm: follow jobs with words of your own, remote"


def test_nothing_that_a_visitor_typed_is_in_the_confirmation(client: Client, clock: time_machine.Traveller) -> None:
    make_job()
    client.post(
        f"{FOLLOW}?q=Buy+pills+at+spam.example&category=cheap-pills&company=spam.example",
        {"address": "ana@example.org"},
    )
    (confirmation,) = work()
    assert confirmation.subject == "Confirm: follow jobs with words of your own"
    for part in (str(confirmation.body), html(confirmation)):
        assert "pills" not in part
        assert "spam" not in part


def test_the_mail_is_in_the_language_of_the_page(client: Client, clock: time_machine.Traveller) -> None:
    client.post(f"/de{FOLLOW}?q=baker", {"address": "ana@example.org"})
    assert len(work()) == 1
    board.confirm_subscription(subscription_id=SubscriptionId(SubscriptionRecord.objects.get().pk))
    work()
    clock.shift(MINUTE)
    make_job()
    work()
    (digest,) = next_morning(clock)
    assert digest.subject == "1 neue Stelle: Stellen mit „baker“"
    assert "/de/jobs/?q=baker" in str(digest.body)


def test_all_postings_cannot_be_followed(client: Client) -> None:
    make_job()
    answer = client.get(f"{FOLLOW}?sort=closing&since=7")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs/")


def test_the_list_leads_to_it_and_back(client: Client) -> None:
    make_job()
    page = client.get("/jobs/?q=baker").content.decode()
    assert "Mail me new jobs like these" in page
    assert f'href="{FOLLOW}?q=baker"' in page
    form = client.get(f"{FOLLOW}?q=baker").content.decode()
    assert 'href="/jobs/?q=baker"' in form
    assert "Once a week" in form
    assert "Share my address" not in form
    assert "Mail me new jobs" not in client.get("/jobs/").content.decode()


def test_what_was_found_for_somebody_who_is_erased_is_not_kept(client: Client, clock: time_machine.Traveller) -> None:
    a_follower(client, clock, "q=baker")
    make_job("Night Baker")
    work()
    assert len(next_morning(clock)) == 1
    board.erase_person(address=EmailAddress("ana@example.org"))
    work()
    assert "baker" not in repr(list(Notification.objects.values_list())).lower()
