"""Many postings at once: what is said before, who hears of it, what is left as it is, and what becomes of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Page

from cms.actions import CategoriseJobAction, CategoriseJobPermissionError, CloseJobAction, ExtendJobAction
from cms.actions.categorise_job import How
from cms.actions.extend_job import CannotExtendJob, ExtendJobPermissionError
from cms.actions.reopen_job import NewClosing
from cms.models import Category, JobPage
from cms.reconcile import close_expired
from jobs_domain.changes import CategoriesChange, MinorChange, NoteToFollowers, ValidThroughChange
from jobs_domain.events import PostingClosed, PostingRevised
from tests.integration.cms import keyboard
from tests.integration.cms.desk import JOBS, bulk_url, messages
from tests.integration.cms.factories import (
    Heard,
    live,
    make_category,
    make_closed_job,
    make_editor,
    make_follower,
    make_job,
    make_publisher,
    nothing_heard,
    the_board,
    today,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FILLED: Final = JobPage.ClosedReason.FILLED


def lock(job: JobPage) -> None:
    JobPage.objects.filter(pk=job.pk).update(locked=True, locked_by=make_publisher(), locked_at=timezone.now())


def did(client: Client, action: str, jobs: Sequence[Page], **values: str | list[str]) -> Sequence[str]:
    """Confirm a bulk action from the list of postings; what is said then."""
    answer = client.post(f"{bulk_url(action, *jobs)}&next={JOBS}", values, follow=True)
    assert answer.redirect_chain == [(JOBS, 302)]
    return messages(answer)


def draft_of(job: JobPage) -> JobPage:
    draft = live(job).get_latest_revision_as_object()
    assert isinstance(draft, JobPage)
    return draft


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


def names(job: JobPage) -> list[str]:
    return live(job).category_names


@pytest.mark.parametrize(
    ("how", "expected"), [("add", ["Crafts", "Health"]), ("remove", []), ("set", ["Health", "Crafts"])]
)
def test_categories(publisher: Client, heard: Heard, how: str, expected: list[str]) -> None:
    crafts, health = make_category("Crafts"), make_category("Health")
    job = make_job(categories=(crafts,))
    given = [crafts] if how == "remove" else [crafts, health]
    make_follower(job)
    heard()
    assert "Now: Crafts." in text(publisher, bulk_url("categorise_jobs", job))
    keys = [str(category.pk) for category in given]
    assert did(publisher, "categorise_jobs", [job], how=how, categories=keys, note="Tidied.") == [
        "1 posting is in other categories now. 1 person is told."
    ]
    assert names(job) == sorted(expected)
    match heard():
        case [PostingRevised(changes=(CategoriesChange(new=new),), note=note)]:
            assert new == frozenset(expected)
            assert note == NoteToFollowers("Tidied.")
        case others:
            pytest.fail(f"{others}")
    assert f"Categories: {', '.join(sorted(expected)) or 'none'}" in text(
        publisher, reverse("wagtailadmin_pages:history", args=[job.pk])
    )


def test_a_minor_change_of_categories_tells_nobody(publisher: Client, heard: Heard) -> None:
    category, job = make_category(), make_job()
    heard()
    keys = [str(category.pk)]
    said = did(publisher, "categorise_jobs", [job], how="add", categories=keys, minor_change="on")
    assert said == ["1 posting is in other categories now. Nobody is told."]
    match heard():
        case [PostingRevised(note=MinorChange())]:
            pass
        case others:
            pytest.fail(f"{others}")
    again = did(publisher, "categorise_jobs", [job], how="add", categories=keys)
    assert again == ["“Baker” was left as it is. It has these categories already."]
    answer = publisher.post(
        bulk_url("categorise_jobs", job), {"how": "add", "categories": keys, "minor_change": "on", "note": "Hear!"}
    )
    assert list(answer.context["form"].errors) == ["minor_change"]


def test_a_draft_takes_over_the_categories_unless_it_has_its_own(publisher: Client) -> None:
    crafts, health, transport = (make_category(name) for name in ("Crafts", "Health", "Transport"))
    same, own = make_job("Same", categories=(health, crafts)), make_job("Own", categories=(crafts,))
    keyboard.edit(publisher, same, SAVE, title="Same draft")
    keyboard.edit(publisher, own, SAVE, title="Own draft", categories=[str(transport.pk)])
    did(publisher, "categorise_jobs", [same, own], how="set", categories=[str(health.pk)])
    assert names(same) == names(own) == ["Health"]
    assert draft_of(same).category_names == ["Health"]
    assert draft_of(own).category_names == ["Transport"]
    assert (live(same).title, live(own).title) == ("Same", "Own")


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


def test_wagtails_own_actions_say_who_is_told(publisher: Client) -> None:
    baker, cook = make_job("Baker"), make_job("Cook")
    make_follower(baker, "ana@example.org")
    make_follower(cook, "ana@example.org")
    make_follower(cook, "ben@example.org")
    for action in ("unpublish", "delete"):
        page = text(publisher, bulk_url(action, baker, cook))
        assert "2 people follow the 2 public postings here and will be told by e-mail." in page
    page = text(publisher, bulk_url("publish", baker))
    assert "1 person follows the public posting among these" in page
    assert "public posting" not in text(publisher, bulk_url("publish", make_job("Draft", published=False)))


def test_taking_down_the_board_tells_those_below(client: Client) -> None:
    client.force_login(make_publisher_of_all())
    job, board = make_job(), the_board()
    make_follower(job)
    told = "1 person follows the 1 public posting here and will be told by e-mail."
    ticked = "Nobody will be told by e-mail; 1 if the postings below are taken down, too."
    for address, words in {
        reverse("wagtailadmin_pages:delete", args=[board.pk]): told,
        bulk_url("delete", board): told,
        reverse("wagtailadmin_pages:unpublish", args=[board.pk]): ticked,
        bulk_url("unpublish", board): ticked,
    }.items():
        assert words in " ".join(text(client, address).split()), address


def make_publisher_of_all() -> User:
    user = make_publisher()
    user.is_superuser = True
    user.save()
    return user


def test_before_deleting_the_notice_is_above_the_buttons(publisher: Client) -> None:
    job = make_job()
    make_follower(job)
    page = text(publisher, reverse("wagtailadmin_pages:delete", args=[job.pk]))
    assert page.index("1 person follows this posting") < page.index("Yes, delete it")
    assert page.count("1 person follows this posting") == 1


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


def test_expired_by_days_counts_from_the_old_date(publisher: Client) -> None:
    job = make_job(closing_date=today() - timedelta(days=30))
    (said,) = did(publisher, "extend_jobs", [job], days="7", reopen="on")
    assert "The closing date has passed" in said
