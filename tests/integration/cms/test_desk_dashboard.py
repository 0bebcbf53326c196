"""What the home page says about the board, and to whom; the reports."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission

from adapters import daily, hourly
from adapters.daily import Counted
from adapters.hourly import Counted as CountedByHour
from cms.desk import sign_ups
from cms.desk.chart import BOTTOM, TOP, Chart, Day
from cms.desk.dashboard import BoardPanel
from tests.integration.cms import keyboard
from tests.integration.cms.desk import rows, titles
from tests.integration.cms.factories import (
    make_closed_job,
    make_follower,
    make_job,
    make_publisher,
    make_user,
)
from tests.integration.cms.keyboard import SUBMIT, text
from tests.integration.notifications import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HOME: Final = "/admin/"
REPORTS: Final = {
    "unfollowed": "/admin/jobs/reports/unfollowed/",
    "long": "/admin/jobs/reports/long-open/",
    "followers": "/admin/jobs/reports/followers/",
}


def figures(client: Client) -> dict[str, tuple[int, str]]:
    """Each number and where it leads, by what it counts."""
    return {figure.words: (figure.number, figure.url) for figure in board(client).get_context_data()["figures"]}


def board(client: Client) -> BoardPanel:
    (panel,) = (panel for panel in client.get(HOME).context["panels"] if isinstance(panel, BoardPanel))
    return panel


def asked_of(client: Client, url: str = HOME) -> int:
    """How many queries the page takes when the caches are filled."""
    text(client, url)
    with CaptureQueriesContext(connection) as queries:
        text(client, url)
    return len(queries)


def test_the_numbers_are_those_of_the_lists_they_lead_to(publisher: Client, editor: Client) -> None:
    today = timezone.localdate()
    make_job("Today", closing_date=today, time_zone="UTC")
    make_job("In six days", closing_date=today + timedelta(days=6))
    make_job("In seven days", closing_date=today + timedelta(days=7))
    make_job("Without end", closing_date=None)
    make_closed_job(title="Closed", closing_date=today + timedelta(days=1))
    make_job("Draft", published=False)
    waiting = make_job("Waiting")
    keyboard.edit(editor, waiting, SUBMIT, title="Still waiting")
    found = figures(publisher)
    assert [(words, number) for words, (number, _) in found.items()] == [
        ("open postings", 5),
        ("closing this week", 2),
        ("waiting for moderation", 1),
        ("followers gained in 30 days", 0),
        ("followers lost in 30 days", 0),
        ("messages in trouble", 0),
    ]
    for words in ("open postings", "closing this week"):
        number, url = found[words]
        assert len(rows(publisher, url=url.partition("?")[0], query=url.partition("?")[2])) == number
    assert "Still waiting" in text(publisher, found["waiting for moderation"][1])


def test_the_chart_and_its_table() -> None:
    with time_machine.travel(datetime(2026, 5, 30, 12, tzinfo=UTC)):
        publisher = Client()
        publisher.force_login(make_publisher())
        today = timezone.localdate()
        daily.put(Counted.FOLLOWERS_GAINED, today, 17)
        daily.put(Counted.FOLLOWERS_LOST, today - timedelta(days=29), 3)
        daily.put(Counted.FOLLOWERS_GAINED, today - timedelta(days=30), 1000)
        daily.put(Counted.MAILS_FAILED, today, 2)
        page = text(publisher, HOME)
        assert figures(publisher)["followers gained in 30 days"][0] == 17
    assert page.count('role="img"') == 2
    assert "In 30 days 17 gained and 3 lost. Most on 30 May: 17 gained." in page
    assert '<th scope="row">30 May</th><td>17</td><td>0</td><td>0</td><td>2</td>' in page
    assert '<th scope="row">1 May</th><td>0</td><td>3</td>' in page
    for part in page.split("<svg")[1:]:
        svg = f"<svg{part.split('</svg>')[0]}</svg>"
        if 'role="img"' in svg:
            image = ElementTree.fromstring(svg)  # noqa: S314  # our own
            assert image.find("title") is not None
            assert len(image.findall(".//rect")) in {1, 2}


def test_without_any_days_there_is_no_picture(publisher: Client) -> None:
    page = text(publisher, HOME)
    assert 'role="img"' not in page
    assert "Nothing happened in these days." in page


def test_sign_ups_and_refusals_are_shown_by_the_hour_to_those_who_may_see_them(settings: LazySettings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel(datetime(2026, 5, 30, 12, 20, tzinfo=UTC)):
        now = timezone.now()
        for _ in range(3):
            hourly.count(CountedByHour.ASKED, now)
        hourly.count(CountedByHour.ASKED, now - timedelta(hours=47))
        hourly.count(CountedByHour.CONFIRMED, now)
        for _ in range(2):
            hourly.count(CountedByHour.TRAPPED, now - timedelta(hours=1))
        hourly.count(CountedByHour.ROLE, now - timedelta(days=3))
        hourly.count(CountedByHour.ROLE, now - timedelta(days=8))
        page = text(people.administrator(), HOME)
        assert "Sign-ups" not in text(people.publisher(), HOME)
    assert "<strong>4</strong> asked to follow in 7 days" in page
    assert "<strong>25%</strong> of them have confirmed so far (1)" in page
    assert "<strong>3</strong> refused in 7 days" in page
    assert "In 48 hours 4 asked and 2 refused. Most on 30 May, 14:00: 3 asked." in page
    assert '<th scope="row">30 May, 13:00</th><td>0</td><td>2</td>' in page
    assert '<th scope="row">28 May, 15:00</th><td>1</td><td>0</td>' in page
    assert page.index("a robot filled in") < page.index("an address that is nobody&#x27;s inbox")
    assert "the challenge was not met" not in page


def test_each_refusal_has_words() -> None:
    assert set(sign_ups.WORDS) == set(hourly.REFUSALS)


def test_bars_stay_within_the_picture() -> None:
    first = datetime(2026, 5, 1, tzinfo=UTC).date()
    days = [Day(first + timedelta(days=number), number * 7, 200 - number) for number in range(30)]
    chart = Chart(name="x", title="X", up="up", down="down", days=days)
    assert len(chart.bars_up) == 29  # a day without any has no bar
    for bar in chart.bars_up:
        assert TOP - 0.2 <= bar.y <= bar.y + bar.height <= chart.line + 0.2
    for bar in chart.bars_down:
        assert chart.line - 0.2 <= bar.y <= bar.y + bar.height <= BOTTOM + 0.2
    assert max(bar.x + bar.width for bar in chart.bars_up) <= chart.width
    assert min(bar.x for bar in chart.bars_down) >= chart.left


@pytest.mark.parametrize("person", [people.administrator, people.publisher, people.editor])
def test_it_asks_as_much_however_many_postings(person: Callable[[], Client]) -> None:
    client = person()
    make_follower(make_job())
    few = asked_of(client)
    for number in range(10):
        make_follower(make_job(f"Job {number}"))
    assert asked_of(client) == few


def test_wagtails_panels_are_there_as_soon_as_they_have_something_to_show(publisher: Client, editor: Client) -> None:
    mine, theirs = "Your pages and snippets in a workflow", "Awaiting your review"
    edits, locked = "Your most recent edits", "Your locked pages"
    job, other = make_job(), make_job("Cook")

    def shown(client: Client) -> set[str]:
        page = text(client, HOME)
        return {heading for heading in (mine, theirs, edits, locked) if heading in page}

    assert shown(publisher) == shown(editor) == set()
    keyboard.edit(editor, job, SUBMIT, title="Head baker")
    assert (shown(publisher), shown(editor)) == ({theirs}, {mine, edits})
    assert publisher.post(reverse("wagtailadmin_pages:lock", args=[other.pk])).status_code == 302
    assert (shown(publisher), shown(editor)) == ({theirs, locked}, {mine, edits})


def test_who_has_a_right_to_one_posting_sees_its_numbers() -> None:
    make_job("Cook")
    group = Group.objects.create(name="One posting")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=make_job("Baker"), permission=change)
    client = Client()
    client.force_login(make_user("One posting"))
    assert figures(client)["open postings"][0] == 1
    assert titles(client, url="/admin/jobs/") == ["Baker"]


def test_who_has_no_rights_to_jobs_sees_no_numbers() -> None:
    make_job()
    group = Group.objects.create(name="Pictures only")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(make_user("Pictures only"))
    page = text(client, HOME)
    assert "The board" not in page
    for url in (reverse("jobs:index"), *REPORTS.values()):
        assert url not in page
        assert "you do not have permission" in client.get(url, follow=True).content.decode()


def test_the_board_s_numbers_stand_in_place_of_wagtails(publisher: Client) -> None:
    shown = publisher.get("/admin/").content.decode()
    assert "open postings" in shown
    assert "w-summary" not in shown


def test_editors_see_them(editor: Client) -> None:
    page = text(editor, HOME)
    assert "The board" in page
    for url in (reverse("jobs:index"), *REPORTS.values()):
        assert url in page
        assert editor.get(url).status_code == 200


def test_postings_nobody_follows(publisher: Client) -> None:
    make_follower(make_job("Followed"))
    make_job("Lonely")
    make_closed_job(title="Closed")
    make_job("Draft", published=False)
    assert titles(publisher, url=REPORTS["unfollowed"]) == ["Lonely"]


def test_postings_open_for_long() -> None:
    today = timezone.now()
    for days in (10, 60, 61, 200):
        with time_machine.travel(today - timedelta(days=days)):
            make_job(f"{days} days", closing_date=None)
    publisher = Client()
    publisher.force_login(make_publisher())
    url = REPORTS["long"]
    assert titles(publisher, url=url) == ["200 days", "61 days", "60 days"]
    assert titles(publisher, "days=100", url) == ["200 days"]
    assert len(titles(publisher, "days=0", url)) == 4
    for nonsense in ("x", "-1", "999999999999"):
        page = text(publisher, f"{url}?days={nonsense}")
        assert "error" in page


def test_followers_by_posting(publisher: Client) -> None:
    few, many = make_job("Few"), make_closed_job(title="Many")
    make_job("None")
    make_follower(few)
    for person in range(3):
        make_follower(many, f"{person}@example.org")
    url = REPORTS["followers"]
    assert titles(publisher, url=url) == ["Many", "Few"]
    answer = publisher.get(f"{url}?export=csv")
    table = list(csv.DictReader(b"".join(answer).decode().splitlines()))
    assert [(row["Title"], row["State"], row["Followers"]) for row in table] == [
        ("Many", "Closed: filled", "3"),
        ("Few", "Open", "1"),
    ]


@pytest.mark.parametrize("url", REPORTS.values())
def test_reports_ask_as_much_for_many_as_for_few(publisher: Client, url: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            rows(publisher, url=url)
        return len(queries)

    make_follower(make_job("First"))
    make_job("Second")
    few = asked()
    for number in range(10):
        make_follower(make_job(f"Job {number}"))
        make_job(f"Lonely {number}")
    assert asked() == few


@pytest.mark.parametrize("url", ["/admin/jobs/", *REPORTS.values()])
def test_visitors_are_asked_to_log_in(client: Client, url: str) -> None:
    assert client.get(url).headers["Location"].startswith("/admin/login/")
