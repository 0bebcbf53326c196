"""What the panel says will be told is what is told when the form is then published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.utils import timezone

from adapters import outbox
from cms.models import JobPage
from notifications.fan_out import fan_out_due
from notifications.sending import send_due
from tests.integration.cms import keyboard
from tests.integration.cms.factories import live, make_follower, make_job
from tests.integration.cms.keyboard import PUBLISH
from tests.integration.cms.panel import panel

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

IN_ONE = "Publishing tells 1 follower, in one message with the news that waits, at "
TAKES_BACK = "Publishing tells nobody: it takes back what waits."
NOTE = "A step up."


@pytest.fixture(autouse=True)
def settling(settings: LazySettings) -> None:
    settings.SETTLING_TIME = 300


def followed_job() -> JobPage:
    job = make_job(closing_date=date(2027, 3, 1))
    make_follower(job)
    return job


def written_down() -> None:
    while outbox.dispatch_due():
        pass


def told() -> list[str]:
    """The subjects of what the follower gets once everything has settled."""
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        while outbox.dispatch_due() + fan_out_due() + send_due():
            pass
    subjects = [str(message.subject) for message in mail.outbox if message.to == ["ana@example.org"]]
    return [subject for subject in subjects if not subject.startswith("Confirm")]


@pytest.mark.parametrize("is_written_down", [True, False])
def test_taken_down_and_published_again_before_it_was_told(publisher: Client, *, is_written_down: bool) -> None:
    job = followed_job()
    keyboard.press(publisher, "unpublish", job)
    if is_written_down:
        written_down()
    assert TAKES_BACK in panel(publisher, job)
    keyboard.edit(publisher, job, PUBLISH)
    assert live(job).live
    assert told() == []


@pytest.mark.parametrize("is_written_down", [True, False])
def test_taken_down_and_published_again_with_a_change(publisher: Client, *, is_written_down: bool) -> None:
    job = followed_job()
    keyboard.press(publisher, "unpublish", job)
    if is_written_down:
        written_down()
    said = panel(publisher, job, title="Cook", change_note=NOTE)
    assert IN_ONE in said
    assert "open again" not in said
    keyboard.edit(publisher, job, PUBLISH, title="Cook", change_note=NOTE)
    assert told() == ["Title changed: Cook at Bread & Sons"]


def test_taken_down_and_published_again_after_it_was_told(publisher: Client) -> None:
    job = followed_job()
    keyboard.press(publisher, "unpublish", job)
    before = told()
    said = panel(publisher, job, title="Cook", change_note=NOTE)
    assert "Publishing tells 1 follower that the posting is open again, in 5 minutes, with your note." in said
    keyboard.edit(publisher, job, PUBLISH, title="Cook", change_note=NOTE)
    assert told()[len(before) :] == ["Open again: Cook at Bread & Sons"]


@pytest.mark.parametrize(
    ("later", "said", "subjects"),
    [
        ({"title": "Chef", "change_note": NOTE}, IN_ONE, ["Title changed: Chef at Bread & Sons"]),
        ({"title": "Baker"}, TAKES_BACK, []),
        (
            {"salary_maximum": "3900", "minor_change": "on"},
            "Publishing tells nobody: it is marked as a minor change. The news that waits is told as it is.",
            ["Title changed: Cook at Bread & Sons"],
        ),
        (
            {"title": "Chef", "minor_change": "on"},
            "Publishing tells nobody: it is marked as a minor change. The news that waits is brought up to date.",
            ["Title changed: Chef at Bread & Sons"],
        ),
        (
            {"title": "Baker", "minor_change": "on"},
            "Publishing tells nobody: it is marked as a minor change. It takes back the news that waits.",
            [],
        ),
        (
            {},
            "Publishing tells nobody: nothing that the public can see is different. The news that waits is told as it is.",
            ["Title changed: Cook at Bread & Sons"],
        ),
    ],
    ids=["again", "back", "minor", "minor of the same", "minor back", "nothing"],
)
def test_a_change_while_another_waits(publisher: Client, later: dict[str, str], said: str, subjects: list[str]) -> None:
    job = followed_job()
    keyboard.edit(publisher, job, PUBLISH, title="Cook", change_note="Hot food, too.")
    written_down()
    assert said in panel(publisher, job, **later)
    keyboard.edit(publisher, job, PUBLISH, **later)
    assert told() == subjects


def test_a_posting_that_closes_before_its_change_is_published(publisher: Client) -> None:
    job = followed_job()
    said = panel(publisher, job, closing_date="2027-05-01", go_live_at="2027-04-02 08:00", change_note=NOTE)
    closed = "1 March 2027, end of day (Brussels time), passes before that: 1 follower is told that it is closed."
    assert closed in said
    assert "1 follower is told that the posting is open again, 5 minutes after that, with your note." in said


def test_one_that_closes_right_before_is_told_once(publisher: Client) -> None:
    job = followed_job()
    said = panel(publisher, job, closing_date="2027-05-01", go_live_at="2027-03-01 23:02", change_note=NOTE)
    assert "passes before that." in said
    assert (
        "1 follower is told, in one message with the news that waits, at 1 March 2027, 23:05, with your note." in said
    )


def test_a_closing_date_that_is_still_to_come_then_is_only_changed(publisher: Client) -> None:
    job = followed_job()
    said = panel(publisher, job, closing_date="2027-05-01", go_live_at="2027-02-02 08:00", change_note=NOTE)
    assert "before that" not in said
    assert "1 follower is told, 5 minutes after that, with your note." in said


@pytest.mark.parametrize("go_live_at", ["", "2027-02-01 08:00"])
def test_that_it_is_taken_down_again_is_said_as_well(publisher: Client, go_live_at: str) -> None:
    job = followed_job()
    said = panel(publisher, job, title="Cook", go_live_at=go_live_at, expire_at="2027-02-14 09:00")
    assert "It is taken down on 14 February 2027, 09:00; who follows it then is told." in said
    assert "taken down" not in panel(publisher, job, title="Cook", go_live_at=go_live_at)


def test_a_mistaken_time_to_take_it_down_is_left_out(publisher: Client) -> None:
    job = followed_job()
    assert "taken down" not in panel(publisher, job, go_live_at="2027-02-14 09:00", expire_at="2027-02-01 08:00")
    assert "taken down" not in panel(publisher, job, expire_at="2020-02-01 08:00")
