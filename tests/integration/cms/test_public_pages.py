"""What a visitor sees: the list, a posting, and what becomes of an address."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import caches
from django.core.files.images import ImageFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image as Picture
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.images.models import Image

from cms.actions import CloseJobAction
from cms.models import Company, JobLocation, JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import make_category, make_company, make_job, the_board
from tests.integration.cms.keyboard import listed, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_the_home_page_leads_to_the_board(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/jobs/"
    the_board().unpublish()
    assert client.get("/").status_code == 404


def test_an_empty_board(client: Client) -> None:
    assert "No job is open" in text(client, "/jobs/")


def test_the_list_shows_what_is_open_newest_first(client: Client) -> None:
    for days, title in enumerate(("Baker", "Cook", "Miller")):
        with time_machine.travel(timezone.now() - timedelta(days=days)):
            make_job(title, company=make_company("Bread & Sons"))
    CloseJobAction(page=make_job("Filled"), reason=JobPage.ClosedReason.FILLED).execute()
    make_job("Draft", published=False)
    make_job("Taken down").unpublish()
    CreatePageAliasAction(keyboard.created("Baker"), update_slug="alias").execute()
    assert listed(client) == ["Baker", "Cook", "Miller"]
    page = text(client, "/jobs/")
    assert "3 open jobs" in page
    assert "Bread &amp; Sons" in page
    assert "€3,000–3,400 a month" in page
    assert "Ghent, Belgium" in page


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("Europe/Brussels", datetime(2026, 3, 31, 22, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 4, 1, 4, tzinfo=UTC)),
    ],
)
def test_at_its_closing_instant_it_leaves_the_list_though_nothing_runs(
    client: Client, zone: str, instant: datetime
) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)):
        make_job(closing_date=date(2026, 3, 31), time_zone=zone)
    with time_machine.travel(instant - timedelta(seconds=1), tick=False):
        assert listed(client) == ["Baker"]
        page = text(client, "/jobs/baker/")
        assert "Apply on the company" in page
        assert "This posting is closed" not in page
    with time_machine.travel(instant, tick=False):
        assert listed(client) == []
        page = text(client, "/jobs/baker/")
        assert "This posting is closed: closing date passed" in page
        assert "Apply on the company" not in page


def test_across_a_change_of_the_clocks(client: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)):
        job = make_job(closing_date=date(2026, 3, 29), closing_time=time(12), time_zone="Europe/Brussels")
    assert job.valid_through == datetime(2026, 3, 29, 10, tzinfo=UTC)


def test_twenty_on_a_page(client: Client) -> None:
    company = make_company()
    for number in range(45):
        the_board().add_child(instance=JobPage(title=f"Job {number}", description="<p>Work.</p>", company=company))
    assert len(listed(client)) == 20
    assert len(listed(client, "/jobs/?page=3")) == 5
    assert listed(client, "/jobs/?page=9999999999999999999999") == listed(client, "/jobs/?page=3")
    for absurd in ("0", "-1", "", "x", "1.5", "%00", "9" * 5000, "१"):
        assert listed(client, f"/jobs/?page={absurd}") == listed(client)
    assert "Page 2 of 3" in text(client, "/jobs/?page=2")


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Wagtail leaves temporary files of pictures open
def test_the_number_of_queries_does_not_grow(client: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path

    def add(number: int) -> None:
        company = make_company(f"Company {number}")
        company.logo = Image.objects.create(title="Logo", file=_picture(f"{number}.png"))
        company.save()
        make_job(f"Job {number}", company=company, categories=(make_category(f"Category {number}"),))

    def queries() -> int:
        text(client, "/jobs/")  # makes the pictures and fills Wagtail's caches
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            assert "img" in text(client, "/jobs/")
        return len(captured)

    add(1)
    few = queries()
    for number in range(2, 8):
        add(number)
    assert queries() == few
    assert 3 < few <= 11


def _picture(name: str) -> ImageFile:
    file = BytesIO()
    Picture.new("RGB", (200, 200), "teal").save(file, "PNG")
    return ImageFile(file, name=name)


def test_a_posting(client: Client) -> None:
    company = make_company()
    Company.objects.filter(pk=company.pk).update(description="<p>Since 1899.</p>", website="https://bread.example/")
    job = make_job(
        company=company,
        categories=(make_category("Food"),),
        employment_types=["FULL_TIME", "PART_TIME"],
        workplace_type="HYBRID",
        closing_date=date(2999, 12, 3),
        apply_url="",
        apply_email="jobs@bread.example",
    )
    job.locations.add(JobLocation(street="1 Rue Haute", postal_code="1000", locality="Brussels", country="BE"))
    job.save_revision().publish()
    page = text(client, "/jobs/baker/")
    for words in (
        "You bake.",
        "Since 1899.",
        "Full-time, Part-time",
        "Food",
        "Hybrid",
        "Ghent, Belgium and 1 more",
        "1 Rue Haute, 1000 Brussels, Belgium",
        "Open until 3 December 2999, end of day (Brussels time)",
        'href="mailto:jobs@bread.example"',
        'action="/jobs/baker/subscribe/"',
    ):
        assert words in page


def test_little_is_said(client: Client) -> None:
    make_job(
        town=None,
        employment_types=[],
        salary_minimum=None,
        salary_maximum=None,
        workplace_type="REMOTE",
        apply_url="",
        closing_date=None,
    )
    page = text(client, "/jobs/baker/")
    for words in ("Not stated", "Remote", "None given", "does not say where to apply"):
        assert words in page
    assert "No closing date" in text(client, "/jobs/")


def test_a_closed_posting_can_be_read_but_not_applied_to(client: Client) -> None:
    job = make_job()
    CloseJobAction(page=job, reason=JobPage.ClosedReason.FILLED).execute()
    page = text(client, "/jobs/baker/")
    assert "This posting is closed: filled" in page
    assert "Hear if it reopens" in page
    assert "bread.example/apply" not in page
