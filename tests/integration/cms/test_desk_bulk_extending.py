"""Many postings are open for longer at once: until when, which not, and what becomes of drafts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from wagtail.actions.create_alias import CreatePageAliasAction

from cms.reconcile import close_expired
from jobs_domain.changes import NoteToFollowers, ValidThroughChange
from jobs_domain.events import PostingRevised
from tests.integration.cms import keyboard
from tests.integration.cms.desk import bulk_url, did, draft_of
from tests.integration.cms.factories import (
    Heard,
    live,
    make_category,
    make_closed_job,
    make_follower,
    make_job,
    make_publisher,
    today,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_more_days_for_each_in_its_own_zone(publisher: Client, heard: Heard) -> None:
    ghent = make_job("Ghent", closing_date=date(2030, 3, 29), time_zone="Europe/Brussels")
    new_york = make_job("New York", closing_date=date(2030, 1, 1), closing_time=time(17), time_zone="America/New_York")
    heard()
    page = text(publisher, bulk_url("extend_jobs", ghent, new_york))
    assert "Open until 1 January 2030, 17:00 (New York time)." in page
    assert did(publisher, "extend_jobs", [ghent, new_york], days="7", note="More time.")
    # on 31 March 2030 clocks in Ghent go forward
    assert live(ghent).valid_through == datetime(2030, 4, 5, 22, tzinfo=UTC)
    assert live(new_york).valid_through == datetime(2030, 1, 8, 22, tzinfo=UTC)
    for event in heard():
        assert isinstance(event, PostingRevised)
        assert event.note == NoteToFollowers("More time.")
        assert [type(change) for change in event.changes] == [ValidThroughChange]


def test_until_a_moment_but_never_for_shorter(publisher: Client, heard: Heard) -> None:
    early, late = make_job("Early", closing_date=date(2030, 1, 1)), make_job("Late", closing_date=date(2031, 1, 1))
    endless = make_job("Endless", closing_date=None)
    heard()
    said = did(publisher, "extend_jobs", [early, late, endless], closing_date="2030-06-30", closing_time="12:00")
    assert said == [
        "1 posting is open for longer. Nobody follows, so nobody is told.",
        "“Endless” was left as it is. It has no closing date: it stays open until somebody closes it.",
        "“Late” was left as it is. It does not close before that.",
    ]
    assert heard.names() == ["PostingRevised"]
    assert live(early).valid_through == datetime(2030, 6, 30, 10, tzinfo=UTC)
    assert live(late).closing_date == date(2031, 1, 1)


def test_what_has_expired_is_reopened_only_if_that_is_ticked(heard: Heard) -> None:
    with time_machine.travel(datetime(2026, 3, 20, tzinfo=UTC)):
        expired = make_job("Expired", closing_date=date(2026, 3, 31), time_zone="Europe/Brussels")
        still = make_job("Still", closing_date=date(2026, 4, 30), time_zone="Europe/Brussels")
        filled = make_closed_job(title="Filled", closing_date=date(2026, 4, 30))
        make_follower(expired)
    with time_machine.travel(datetime(2026, 4, 2, tzinfo=UTC)):
        publisher = Client()
        publisher.force_login(make_publisher())
        heard()
        page = text(publisher, bulk_url("extend_jobs", expired, still, filled))
        assert "Nobody will be told by e-mail; 1 if the closed postings are reopened, too." in page
        assert "Closed since 31 March 2026" in page
        assert "It is closed: filled." in page
        said = did(publisher, "extend_jobs", [expired, filled, still], days="30")
        assert "“Expired” was left as it is. Its closing date has passed, and “Reopen” was not ticked." in said
        assert heard.names() == ["PostingRevised"]
        assert live(still).closing_date == date(2026, 5, 30)
        close_expired()
        assert heard.names() == ["PostingClosed"]
        said = did(publisher, "extend_jobs", [expired], days="30", reopen="on")
        assert said == ["1 posting is open for longer. 1 person is told."]
        assert heard.names() == ["PostingReopened"]
        assert live(expired).closing_date == date(2026, 4, 30)
        assert live(filled).closed_reason == "FILLED"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "__all__"),
        ({"days": "3", "closing_date": "2030-01-01"}, "__all__"),
        ({"days": "0"}, "days"),
        ({"days": "1000"}, "days"),
        ({"days": "3", "closing_time": "12:00"}, "closing_time"),
        ({"closing_date": "soon"}, "closing_date"),
    ],
)
def test_how_long_must_be_said_in_one_way(publisher: Client, values: dict[str, str], field: str) -> None:
    answer = publisher.post(bulk_url("extend_jobs", make_job()), values)
    assert list(answer.context["form"].errors) == [field]


def test_an_instant_that_clocks_skip_is_no_closing_date(publisher: Client) -> None:
    job = make_job(closing_date=date(2030, 1, 1))
    (said,) = did(publisher, "extend_jobs", [job], closing_date="2030-03-31", closing_time="02:30")
    assert "skip 02:30" in said
    assert live(job).closing_date == date(2030, 1, 1)


def test_expired_by_days_counts_from_the_old_date(publisher: Client) -> None:
    job = make_job(closing_date=today() - timedelta(days=30))
    (said,) = did(publisher, "extend_jobs", [job], days="7", reopen="on")
    assert "The closing date has passed" in said


def test_a_draft_that_waits_is_not_published_but_takes_over_the_date(publisher: Client, heard: Heard) -> None:
    job = make_job(closing_date=date(2030, 1, 1))
    keyboard.edit(publisher, job, SAVE, title="Head baker")
    heard()
    assert "A draft waits: it is not published." in text(publisher, bulk_url("extend_jobs", job))
    did(publisher, "extend_jobs", [job], days="7")
    assert heard.names() == ["PostingRevised"]
    assert (live(job).title, live(job).has_unpublished_changes) == ("Baker", True)
    assert (draft_of(job).title, draft_of(job).closing_date) == ("Head baker", date(2030, 1, 8))
    keyboard.edit(publisher, job, PUBLISH)
    assert (live(job).title, live(job).closing_date) == ("Head baker", date(2030, 1, 8))


def test_an_alias_follows_its_source_in_date_and_categories(publisher: Client) -> None:
    job, category = make_job(closing_date=date(2030, 1, 1)), make_category("Crafts")
    alias = CreatePageAliasAction(job, update_slug="alias").execute()
    did(publisher, "extend_jobs", [job], days="1")
    did(publisher, "categorise_jobs", [job], how="set", categories=[str(category.pk)])
    assert live(alias).valid_through == live(job).valid_through
    assert live(alias).closing_date == date(2030, 1, 2)
    assert list(live(alias).categories.all()) == [category]
