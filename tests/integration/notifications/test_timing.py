"""When followers are told is a setting of the board."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from adapters import newsroom
from notifications.models import Timing
from notifications.timing import settling_time
from tests.integration.notifications.people import (
    administrator,
    browser,
    editor,
    logged,
    publisher,
    see,
    trusted,
    words,
)
from tests.integration.notifications.world import BETTER_PAID, announce, follow, show, work
from tests.unit.examples import ANA, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

URL = "/admin/notifications/timing/"


@pytest.fixture(autouse=True)
def _the_operators_choice(settings: LazySettings, clock: time_machine.Traveller) -> None:
    settings.SETTLING_TIME = 300


def choose(minutes: str, client: Client | None = None, status: int = 200) -> str:
    return words((client or administrator()).post(URL, {"minutes_until_told": minutes}, follow=True), status)


def test_its_place() -> None:
    assert reverse("notifications_admin:timing") == URL


def test_it_is_as_the_operator_has_set_it_until_somebody_chooses() -> None:
    assert settling_time() == timedelta(minutes=5)
    assert "as the operator has set it, at present 5 minutes." in see(administrator(), URL)
    assert not Timing.objects.exists()


def test_what_is_chosen_holds_for_what_changes_from_then_on(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    assert "The setting is saved." in choose("90")
    assert newsroom.newsroom().settling_time() == timedelta(minutes=90)
    show(BETTER_PAID)
    clock.shift(timedelta(minutes=90, seconds=-1))
    assert work() == []
    clock.shift(1)
    assert len(work()) == 1


def test_what_is_pending_keeps_its_time(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    choose("90")
    clock.move_to(NOW + timedelta(minutes=5))
    assert len(work()) == 1


def test_nought_tells_at_once() -> None:
    show()
    follow(ANA)
    choose("0")
    show(BETTER_PAID)
    assert len(work()) == 1


def test_empty_is_the_operators_choice_again(settings: LazySettings) -> None:
    choose("90")
    choose("")
    assert settling_time() == timedelta(minutes=5)
    settings.SETTLING_TIME = 90
    assert "at present 90 seconds." in see(administrator(), URL)


@pytest.mark.parametrize("minutes", ["-1", "1441", "soon", "1.5"])
def test_what_is_no_such_time_is_refused(minutes: str) -> None:
    choose("7")
    assert "could not be saved due to errors" in choose(minutes)
    assert settling_time() == timedelta(minutes=7)


def test_a_day_is_the_most() -> None:
    choose("1440")
    assert settling_time() == timedelta(days=1)


@pytest.mark.parametrize("who", [editor, publisher, trusted])
def test_who_may_not_change_it_does_not_get_there(who: Callable[[], Client]) -> None:
    client = who()
    assert client.get(URL).headers["Location"] == "/admin/"
    assert client.post(URL, {"minutes_until_told": "7"}).headers["Location"] == "/admin/"
    assert not Timing.objects.exists()


def test_who_is_not_logged_in_does_not_get_there() -> None:
    assert Client().post(URL, {"minutes_until_told": "7"}).headers["Location"].startswith("/admin/login/")
    assert not Timing.objects.exists()


def test_the_right_to_change_it_can_be_given() -> None:
    choose("7", browser("Editors", permissions=("change_timing",)))
    assert settling_time() == timedelta(minutes=7)


def test_administrators_find_the_rights_where_they_give_others() -> None:
    group = Group.objects.get(name="Publishers")
    shown = see(administrator(), reverse("wagtailusers_groups:edit", args=[group.pk]))
    assert "Can look up followers by address, and see addresses in full" in shown
    assert "Can have failed messages sent again" in shown


def test_who_changed_it_is_noted() -> None:
    choose("7")
    entry = logged().get()
    assert (entry.action, entry.label) == ("wagtail.edit", "Mails")
