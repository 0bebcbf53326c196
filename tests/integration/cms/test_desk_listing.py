"""The list of all postings: states, columns, filters, search, order, export, and how much it asks of the database."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Final
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.actions.create_alias import CreatePageAliasAction

from cms.actions import CloseJobAction
from cms.desk.standing import Standing
from cms.importing import import_postings
from cms.models import JobPage
from notifications.models import Notification
from tests.integration.cms import keyboard
from tests.integration.cms.desk import JOBS, rows, states, titles
from tests.integration.cms.factories import (
    live,
    make_category,
    make_company,
    make_follower,
    make_job,
    make_publisher,
    the_board,
    today,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, in_an_hour, text
from tests.integration.notifications import rows as rows_of_ledger

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOON: Final = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_every_state(publisher: Client) -> None:
    make_job("Open")
    make_job("Without end", closing_date=None)
    make_job("Soon", closing_date=today() + timedelta(days=1))
    make_job("Draft", published=False)
    for title, reason in (("Filled", JobPage.ClosedReason.FILLED), ("Withdrawn", JobPage.ClosedReason.WITHDRAWN)):
        CloseJobAction(page=make_job(title), reason=reason).execute()
    make_job("Taken down").unpublish()
    keyboard.create(publisher, PUBLISH, title="Scheduled", slug="scheduled", go_live_at=in_an_hour())
    keyboard.edit(publisher, make_job("Changes soon"), PUBLISH, go_live_at=in_an_hour())
    assert states(publisher) == {
        "Open": Standing.OPEN,
        "Without end": Standing.OPEN,
        "Changes soon": Standing.OPEN,
        "Soon": Standing.CLOSING_SOON,
        "Draft": Standing.DRAFT,
        "Filled": Standing.FILLED,
        "Withdrawn": Standing.WITHDRAWN,
        "Taken down": Standing.RETIRED,
        "Scheduled": Standing.SCHEDULED,
    }
    page = text(publisher, JOBS)
    for standing in Standing:
        in_the_list = standing is not Standing.EXPIRED
        assert page.count(standing.label) >= 1 + in_the_list, standing


def test_closed_from_the_instant_on_though_no_job_has_noticed() -> None:
    make_job(closing_date=date(2026, 5, 4), closing_time=time(12), time_zone="UTC")
    for at, standing in ((NOON - timedelta(seconds=1), Standing.CLOSING_SOON), (NOON, Standing.EXPIRED)):
        with time_machine.travel(at, tick=False):
            client = Client()
            client.force_login(make_publisher())
            assert states(client) == {"Baker": standing}
            assert states(client, url=reverse("wagtailadmin_explore", args=[the_board().pk])) == {"Baker": standing}


def test_wagtails_own_lists_show_the_state(publisher: Client) -> None:
    CloseJobAction(page=make_job(), reason=JobPage.ClosedReason.FILLED).execute()
    explorer = text(publisher, reverse("wagtailadmin_explore", args=[the_board().pk]))
    assert "Closed: filled" in explorer
    by_type = text(publisher, reverse("wagtailadmin_pages:type_use", args=["cms", "jobpage"]))
    assert "Closed: filled" in by_type


def test_an_alias_is_no_posting(publisher: Client) -> None:
    CreatePageAliasAction(make_job(), update_slug="alias").execute()
    assert len(rows(publisher)) == 1


def test_what_a_row_says(publisher: Client) -> None:
    job = make_job(
        company=make_company("Mill & Co"),
        closing_date=date(2026, 12, 3),
        closing_time=time(17),
        time_zone="America/New_York",
    )
    for name in ("ana", "ben"):
        make_follower(job, f"{name}@example.org")
    tell(job, NOON)
    page = text(publisher, JOBS)
    assert "Mill &amp; Co" in page
    assert "3 December 2026, 17:00 (New York time)" in page
    (row,) = csv_rows(publisher)
    assert row["Followers"] == "2"
    assert row["Last change told"].startswith("2026-05-04 12:00")


def tell(job: JobPage, at: datetime) -> None:
    """Its followers were told of something, as far as the ledger knows."""
    rows_of_ledger.notification(at=at)
    Notification.objects.update(posting_id=job.posting_id, fanned_out_up_to=uuid4())


def csv_rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{JOBS}?export=csv&{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(b"".join(answer).decode().splitlines()))


def test_filters(publisher: Client) -> None:
    bakery, mill = make_company("Bakery"), make_company("Mill")
    crafts, health = make_category("Crafts"), make_category("Health")
    bread = make_job("Bread", company=bakery, categories=(crafts, health), closing_date=date(2030, 1, 10))
    flour = make_job("Flour", company=mill, categories=(health,), closing_date=date(2030, 2, 10))
    make_job("Draft", company=mill, published=False, closing_date=None)
    make_follower(flour)
    tell(bread, NOON)
    for query, expected in {
        f"company={bakery.pk}": {"Bread"},
        f"category={crafts.pk}": {"Bread"},
        f"category={crafts.pk}&category={health.pk}": {"Bread", "Flour"},
        "state=FILLED": set(),
        "state=OPEN&state=DRAFT": {"Bread", "Flour", "Draft"},
        "closing_date_from=2030-02-01": {"Flour"},
        "closing_date_from=2030-01-10&closing_date_to=2030-01-10": {"Bread"},
        "followers=somebody": {"Flour"},
        "followers=nobody": {"Bread", "Draft"},
        "last_told_from=2026-05-04&last_told_to=2026-05-04": {"Bread"},
        "last_told_to=2026-05-03": set(),
        f"company={mill.pk}&followers=somebody&q=flo": {"Flour"},
    }.items():
        assert set(titles(publisher, query)) == expected, query


@pytest.mark.parametrize(
    "query", ["state=NONSENSE", "company=x", "closing_date_from=yesterday", "ordering=path", "p=99"]
)
def test_nonsense_in_the_address_is_borne(publisher: Client, query: str) -> None:
    make_job()
    assert titles(publisher, query) == ["Baker"]


def test_a_title_is_no_formula_in_a_spreadsheet(publisher: Client) -> None:
    make_job('=HYPERLINK("https://elsewhere.example")', company=make_company("@Mill"))
    (row,) = csv_rows(publisher)
    assert (row["Title"], row["Company"]) == ('\'=HYPERLINK("https://elsewhere.example")', "'@Mill")


def test_a_search_of_any_length_is_answered(publisher: Client) -> None:
    make_job("Head baker")
    assert titles(publisher, "q=" + "+".join(["baker"] * 2_000)) == ["Head baker"]


def test_search_looks_at_title_company_and_number(publisher: Client) -> None:
    make_job("Head baker", company=make_company("Mill"), identifier="A-17")
    make_job("Cook", company=make_company("Kitchen"))
    for words in ("baker", "mill head", "a-17", "BAKE"):
        assert titles(publisher, f"q={words}&ordering=-followers") == ["Head baker"], words
    assert titles(publisher, "q=baker+kitchen") == []


def test_orders(publisher: Client) -> None:
    first = make_job("apple", company=make_company("Zoo"), closing_date=date(2030, 1, 1))
    second = make_job("Banana", company=make_company("Yard"), closing_date=None)
    third = make_job("cherry", company=make_company("Xylem"), closing_date=date(2029, 1, 1))
    make_follower(third)
    for person in range(2):
        make_follower(second, f"{person}@example.org")
    CloseJobAction(page=first, reason=JobPage.ClosedReason.FILLED).execute()
    for order, expected in {
        "title": ["apple", "Banana", "cherry"],
        "-title": ["cherry", "Banana", "apple"],
        "company": ["cherry", "Banana", "apple"],
        "closing": ["cherry", "apple", "Banana"],
        "-closing": ["apple", "cherry", "Banana"],
        "-followers": ["Banana", "cherry", "apple"],
        "-standing": ["apple", "cherry", "Banana"],
        "": ["cherry", "Banana", "apple"],
    }.items():
        assert titles(publisher, f"ordering={order}") == expected, order


def test_the_spreadsheet_has_the_columns_and_the_filter(publisher: Client) -> None:
    make_job("Baker", closing_date=date(2030, 1, 1))
    make_job("Cook", published=False)
    (row,) = csv_rows(publisher, "state=OPEN")
    assert (row["Title"], row["Company"], row["State"], row["Followers"]) == ("Baker", "Bread & Sons", "Open", "0")
    assert row["Closing date"] == "1 January 2030, end of day (Brussels time)"
    answer = publisher.get(f"{JOBS}?export=xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    assert [cell.value for cell in next(iter(sheet.rows))] == list(row)
    assert sheet.max_row == 3


def test_as_many_queries_for_fifty_postings_as_for_five() -> None:
    client = Client()
    client.force_login(make_publisher())
    company, category = make_company(), make_category()

    def more(number: int) -> None:
        for place in range(number):
            job = make_job(f"Job {place}", company=company, categories=(category,))
            make_follower(job)

    def asked(query: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert rows(client, query)
        return len(queries)

    more(5)
    rows(client)
    queries = ("", "ordering=-followers", "state=OPEN&q=job", "followers=somebody")
    few = {query: asked(query) for query in queries}
    more(45)
    assert {query: asked(query) for query in queries} == few


def test_updated_is_empty_for_what_was_imported_and_never_edited(publisher: Client) -> None:
    imported = {
        "@type": "JobPosting",
        "identifier": "1",
        "title": "Imported",
        "description": "<p>You bake.</p>",
        "datePosted": "2026-03-01",
        "hiringOrganization": {"name": "Bread & Sons"},
        "jobLocation": {"address": {"addressLocality": "Ghent", "addressCountry": "BE"}},
    }
    assert not import_postings([json.dumps(imported)], zone="UTC").problems
    make_job("Edited")
    assert {title: bool(words) for title, words in updated(publisher).items()} == {"Imported": False, "Edited": True}
    keyboard.edit(publisher, JobPage.objects.get(title="Imported"), SAVE)
    assert updated(publisher)["Imported"]


def updated(client: Client) -> dict[str, str]:
    """What the last column, “Updated”, says of each posting."""
    table = text(client, JOBS).partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<td.*?</td>", row, re.DOTALL) for row in table.split("<tr")[1:]]
    words = [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row] for row in cells]
    return {title: row[-1] for row in words for title in ("Imported", "Edited") if row[1].startswith(title)}


def test_a_new_company_can_be_chosen_at_once(publisher: Client) -> None:
    text(publisher, JOBS)
    company = make_company("Brand new")
    assert "Brand new" in text(publisher, JOBS)
    company.delete()
    assert "Brand new" not in text(publisher, JOBS)


def test_many_pages_cannot_be_chosen_at_once_without_being_seen(publisher: Client) -> None:
    """Wagtail's “select all” means all pages of the site."""
    for place in range(51):
        make_job(f"Job {place}")
    page = text(publisher, JOBS)
    assert "Page 1 of 2" in page
    assert "data-bulk-action-num-objects-in-listing" not in page
    assert live(rows(publisher)[0]).title == "Job 50"
