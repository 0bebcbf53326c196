"""What becomes of an address: unknown, gone, or moved."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.models import HomePage, JobIndexPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import live, make_job, the_board
from tests.integration.cms.keyboard import PUBLISH, SAVE, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


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


@pytest.mark.parametrize("how", ["unpublish", "delete"])
def test_every_address_of_a_posting_that_was_taken_down_is_gone(
    client: Client,
    publisher: Client,
    how: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    job = make_job()
    for slug in ("head-baker", "bäcker"):
        with django_capture_on_commit_callbacks(execute=True):
            keyboard.edit(publisher, live(job), PUBLISH, slug=slug)
    CreatePageAliasAction(live(job), update_slug="alias").execute()
    addresses = ["/jobs/baker/", "/jobs/head-baker/", "/jobs/bäcker/", "/jobs/alias/"]
    assert {client.get(address, follow=True).status_code for address in addresses} == {200}
    keyboard.press(publisher, how, live(job))
    for address in addresses:
        answer = client.get(address, follow=True)
        assert answer.status_code == 410, address
        assert "<strong>Baker</strong>" in answer.content.decode()
    assert client.get("/jobs/head-baker/subscribe/", follow=True).status_code == 410


def test_an_alias_that_is_deleted_alone_was_never_there(client: Client, publisher: Client) -> None:
    """The posting itself can be read as ever."""
    job = make_job()
    alias = CreatePageAliasAction(job, update_slug="alias").execute()
    keyboard.press(publisher, "delete", alias)
    text(client, "/jobs/alias/", 404)
    text(client, "/jobs/baker/", 200)
    keyboard.press(publisher, "delete", job)
    text(client, "/jobs/alias/", 410)


def test_a_new_posting_takes_over_an_older_address_of_a_gone_one(
    client: Client, publisher: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = make_job()
    with django_capture_on_commit_callbacks(execute=True):
        keyboard.edit(publisher, job, PUBLISH, slug="head-baker")
    keyboard.press(publisher, "delete", job)
    text(client, "/jobs/baker/", 410)
    make_job()
    text(client, "/jobs/baker/", 200)


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
    for address in ("/jobs/", "/other/"):
        assert '<a href="/other/baker/">Baker</a>' in text(client, address)


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


@pytest.mark.parametrize("prefix", ["", "/de"])
def test_gone_after_it_was_renamed_to_and_fro(
    client: Client, publisher: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, prefix: str
) -> None:
    job = make_job()
    for slug in ("cook", "baker"):
        with django_capture_on_commit_callbacks(execute=True):
            keyboard.edit(publisher, live(job), PUBLISH, slug=slug)
    keyboard.press(publisher, "unpublish", job)
    assert client.get(f"{prefix}/jobs/baker/").status_code == 410
    assert client.get(f"{prefix}/jobs/cook/", follow=True).status_code == 410


def test_a_large_board_moves_to_another_address(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """SQLite takes no condition with a thousand parts."""
    make_job()
    board = the_board()
    Page.objects.bulk_create(
        Page(
            title=f"Job {number}",
            slug=f"job-{number}",
            path=f"{board.path}{1000 + number}",
            depth=board.depth + 1,
            url_path=f"{board.url_path}job-{number}/",
            content_type=ContentType.objects.get_for_model(Page),
            locale=board.locale,
        )
        for number in range(1100)
    )
    board.slug = "openings"
    with django_capture_on_commit_callbacks(execute=True):
        board.save_revision().publish()
    assert client.get("/jobs/baker/").headers["Location"] == "/openings/baker/"
