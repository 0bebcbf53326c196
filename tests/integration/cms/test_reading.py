"""The page of a posting: what is asked first, what has happened, and what else is open."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from adapters.touched import EVERYTHING, touch
from cms.actions import CloseJobAction, ReopenJobAction
from cms.bridge import observe
from cms.history import UNFOLDED, history_of
from cms.models import JobLocation, JobPage
from cms.time_left import time_left
from jobs_domain.events import CloseReason
from jobs_domain.identifiers import PostingId
from jobs_domain.valid_through import ValidThrough
from tests.integration.cms.factories import live, make_category, make_closed_job, make_job, today
from tests.integration.cms.keyboard import text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def revise(job: JobPage, *, note: str = "", minor: bool = False, **fields: object) -> None:
    page = live(job)
    for name, value in fields.items():
        setattr(page, name, value)
    page.change_note, page.minor_change = note, minor
    page.save_revision().publish()


def close(job: JobPage) -> None:
    CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()


def happened(client: Client, address: str = "/jobs/baker/") -> list[str]:
    """What the thread says, knot by knot, without markup."""
    _before, _, thread = text(client, address).partition('<ol class="thread">')
    knots = thread.partition("</ol>")[0].split("<li ")[1:]
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", f"<{knot}")).split()) for knot in knots]


def test_everybody_sees_what_was_changed_newest_first(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        job = make_job(closing_date=date(2026, 3, 31))
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        revise(job, salary_maximum=Decimal(3900), note="More.\nFor all.")
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        revise(job, title="Head baker", description="<p>You bake and lead.</p>", minor=True)
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        assert happened(client) == [
            "Closes 31 March 2026",
            "Corrected 4 March 2026 Title before: Baker → now: Head baker Description Has been rewritten.",
            "Changed 3 March 2026 Pay before: €3,000–3,400 a month → now: €3,000–3,900 a month From the editor More. For all.",
            "Posted 2 March 2026",
        ]
        assert "Last changed <time" in text(client, "/jobs/baker/")


def test_a_note_is_no_markup(client: Client) -> None:
    job = make_job()
    revise(job, title="<i>Cook</i>", note="<script>alert(1)</script>")
    page = text(client, "/jobs/baker/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<i>Cook" not in page


def test_closed_reopened_taken_down_and_back(client: Client) -> None:
    job = make_job()
    close(job)
    ReopenJobAction(page=live(job)).execute()
    live(job).unpublish()
    live(job).save_revision().publish()
    kinds = ["Closes", "Open again", "Taken down", "Open again", "Closed: filled", "Posted"]
    said = [knot[: len(kind)] for knot, kind in zip(happened(client), kinds, strict=True)]
    assert said == kinds


def test_nothing_was_changed_yet(client: Client) -> None:
    make_job()
    assert [knot.split()[0] for knot in happened(client)] == ["Closes", "Posted"]
    assert "Last changed" not in text(client, "/jobs/baker/")


def test_a_draft_is_not_history(client: Client) -> None:
    job = make_job()
    page = live(job)
    page.title = "Secret"
    page.save_revision()
    assert "Secret" not in text(client, "/jobs/baker/")


def test_of_a_long_history_the_latest_is_seen_and_the_rest_is_folded(client: Client) -> None:
    job = make_job()
    for number in range(UNFOLDED + 1):
        revise(job, title=f"Baker {number}")
    seen, _, folded = text(client, "/jobs/baker/").partition('<details class="earlier">')
    assert "2 earlier changes" in folded
    assert [seen.count("<h3>Changed"), folded.count("<h3>Changed"), folded.count("<h3>Posted")] == [UNFOLDED, 1, 1]
    assert "not shown" not in folded


def test_an_endless_history_is_cut_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.history.SHOWN", UNFOLDED + 1)
    job = make_job()
    for number in range(UNFOLDED + 2):
        revise(job, title=f"Baker {number}")
    history = history_of(PostingId(job.posting_id))
    assert (len(history.happenings), history.earlier) == (UNFOLDED + 1, 2)
    assert "2 events before these are not shown." in text(client, "/jobs/baker/")


def test_what_happened_on_one_day_is_told_apart_by_the_clock_of_the_place(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        job = make_job(closing_date=date(2026, 3, 31), time_zone="America/New_York")
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        revise(job, title="Cook")
    with time_machine.travel(NOON + timedelta(days=1, hours=2, minutes=5), tick=False):
        revise(job, title="Chef")
        closes, chef, cook, posted = (knot.partition(" Title")[0] for knot in happened(client))
        assert (closes, posted) == ("Closes 31 March 2026", "Posted 2 March 2026")
        assert (chef, cook) == ("Changed 3 March 2026, 09:05", "Changed 3 March 2026, 07:00")
        assert "Clock times are New York time." in text(client, "/jobs/baker/")


def test_no_clock_is_named_where_days_are_enough(client: Client) -> None:
    make_job()
    assert "Clock times" not in text(client, "/jobs/baker/")


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Auckland", "3 March 2026"), ("UTC", "2 March 2026"), ("Nowhere/Else", "2 March 2026")]
)
def test_days_are_those_of_the_place_wherever_they_are_said(client: Client, zone: str, day: str) -> None:
    with time_machine.travel(NOON, tick=False):
        job = make_job(closing_date=None, time_zone="UTC")
        JobPage.objects.update(time_zone=zone)
        touch(EVERYTHING)
        posted, page = live(job).posted_on, text(client, "/jobs/baker/")
    assert posted is not None
    assert happened(client) == [f"Posted {day}"]
    said = f'Posted <time datetime="{posted.isoformat()}">{day}</time>'
    assert said in page
    assert f'"datePosted": "{posted.isoformat()}"' in page
    with time_machine.travel(NOON, tick=False):
        assert said in text(client, "/jobs/")


def test_the_last_change_is_of_the_day_at_the_place(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        job = make_job(closing_date=None, time_zone="Pacific/Auckland")
        revise(job, title="Cook")
        page = text(client, "/jobs/baker/")
    assert 'Last changed <time datetime="2026-03-02T12:00:00+0000">3 March 2026</time>' in page


def test_a_posting_whose_closing_date_has_passed_says_when(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        job = make_job(closing_date=date(2026, 3, 4), time_zone="America/New_York")
    with time_machine.travel(NOON + timedelta(days=9), tick=False):
        observe(live(job))
        closed, _posted = happened(client)
        page = text(client, "/jobs/baker/")
    assert closed == "Closed: the closing date passed 4 March 2026"
    assert 'Closed <time datetime="2026-03-04">4 March 2026</time><small>closing date passed</small>' in page


def test_a_closing_date_that_lay_in_the_past_is_not_put_before_what_happened_earlier() -> None:
    with time_machine.travel(NOON, tick=False):
        job = make_job(closing_date=date(2026, 3, 31))
    with time_machine.travel(NOON + timedelta(days=9), tick=False):
        revise(job, closing_date=date(2026, 2, 1))
    newest, _posted = history_of(PostingId(job.posting_id)).happenings
    assert (newest.reason, newest.at) == (CloseReason.EXPIRED, NOON + timedelta(days=9))


def test_a_posting_that_was_closed_by_hand_says_when(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        job = make_job(closing_date=date(2026, 3, 31), time_zone="Pacific/Auckland")
        close(job)
        page = text(client, "/jobs/baker/")
    assert 'Closed <time datetime="2026-03-03">3 March 2026</time><small>filled</small>' in page


def test_of_many_places_the_first_are_seen_and_the_rest_is_folded(client: Client) -> None:
    job = live(make_job())
    job.locations.set([JobLocation(locality=f"Town {number}", country="BE") for number in range(30)])
    job.save_revision().publish()
    _, _, places = text(client, "/jobs/baker/").partition("<dt>Place</dt>")
    seen, _, folded = places.partition("</dl>")[0].partition("<summary>and 27 more</summary>")
    assert [f"Town {number}, Belgium" in seen for number in range(4)] == [True, True, True, False]
    assert [f"Town {number}, Belgium" in folded for number in (2, 3, 29)] == [False, True, True]


def test_a_posting_that_was_never_public_has_none() -> None:
    assert history_of(PostingId(make_job(published=False).posting_id)).happenings == ()


def test_a_closed_posting_says_why_and_leads_on(client: Client) -> None:
    category = make_category("Food")
    close(make_job("Baker", categories=(category,)))
    make_job("Baker of bread", categories=(category,))
    page = text(client, "/jobs/baker/")
    assert "This posting is closed: filled" in page
    assert "How to apply" not in page
    assert 'href="https://bread.example/apply"' not in page
    assert "Similar open jobs" in page
    assert ">Baker of bread</a>" in page
    assert [knot.split()[0] for knot in happened(client)] == ["Closed:", "Posted"]


def test_similar_ones_are_open_and_leave_at_their_closing_instant(client: Client) -> None:
    category = make_category("Food")
    tomorrow = today() + timedelta(days=1)
    make_job("Baker", categories=(category,))
    make_job("Baker of bread", categories=(category,), closing_date=tomorrow)
    close(make_job("Baker of cakes", categories=(category,)))
    page = text(client, "/jobs/baker/")
    assert ">Baker of bread</a>" in page
    assert "Baker of cakes" not in page
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert "Baker of bread" not in text(client, "/jobs/baker/")


def test_it_leads_to_its_company_and_categories(client: Client) -> None:
    job = make_job(categories=(make_category("Food"),))
    page = text(client, "/jobs/baker/")
    for address in (reverse("public:company", args=[job.company.slug]), reverse("public:category", args=["food"])):
        assert f'href="{address}"' in page
        text(client, address)


def test_the_number_of_queries_does_not_grow_with_history_and_likeness(client: Client) -> None:
    category = make_category("Food")
    job = make_job(categories=(category,))

    def queries() -> int:
        text(client, "/jobs/baker/?warm")
        with CaptureQueriesContext(connection) as captured:
            text(client, "/jobs/baker/?counted")
        return len(captured)

    make_job("Baker 0", categories=(category,))
    revise(job, title="Baker A")
    few = queries()
    for number in range(1, 4):
        make_job(f"Baker {number}", categories=(category,))
        revise(job, title=f"Baker of {number}")
    assert queries() <= few + 1


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(days=45), "closes in 6 weeks"),
        (timedelta(days=27), "closes in 26 days"),
        (timedelta(days=3), "closes in 2 days"),
        (timedelta(days=1, hours=1), "closes tomorrow"),
        (timedelta(hours=13), "closes today"),
        (timedelta(hours=5, minutes=59), "closes in 5 hours"),
        (timedelta(hours=1), "closes in 1 hour"),
        (timedelta(minutes=59), "closes within the hour"),
        (timedelta(0), ""),
    ],
)
def test_the_time_that_is_left(before: timedelta, said: str) -> None:
    closing = ValidThrough.at(day=date(2026, 5, 29), clock=None, zone="Europe/Brussels")
    assert time_left(closing, at=closing.instant - before) == said


def test_days_are_those_of_the_closing_dates_zone() -> None:
    closing = ValidThrough.at(day=date(2026, 3, 10), clock=None, zone="Pacific/Auckland")
    assert time_left(closing, at=datetime(2026, 3, 8, 12, tzinfo=UTC)) == "closes tomorrow"


def test_the_page_says_how_long_it_is_open(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        make_job(closing_date=date(2026, 3, 14), time_zone="UTC")
        assert "closes in 12 days" in text(client, "/jobs/baker/")


def test_a_closing_date_with_a_time_says_it_among_the_facts(client: Client) -> None:
    make_job(closing_time=time(18, 30))
    make_job("Cook")
    assert "<small>18:30 (Brussels time)</small>" in text(client, "/jobs/baker/")
    assert "(Brussels time)</small>" not in text(client, "/jobs/cook/")


def test_why_it_closed_is_a_reason_of_the_core() -> None:
    job = make_closed_job()
    assert history_of(PostingId(job.posting_id)).happenings[0].reason is CloseReason.FILLED
