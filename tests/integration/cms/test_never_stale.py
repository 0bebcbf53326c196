"""A kept page is never older than what is committed, and no page is made anew for something that it does not show."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.actions import CategoriseJobAction, CloseJobAction, MergeCompaniesAction, ReopenJobAction
from cms.actions.categorise_job import How
from cms.models import JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import live, make_category, make_company, make_job, the_board
from tests.integration.cms.keyboard import PUBLISH

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

JOB: Final = "/jobs/baker/"
LISTS: Final = ("/jobs/", "/companies/bakery/", "/categories/food/", "/feeds/jobs.atom", "/companies/bakery/feed.json")
OTHERS: Final = (
    "/jobs/teller/",
    "/companies/bank/",
    "/categories/money/",
    "/companies/bank/feed.atom",
    "/categories/money/feed.rss",
)


class World:
    """A baker of a bakery, found under food; a teller of a bank in another town, found under money. All their pages are kept."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.bakery, self.bank = make_company("Bakery"), make_company("Bank")
        self.food, self.money = make_category("Food"), make_category("Money")
        self.baker = make_job("Baker", company=self.bakery, categories=(self.food,))
        self.teller = make_job("Teller", company=self.bank, categories=(self.money,), town="Porto")
        for address in (JOB, *LISTS, *OTHERS):
            assert self.client.get(address).status_code == 200, address
            assert self.is_kept(address), address

    def is_kept(self, address: str) -> bool:
        """To ask whether a page is still good goes past Django."""
        with CaptureQueriesContext(connection) as queries:
            self.client.get(address)
        return len(queries) == 0

    def text(self, address: str) -> str:
        return self.client.get(address).content.decode()

    def lists(self, words: str) -> bool:
        """Whether all of the lists have the words; they must not contradict each other."""
        (answer,) = {words in self.text(address) for address in LISTS}
        return answer

    def others_are_kept(self) -> bool:
        return not [address for address in OTHERS if not self.is_kept(address)]


@pytest.fixture
def world(db: None, client: Client) -> World:
    return World(client)


def test_published(publisher: Client, world: World) -> None:
    company, categories = str(world.bakery.pk), [str(world.food.pk)]
    keyboard.create(publisher, PUBLISH, title="Cook", slug="cook", company=company, categories=categories)
    assert world.lists("Cook")
    assert world.others_are_kept()
    assert world.is_kept(JOB)


def test_revised(publisher: Client, world: World) -> None:
    keyboard.edit(publisher, world.baker, PUBLISH, title="Head baker")
    assert "Head baker" in world.text(JOB)
    assert world.lists("Head baker")
    assert world.others_are_kept()


def test_closed_and_reopened(world: World) -> None:
    CloseJobAction(page=world.baker, reason=JobPage.ClosedReason.FILLED).execute()
    assert "posting is closed" in world.text(JOB)
    assert not world.lists("Baker</")
    assert not world.lists('Baker"')
    assert world.others_are_kept()
    ReopenJobAction(page=live(world.baker)).execute()
    assert "posting is closed" not in world.text(JOB)
    assert "Baker" in world.text("/jobs/")
    assert "Baker" in world.text("/companies/bakery/feed.json")


@pytest.mark.parametrize("button", ["unpublish", "delete"])
def test_retired(publisher: Client, world: World, button: str) -> None:
    keyboard.press(publisher, button, world.baker)
    assert world.client.get(JOB).status_code == 410
    assert "/jobs/baker/" not in world.text("/jobs/")
    assert "/jobs/baker/" not in world.text("/companies/bakery/feed.json")
    assert world.others_are_kept()


def test_the_closing_instant_is_reached_though_nothing_runs(world: World) -> None:
    instant = live(world.baker).valid_through
    assert instant is not None
    with time_machine.travel(instant - timedelta(seconds=2), tick=False) as clock:
        assert "posting is closed" not in world.text(JOB)
        assert "/jobs/baker/" in world.text("/jobs/")
        assert world.is_kept(JOB)
        clock.move_to(instant)
        assert "posting is closed" in world.text(JOB)
        assert "/jobs/baker/" not in world.text("/jobs/")
        assert "/jobs/baker/" not in world.text("/companies/bakery/feed.json")


def test_a_company_is_renamed(world: World) -> None:
    world.bakery.name = "Bread & Sons Ltd"
    world.bakery.save()
    for address in (JOB, "/jobs/", "/companies/bakery/", "/categories/food/"):
        assert "Bread &amp; Sons Ltd" in world.text(address), address
    assert world.others_are_kept()


def test_a_category_is_changed_and_one_is_renamed(world: World) -> None:
    CategoriseJobAction(page=world.baker, how=How.SET, categories=[make_category("Crafts")]).execute()
    assert "Crafts" in world.text(JOB)
    assert "/jobs/baker/" not in world.text("/categories/food/")
    assert world.others_are_kept()
    world.money.name = "Finance"
    world.money.save()
    assert "Finance" in world.text("/jobs/teller/")
    assert "Finance" in world.text("/categories/money/")


def test_companies_are_merged(world: World) -> None:
    MergeCompaniesAction(duplicate=world.bakery, kept=world.bank).execute()
    assert "/jobs/baker/" in world.text("/companies/bank/")
    assert "/jobs/baker/" in world.text("/companies/bank/feed.json")
    assert "/companies/bank/" in world.text(JOB)
    assert world.client.get("/companies/bakery/").status_code != 200
    assert world.is_kept("/categories/money/")


def test_another_address(publisher: Client, world: World) -> None:
    keyboard.edit(publisher, world.baker, PUBLISH, slug="head-baker")
    assert world.client.get(JOB).status_code != 200
    board = the_board()
    board.slug = "vacancies"
    board.save()
    assert world.client.get("/jobs/teller/").status_code != 200
    assert world.client.get("/vacancies/teller/").status_code == 200


def test_what_an_editor_sees_is_his_alone(publisher: Client, world: World) -> None:
    """Wagtail adds its own bar for editors to the pages that they read."""
    anonymous = world.text(JOB)
    own = publisher.get(JOB)
    assert "public" not in own.headers["Cache-Control"]
    assert world.text(JOB) == anonymous
    assert world.is_kept(JOB)


def test_a_preview_is_not_what_visitors_see(publisher: Client, world: World) -> None:
    draft = live(world.baker)
    draft.title = "Head baker"
    preview = draft.make_preview_request()
    assert isinstance(preview, HttpResponse)
    assert "Head baker" in preview.content.decode()
    assert "Head baker" not in world.text(JOB)


def test_in_the_closing_minute_the_page_is_kept_no_longer_than_it_is_right(world: World) -> None:
    instant = live(world.teller).valid_through
    assert instant is not None
    with time_machine.travel(instant - timedelta(seconds=30), tick=False) as clock:
        open_page = world.text("/jobs/teller/")
        clock.move_to(timezone.now() + timedelta(seconds=31))
        assert world.text("/jobs/teller/") != open_page
