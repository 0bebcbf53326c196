"""What the panel beside the form says, and that asking it changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.users.models import UserProfile

from cms.actions import CloseJobAction
from cms.models import JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    live,
    make_category,
    make_company,
    make_follower,
    make_job,
    make_publisher,
    make_user,
    nothing_heard,
    the_board,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, text
from tests.integration.cms.panel import panel, pending, typed

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def settling(settings: LazySettings) -> None:
    settings.SETTLING_TIME = 300


def followed_job() -> JobPage:
    job = make_job(closing_date=date(2027, 3, 1))
    for name in ("ana", "ben"):
        make_follower(job, f"{name}@example.org")
    return job


def test_it_compares_the_form_with_what_is_public_in_the_followers_words(publisher: Client) -> None:
    said = panel(publisher, followed_job(), title="Head baker", salary_maximum="3900", closing_date="2027-03-05")
    assert "<dt>Title</dt><dd><del>Baker</del>" in said
    assert "<ins>Head baker</ins>" in said
    assert "<ins>€3,000–3,900 a month</ins>" in said
    assert "<ins>5 March 2027, end of day (Brussels time)</ins>" in said


def test_a_draft_is_compared_with_the_public_page_and_not_with_the_last_draft(publisher: Client) -> None:
    job = followed_job()
    keyboard.edit(publisher, job, SAVE, title="Head baker")
    assert "<del>Baker</del>" in panel(publisher, job)
    assert "<dt>Title</dt>" not in panel(publisher, job, title="Baker")


def test_places_and_categories_are_compared_too(publisher: Client) -> None:
    job, food = followed_job(), make_category("Food")
    said = panel(publisher, job, categories=[str(food.pk)], **{"locations-0-locality": "Bruges"})
    assert "<ins>Bruges, Belgium</ins>" in said
    assert "<ins>Food</ins>" in said


def test_another_description_is_said_to_be_changed(publisher: Client) -> None:
    job = followed_job()
    assert "<dt>Description</dt>" not in panel(publisher, job)
    other = keyboard.DRAFTAIL.replace("You bake.", "You bake at night.")
    assert "<dt>Description</dt><dd>changed</dd>" in panel(publisher, job, description=other)


def test_it_says_how_many_are_told_and_when(publisher: Client) -> None:
    job = followed_job()
    assert "2 people follow this posting" in panel(publisher, job)
    assert "Publishing tells 2 followers, in 5 minutes, without a note." in panel(publisher, job, title="Cook")
    said = panel(publisher, job, title="Cook", change_note="A step up.")
    assert "Publishing tells 2 followers, in 5 minutes, with your note." in said


def test_without_a_settling_time_they_are_told_at_once(publisher: Client, settings: LazySettings) -> None:
    settings.SETTLING_TIME = 0
    assert "Publishing tells 2 followers, at once, " in panel(publisher, followed_job(), title="Cook")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "nothing that the public can see is different"),
        ({"identifier": "42"}, "nothing that the public can see is different"),
        ({"title": "Cook", "minor_change": "on"}, "it is marked as a minor change"),
    ],
    ids=str,
)
def test_it_says_why_nobody_is_told(publisher: Client, values: dict[str, str], why: str) -> None:
    assert f"Publishing tells nobody: {why}." in panel(publisher, followed_job(), **values)


def test_nobody_is_told_where_nobody_follows(publisher: Client) -> None:
    said = panel(publisher, make_job(), title="Cook")
    assert "Publishing tells nobody: nobody follows this posting." in said


def test_nobody_is_told_of_a_first_publication(publisher: Client) -> None:
    said = panel(publisher, make_job(published=False))
    assert "Publishing tells nobody: nobody is told of a first publication." in said
    assert "Not published yet." in said


def test_a_closing_date_that_has_passed_closes_and_one_ahead_reopens(publisher: Client) -> None:
    job = followed_job()
    closing = panel(publisher, job, closing_date="2020-01-31")
    assert "2 followers that the posting is closed (closing date passed), in 5 minutes" in closing
    with time_machine.travel(timezone.now() + timedelta(days=3650)):
        fresh = Client()
        fresh.force_login(make_publisher())
        assert "Closed: closing date passed." in panel(fresh, job)


def test_a_closed_posting_is_revised_like_an_open_one(publisher: Client) -> None:
    job = followed_job()
    CloseJobAction(page=job, reason=JobPage.ClosedReason.FILLED).execute()
    pending(job)
    said = panel(publisher, job, title="Cook")
    assert "Closed: filled." in said
    assert "tells 2 followers that the posting is closed (filled), in one message with the news that waits, at " in said


def test_taken_down_and_published_again_it_is_open_again(publisher: Client) -> None:
    job = followed_job()
    keyboard.press(publisher, "unpublish", job)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        said = panel(publisher, job)
    assert "Publishing tells 2 followers that the posting is open again" in said
    assert "Taken down" in said


def test_a_scheduled_change_is_told_when_it_is_published(publisher: Client) -> None:
    said = panel(publisher, followed_job(), title="Cook", go_live_at="2027-02-01 08:00")
    assert "It is published on 1 February 2027, 08:00. 2 followers are told, 5 minutes after that" in said


def test_submitting_tells_nobody(editor: Client) -> None:
    said = panel(editor, followed_job(), title="Cook")
    assert "Submitting it tells nobody. Once it is published: 2 followers are told, in 5 minutes" in said


def test_the_closing_date_is_shown_on_the_editors_clock(publisher: Client) -> None:
    job = followed_job()
    UserProfile.objects.create(user_id=publisher.session["_auth_user_id"], current_time_zone="Asia/Tokyo")
    said = panel(publisher, job)
    assert "1 March 2027, end of day (Brussels time)" in said
    assert "2 March 2027, 08:00 (Asia/Tokyo)" in said


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"salary_maximum": "lots"}, "Pay"),
        ({"salary_minimum": "9000"}, "Pay"),
        ({"title": " "}, "Title"),
        ({"company": ""}, "Company"),
        ({"company": "987654"}, "Company"),
        ({"closing_date": "2026-02-30"}, "Closing date"),
        ({"closing_date": "2027-03-28", "closing_time": "02:30"}, "Closing date"),
        ({"time_zone": "Europe/Atlantis"}, "Closing date"),
        ({"apply_url": "javascript:alert(1)"}, "How to apply"),
        ({"apply_url": "", "apply_email": "nobody"}, "How to apply"),
        ({"employment_types": ["SLAVERY"]}, "Employment"),
        ({"workplace_type": "MOON"}, "Workplace"),
        ({"categories": ["987654"]}, "Category"),
        ({"locations-0-country": "XX"}, "Place"),
        ({"locations-TOTAL_FORMS": "many"}, "Place"),
    ],
    ids=str,
)
def test_what_is_mistaken_is_named_and_the_rest_is_compared(
    publisher: Client, values: dict[str, str | list[str]], part: str
) -> None:
    identifier: dict[str, str | list[str]] = {"description": keyboard.DRAFTAIL.replace("bake", "knead")}
    said = panel(publisher, followed_job(), **identifier | values)
    assert f"Not compared, because it is empty or mistaken: {part}." in said
    assert "<dt>Description</dt><dd>changed</dd>" in said


@pytest.mark.parametrize(
    "broken", ["", "<p>", "[]", '"text"', '{"blocks": [7]}', '{"blocks": [{"key": "a"}]}', "[" * 9999]
)
def test_rich_text_that_no_editor_sends_is_named_as_mistaken(publisher: Client, editor: Client, broken: str) -> None:
    said = panel(publisher, followed_job(), title="Cook", description=broken)
    assert "Not compared, because it is empty or mistaken: Description." in said
    assert "<ins>Cook</ins>" in said
    new = reverse("cms_editor:panel_of_new", args=[the_board().pk])
    assert editor.post(new, {"description": broken}).status_code == HTTPStatus.OK


def test_an_empty_form_is_answered_too(publisher: Client) -> None:
    answer = publisher.post(reverse("cms_editor:panel", args=[make_job().pk]), {})
    assert answer.status_code == HTTPStatus.OK
    assert "Title, Company" in answer.content.decode()


def test_asking_saves_nothing_and_sends_nothing(publisher: Client) -> None:
    job = followed_job()
    form = typed(publisher, job, title="Cook", change_note="A step up.", **{"locations-0-locality": "Bruges"})
    form["comments-TOTAL_FORMS"] = "0"
    before = stored(job)
    with nothing_heard(), CaptureQueriesContext(connection) as queries:
        publisher.post(reverse("cms_editor:panel", args=[job.pk]), form)
    assert stored(job) == before
    assert mail.outbox == []
    assert [query["sql"] for query in queries if not query["sql"].lstrip("(").startswith("SELECT")] == []


def stored(job: JobPage) -> tuple[object, ...]:
    page = live(job)
    rows = (Page, Revision, PageLogEntry)
    return (page.serializable_data(), page.latest_revision_id, *(model.objects.count() for model in rows))


def test_ten_queries_suffice() -> None:
    """For an administrator; of anybody else Wagtail looks up three times what they may do."""
    job, publisher = followed_job(), Client()
    publisher.force_login(User.objects.create_superuser("administrator"))
    for number in range(30):
        make_job(f"Baker {number}")
    form = typed(publisher, job, title="Cook")
    publisher.post(reverse("cms_editor:panel", args=[job.pk]), form)
    with CaptureQueriesContext(connection) as queries:
        publisher.post(reverse("cms_editor:panel", args=[job.pk]), form)
    assert len(queries) <= 10, "\n".join(query["sql"][:300] for query in queries)


def test_only_who_may_edit_is_answered(publisher: Client) -> None:
    job = make_job()
    address = reverse("cms_editor:panel", args=[job.pk])
    stranger = Client()
    stranger.force_login(make_user())
    form = typed(publisher, job)
    assert publisher.post(reverse("cms_editor:panel", args=[0]), form).status_code == HTTPStatus.NOT_FOUND
    for client in (Client(), stranger):
        assert client.post(address, form).headers["Location"].startswith("/admin/login/")
        assert client.post(address, form, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
    librarian = make_user()
    librarian.user_permissions.add(Permission.objects.get(codename="access_admin"))
    stranger.force_login(librarian)
    for its in (address, reverse("cms_editor:panel_of_new", args=[the_board().pk])):
        assert "you do not have permission" in stranger.post(its, form, follow=True).content.decode()


def test_of_a_posting_that_is_not_stored_yet(editor: Client) -> None:
    address = reverse("cms_editor:panel_of_new", args=[the_board().pk])
    company = make_company("Bread & Sons")
    form = {"title": "BAKER WANTED", "company": str(company.pk), "description": keyboard.DRAFTAIL, "slug": "baker"}
    said = editor.post(address, form).content.decode()
    assert "nobody is told of a first publication" in said
    assert "The title is in capitals." in said
    assert "testserver › jobs › baker" in said
    assert not JobPage.objects.exists()
    assert Client().post(address, form).headers["Location"].startswith("/admin/login/")
    assert editor.put(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    elsewhere = reverse("cms_editor:panel_of_new", args=[make_job().pk])
    assert editor.post(elsewhere, form).status_code == HTTPStatus.NOT_FOUND


def test_without_scripts_the_panels_show_what_was_loaded(publisher: Client) -> None:
    job = followed_job()
    keyboard.edit(publisher, job, SAVE, title="Head baker")
    page = text(publisher, reverse("wagtailadmin_pages:edit", args=[job.pk]))
    assert 'data-side-panel="followers"' in page
    assert 'data-side-panel="advice"' in page
    assert "Publishing tells 2 followers, in 5 minutes" in page
    assert "<ins>Head baker</ins>" in page


def test_an_old_revision_is_compared_as_well(publisher: Client) -> None:
    job = followed_job()
    old = live(job).get_latest_revision()
    assert old is not None
    keyboard.edit(publisher, job, PUBLISH, title="Cook", change_note="Hot food, too.")
    page = text(publisher, reverse("wagtailadmin_pages:revisions_revert", args=[job.pk, old.pk]))
    assert "<ins>Baker</ins>" in page


def test_other_pages_have_no_such_panels(publisher: Client) -> None:
    page = text(publisher, reverse("wagtailadmin_pages:edit", args=[the_board().pk]))
    assert 'data-side-panel="followers"' not in page
    assert "posting-note" not in page
