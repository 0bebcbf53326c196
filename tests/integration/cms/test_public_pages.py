"""What a visitor sees: the list, a posting, and what becomes of an address."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.images import ImageFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.models import Image
from wagtail.models import Page

from cms.actions import CloseJobAction
from cms.models import Company, HomePage, JobIndexPage, JobLocation, JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import live, make_category, make_company, make_job, the_board
from tests.integration.cms.keyboard import PUBLISH, SAVE

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def listed(client: Client, url: str = "/jobs/") -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200
    return [job.title for job in answer.context["jobs"]]


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
        with CaptureQueriesContext(connection) as captured:
            assert "img" in text(client, "/jobs/")
        return len(captured)

    add(1)
    few = queries()
    for number in range(2, 8):
        add(number)
    assert queries() == few
    assert few <= 14


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
        "Open until 3 December 2999, end of day (Europe/Brussels)",
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


@pytest.mark.parametrize("address", ["/jobs/nothing/", "/nothing/", "/jobs/nothing/subscribe/", "/jobs/baker/nothing/"])
def test_an_unknown_address(client: Client, address: str) -> None:
    make_job()
    assert "There is no page at this address" in text(client, address, 404)


def test_a_draft_is_unknown(client: Client) -> None:
    make_job(published=False)
    text(client, "/jobs/baker/", 404)


@pytest.mark.parametrize("how", ["unpublish", "delete"])
def test_a_posting_that_was_taken_down_is_gone(client: Client, publisher: Client, how: str) -> None:
    job = make_job()
    make_job("Miller")
    keyboard.press(publisher, how, job)
    for address in ("/jobs/baker/", "/jobs/baker/subscribe/", "/jobs/baker/subscribe/sent/", "/jobs/baker/?page=2"):
        page = text(client, address, 410)
        assert "<strong>Baker</strong>" in page
        assert "Miller" in page
    assert client.post("/jobs/baker/subscribe/", {"address": "ana@example.org"}).status_code == 410
    assert client.head("/jobs/baker/").status_code == 410
    text(client, "/jobs/", 200)


def test_gone_with_letters_of_any_script(client: Client, publisher: Client) -> None:
    job = make_job("Bäcker", slug="bäcker")
    text(client, "/jobs/bäcker/")
    keyboard.press(publisher, "unpublish", job)
    text(client, "/jobs/bäcker/", 410)


def test_a_new_posting_takes_over_the_address_of_a_gone_one(client: Client, publisher: Client) -> None:
    keyboard.press(publisher, "delete", make_job())
    make_job()
    text(client, "/jobs/baker/", 200)


def test_gone_even_without_a_board(client: Client, publisher: Client) -> None:
    make_job()
    keyboard.press(publisher, "unpublish", the_board(), include_descendants="on")
    text(client, "/jobs/baker/", 410)


def test_an_old_slug_leads_to_the_new_one(
    client: Client, publisher: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = make_job()
    with django_capture_on_commit_callbacks(execute=True):
        keyboard.edit(publisher, job, PUBLISH, slug="head-baker")
    answer = client.get("/jobs/baker/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/jobs/head-baker/")
    keyboard.press(publisher, "unpublish", job)
    text(client, "/jobs/head-baker/", 410)


def test_a_draft_of_a_slug_changes_no_address(client: Client, publisher: Client) -> None:
    keyboard.edit(publisher, make_job(), SAVE, slug="head-baker")
    text(client, "/jobs/baker/", 200)
    text(client, "/jobs/head-baker/", 404)


def test_a_moved_posting_is_found(client: Client, publisher: Client) -> None:
    job = make_job()
    other = JobIndexPage(title="Other jobs", slug="other")
    HomePage.objects.get().add_child(instance=other)
    publisher.post(reverse("wagtailadmin_pages:move_confirm", args=[job.pk, other.pk]))
    assert client.get("/jobs/baker/").headers["Location"] == "/other/baker/"
    assert listed(client) == []
    assert listed(client, "/other/") == ["Baker"]


def test_an_editors_redirect_goes_before_gone(client: Client, publisher: Client) -> None:
    keyboard.press(publisher, "delete", make_job())
    Redirect.objects.create(old_path="/jobs/baker", redirect_link="/jobs/miller/")
    assert client.get("/jobs/baker/").status_code == 301


@pytest.mark.parametrize(
    "address", ["/", "/jobs/", "/jobs/baker/", "/jobs/baker/subscribe/", "/jobs/baker/subscribe/sent/", "/nothing/"]
)
def test_no_cookie(client: Client, address: str) -> None:
    make_job()
    answer = client.get(address)
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_page_outside_every_site_has_no_address() -> None:
    job = make_job()
    Page.objects.filter(pk=job.pk).update(url_path="/elsewhere/baker/")
    assert live(job).path_on_site == ""
