"""Many postings at once: what is said before, who hears of it, what is left as it is, who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.actions.create_alias import CreatePageAliasAction

from cms.actions import CategoriseJobAction, CategoriseJobPermissionError, CloseJobAction, ExtendJobAction
from cms.actions.categorise_job import How
from cms.actions.extend_job import CannotExtendJob, ExtendJobPermissionError
from cms.actions.reopen_job import NewClosing
from cms.models import Category
from jobs_domain.changes import NoteToFollowers
from jobs_domain.events import PostingClosed
from tests.integration.cms.desk import JOBS, bulk_url, did, lock, messages
from tests.integration.cms.factories import (
    Heard,
    live,
    make_category,
    make_closed_job,
    make_editor,
    make_follower,
    make_job,
    nothing_heard,
    the_board,
)
from tests.integration.cms.keyboard import text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_three_are_closed_but_for_one_that_is_locked(publisher: Client, heard: Heard) -> None:
    baker, cook, locked = make_job("Baker"), make_job("Cook"), make_job("Waiter")
    for job in (baker, cook, locked):
        make_follower(job, "ana@example.org")
    make_follower(baker, "ben@example.org")
    make_follower(locked, "cleo@example.org")
    lock(locked)
    heard()
    page = text(publisher, bulk_url("close_jobs", baker, cook, locked))
    assert "2 people follow these postings and will be told by e-mail." in page
    assert "2 followers." in page
    assert "1 follower." in page
    assert "Locked by another user." in page
    assert heard.names() == []
    said = did(publisher, "close_jobs", [baker, cook, locked], reason="FILLED", note="Thank you all.")
    assert said == [
        "2 postings are closed. 2 people are told.",
        "“Waiter” was left as it is. Locked by another user.",
    ]
    closed = heard()
    assert [type(event) for event in closed] == [PostingClosed, PostingClosed]
    assert {event.note for event in closed if isinstance(event, PostingClosed)} == {NoteToFollowers("Thank you all.")}
    assert [live(job).is_open for job in (baker, cook, locked)] == [False, False, True]
    for job in (baker, cook):
        assert "Closed: filled" in text(publisher, reverse("wagtailadmin_pages:history", args=[job.pk]))


@pytest.mark.parametrize("query", ["", "&next=https://elsewhere.example/"])
def test_without_an_address_to_go_on_to_it_is_the_list_of_postings(publisher: Client, query: str) -> None:
    job = make_job()
    answer = publisher.post(f"{bulk_url('close_jobs', job)}{query}", {"reason": "FILLED"}, follow=True)
    assert answer.redirect_chain == [(JOBS, 302)]
    assert messages(answer) == ["1 posting is closed. Nobody follows, so nobody is told."]


def test_what_cannot_be_closed_is_named_with_its_reason(publisher: Client) -> None:
    done, draft = make_closed_job(title="Done"), make_job("Draft", published=False)
    alias = CreatePageAliasAction(make_job("Twice"), update_slug="alias").execute()
    with nothing_heard():
        page = text(publisher, bulk_url("close_jobs", done, draft, alias, the_board()))
        said = did(publisher, "close_jobs", [done, draft, alias, the_board()], reason="FILLED")
    for reason in (
        "It is closed already: filled.",
        "It is not public.",
        "It is a further address",
        "It is no posting.",
    ):
        assert reason in page
        assert any(reason in message for message in said)
    assert "Yes, close them" not in page


def test_one_that_fails_leaves_the_others(publisher: Client, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = make_job("Bad"), make_job("Good")
    heard()
    execute = CloseJobAction.execute

    def failing(self: CloseJobAction) -> None:
        execute(self)
        if self.page.pk == bad.pk:
            raise ValueError("Something about it cannot be read.")

    monkeypatch.setattr(CloseJobAction, "execute", failing)
    said = did(publisher, "close_jobs", [bad, good], reason="FILLED")
    assert said == [
        "1 posting is closed. Nobody follows, so nobody is told.",
        "“Bad” was left as it is. Something about it cannot be read.",
    ]
    assert heard.names() == ["PostingClosed"]
    assert live(bad).is_open


@pytest.mark.parametrize("action", ["close_jobs", "extend_jobs", "categorise_jobs"])
def test_wrong_input_is_answered_beside_its_field(publisher: Client, action: str) -> None:
    job = make_job()
    with nothing_heard():
        answer = publisher.post(bulk_url(action, job), {"note": "x" * 1001})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert "Baker" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "id=999999", "id=x", "id=²"])
def test_pages_that_do_not_exist(publisher: Client, query: str) -> None:
    assert publisher.get(f"{bulk_url('close_jobs')}{query}").status_code == 404


def test_the_actions_are_offered_in_both_lists(publisher: Client) -> None:
    make_job()
    for place in (JOBS, reverse("wagtailadmin_explore", args=[the_board().pk])):
        page = text(publisher, place)
        for action in ("close_jobs", "extend_jobs", "categorise_jobs", "unpublish", "delete"):
            assert reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) in page


def test_an_editor_may_not(editor: Client, client: Client) -> None:
    job, category = make_job(closing_date=date(2030, 1, 1)), make_category()
    values = {"reason": "FILLED", "days": "3", "how": "add", "categories": str(category.pk)}
    with nothing_heard():
        for action in ("close_jobs", "extend_jobs", "categorise_jobs"):
            for answer in (
                editor.get(bulk_url(action, job), follow=True),
                editor.post(bulk_url(action, job), values, follow=True),
            ):
                assert "you do not have permission" in answer.content.decode()
            assert client.post(bulk_url(action, job), values).headers["Location"].startswith("/admin/login/")
    assert live(job).is_open
    assert live(job).closing_date == date(2030, 1, 1)


def test_nor_in_code() -> None:
    job, user = make_job(closing_date=date(2030, 1, 1)), make_editor()
    closing = NewClosing(day=date(2030, 2, 1))
    with pytest.raises(ExtendJobPermissionError):
        ExtendJobAction(page=job, closing=closing, user=user).execute()
    with pytest.raises(CategoriseJobPermissionError):
        CategoriseJobAction(page=job, how=How.SET, categories=list(Category.objects.all()), user=user).execute()
    with pytest.raises(CannotExtendJob):
        ExtendJobAction(page=make_closed_job(title="Done"), closing=closing).execute()


def test_a_posting_locked_between_asking_and_doing_is_named(publisher: Client) -> None:
    job = make_job()
    text(publisher, bulk_url("close_jobs", job))
    lock(job)
    with nothing_heard():
        assert did(publisher, "close_jobs", [job], reason="FILLED") == [
            "“Baker” was left as it is. Locked by another user."
        ]


def test_a_long_list_of_what_was_left_is_cut(publisher: Client) -> None:
    drafts = [make_job(f"Draft {number}", published=False) for number in range(12)]
    said = did(publisher, "close_jobs", drafts, reason="FILLED")
    assert len(said) == 11
    assert said[-1] == "2 more were left as they are."
