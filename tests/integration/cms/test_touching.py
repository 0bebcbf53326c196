"""Every way in which something public changes touches just what shows it, in the same transaction."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.images.models import Image
from wagtail.models import Page, Site

from adapters import touched
from adapters.models import PostingRecord
from adapters.outbox import OutboxEventPublisher
from cms.actions import CategoriseJobAction, CloseJobAction, ExtendJobAction, MergeCompaniesAction, ReopenJobAction
from cms.actions.categorise_job import How
from cms.actions.reopen_job import NewClosing
from cms.models import Category, CategoryInLanguage, Company, HomePage, JobIndexPage, JobPage
from cms.reconcile import close_expired, reconcile
from tests.integration.cms import keyboard
from tests.integration.cms.factories import (
    live,
    make_category,
    make_closed_job,
    make_company,
    make_job,
    nothing_heard,
    the_board,
    today,
)
from tests.integration.cms.keyboard import PUBLISH, SAVE, in_an_hour

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

BOARD: Final = touched.BOARD
ALL: Final = {touched.BOARD, touched.EVERYTHING}


class Heard:
    """The subjects that were touched since the last look."""

    def __init__(self) -> None:
        self._last = 0
        self()

    def __call__(self) -> set[str]:
        changes = touched.since(self._last)
        self._last = changes[-1].id if changes else self._last
        return {change.subject for change in changes}


class World:
    """A posting of a bakery, about food; another of a bank, about money, that nothing here has to do with."""

    def __init__(self) -> None:
        self.bakery, self.bank = make_company("Bakery"), make_company("Bank")
        make_company("Bread & Sons")  # which the editors' form names
        self.food, self.money = make_category("Food"), make_category("Money")
        self.job = make_job("Baker", company=self.bakery, categories=(self.food,))
        self.other = make_job("Teller", company=self.bank, categories=(self.money,))
        self.heard = Heard()

    @property
    def own(self) -> set[str]:
        return self.of(self.job) | {"company:bakery", "category:food"}

    @staticmethod
    def of(job: JobPage) -> set[str]:
        return {BOARD, f"posting:{job.posting_id}"}


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_published(publisher: Client, world: World) -> None:
    keyboard.create(publisher, PUBLISH, title="Cook", slug="cook", categories=[str(world.food.pk)])
    cook = keyboard.created("Cook")
    assert world.heard() == World.of(cook) | {f"company:{cook.company.slug}", "category:food"}


def test_a_draft_touches_nothing(publisher: Client, world: World) -> None:
    keyboard.create(publisher, SAVE, title="Cook", slug="cook")
    keyboard.edit(publisher, world.job, SAVE, title="Head baker")
    keyboard.edit(publisher, world.job, PUBLISH, title="Head baker", go_live_at=in_an_hour())
    assert world.heard() == set()


def test_a_scheduled_change(publisher: Client, world: World) -> None:
    keyboard.edit(publisher, world.job, PUBLISH, title="Head baker", go_live_at=in_an_hour())
    world.heard()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
    assert world.heard() == world.own


def test_revised(publisher: Client, world: World) -> None:
    keyboard.edit(publisher, world.job, PUBLISH, title="Head baker")
    assert world.heard() == world.own


def test_the_company_that_a_posting_leaves_hears_of_it(publisher: Client, world: World) -> None:
    keyboard.edit(publisher, world.job, PUBLISH, company=str(world.bank.pk))
    assert world.heard() == world.own | {"company:bank"}


def test_the_category_that_a_posting_leaves_hears_of_it(publisher: Client, world: World) -> None:
    keyboard.edit(publisher, world.job, PUBLISH, categories=[str(world.money.pk)])
    assert world.heard() == world.own | {"category:money"}


def test_categorised(world: World) -> None:
    CategoriseJobAction(page=world.job, how=How.SET, categories=[world.money]).execute()
    assert world.heard() == world.own | {"category:money"}


def test_closed_extended_and_reopened(world: World) -> None:
    CloseJobAction(page=live(world.job), reason=JobPage.ClosedReason.FILLED).execute()
    assert world.heard() == world.own
    ReopenJobAction(page=live(world.job)).execute()
    assert world.heard() == world.own
    later = NewClosing(day=today() + timedelta(days=60))
    ExtendJobAction(page=live(world.job), closing=later).execute()
    assert world.heard() == world.own


@pytest.mark.parametrize("button", ["unpublish", "delete"])
def test_taken_down(publisher: Client, world: World, button: str) -> None:
    keyboard.press(publisher, button, world.job)
    assert world.heard() == world.own


def test_a_draft_is_deleted(publisher: Client, world: World) -> None:
    draft = make_job("Draft", published=False)
    world.heard()
    keyboard.press(publisher, "delete", draft)
    assert world.heard() == set()


def test_taken_down_through_the_plain_page(world: World) -> None:
    Page.objects.get(pk=world.job.pk).unpublish()
    assert world.heard() == world.own


def test_expired(publisher: Client, world: World) -> None:
    keyboard.edit(publisher, world.job, PUBLISH, expire_at=in_an_hour())
    world.heard()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
    assert world.heard() == world.own


def test_the_closing_date_passes(world: World) -> None:
    make_closed_job("Closed long ago")
    JobPage.objects.filter(pk=world.other.pk).update(closing_date=None, valid_through=None)
    reconcile()
    world.heard()
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert close_expired() == 1
    assert world.heard() == world.own


def test_an_alias_is_a_page_of_its_posting(publisher: Client, world: World) -> None:
    alias = CreatePageAliasAction(world.job, update_slug="alias").execute()
    assert world.heard() == world.own
    keyboard.press(publisher, "unpublish", alias)
    assert world.heard() == world.own


def test_a_copy_touches_what_shows_the_copy(publisher: Client, world: World) -> None:
    values = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(the_board().pk)}
    keyboard.press(publisher, "copy", world.job, **values, publish_copies="on")
    assert world.heard() == World.of(keyboard.created("Copy")) | {"company:bakery", "category:food"}


def test_another_slug(publisher: Client, world: World) -> None:
    keyboard.edit(publisher, world.job, PUBLISH, slug="head-baker")
    assert world.heard() >= world.own


def test_moved(publisher: Client, world: World) -> None:
    board = JobIndexPage(title="Other jobs", slug="other")
    HomePage.objects.get().add_child(instance=board)
    world.heard()
    publisher.post(reverse("wagtailadmin_pages:move_confirm", args=[world.job.pk, board.pk]))
    assert world.heard() == world.own


@pytest.mark.parametrize("kind", [Page, JobIndexPage])
def test_the_board_has_another_address_or_other_words(world: World, kind: type[Page]) -> None:
    board = kind.objects.get(pk=the_board().pk)
    board.slug = "vacancies"
    board.save()
    assert world.heard() == ALL | {f"page:{board.pk}"}


def test_a_draft_of_the_board_touches_nothing(world: World) -> None:
    the_board().save_revision()
    assert world.heard() == set()


def test_a_board_is_deleted_with_its_postings(world: World) -> None:
    board = the_board()
    the_board().delete()
    assert world.heard() >= world.own | ALL | {f"page:{board.pk}"}


def test_a_company_is_renamed(world: World) -> None:
    world.bakery.name, world.bakery.slug = "Bread", "bread"
    world.bakery.save()
    assert world.heard() == world.own | {"company:bread"}


def test_what_the_reconciler_finds_touches_its_posting(world: World) -> None:
    world.bakery.name = "Bread"
    world.bakery.save()
    world.heard()
    assert reconcile() == 1
    assert world.heard() == world.own
    JobPage.objects.filter(pk=world.job.pk).update(live=False)
    reconcile()
    assert world.heard() == world.own
    assert reconcile() == 0
    assert world.heard() == set()


def test_a_posting_that_was_removed_past_all_signals_touches_everything(world: World) -> None:
    """Nobody knows any more which lists it was in."""
    record = PostingRecord.objects.get(pk=world.job.posting_id)
    record.posting_id = uuid4()
    record.save(force_insert=True)
    assert reconcile() == 1
    assert world.heard() == ALL


def test_a_category_is_renamed(world: World) -> None:
    world.food.name, world.food.slug = "Meals", "meals"
    world.food.save()
    assert world.heard() == world.own | {"category:meals"}


def test_a_category_is_deleted(world: World) -> None:
    world.food.delete()
    assert world.heard() == world.own


def test_the_language_of_a_posting_touches_what_shows_it_and_tells_nobody(publisher: Client, world: World) -> None:
    with nothing_heard():
        keyboard.edit(publisher, world.job, PUBLISH, language="de")
    assert live(world.job).language == "de"
    assert world.heard() == world.own


def test_a_category_gets_changes_and_loses_a_name_in_another_language(world: World) -> None:
    name = CategoryInLanguage.objects.create(category=world.food, language="de", name="Essen")
    assert world.heard() == world.own
    name.name = "Lebensmittel"
    name.save()
    assert world.heard() == world.own
    name.delete()
    assert world.heard() == world.own


def test_the_board_gets_changes_and_loses_words_in_another_language(world: World) -> None:
    board = the_board()
    words = board.in_other_languages.get()
    words.title = "Stellen"
    words.save()
    assert world.heard() == {BOARD, f"page:{board.pk}"}
    words.delete()
    assert world.heard() == {BOARD, f"page:{board.pk}"}


def test_a_company_and_a_category_that_nobody_uses(world: World) -> None:
    Company.objects.create(name="New")
    Category.objects.create(name="New")
    assert world.heard() == {BOARD, "company:new", "category:new"}


def test_companies_are_merged(world: World) -> None:
    MergeCompaniesAction(duplicate=world.bakery, kept=world.bank).execute()
    assert world.heard() == world.own | {"company:bank"}


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Wagtail leaves temporary files of pictures open
def test_a_logo_is_changed(world: World, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    drawn = BytesIO()
    Picture.new("RGB", (8, 8)).save(drawn, "PNG")
    logo = Image.objects.create(title="Logo", file=ImageFile(BytesIO(drawn.getvalue()), "logo.png"))
    assert world.heard() == set()
    world.bakery.logo = logo
    world.bakery.save()
    world.heard()
    logo.focal_point_x = 1
    logo.save()
    assert world.heard() == world.own
    logo.delete()
    assert world.heard() == world.own


def test_the_site_has_another_name(world: World) -> None:
    Site.objects.get().save()
    assert world.heard() == ALL


def test_what_cannot_be_stored_touches_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(OutboxEventPublisher, "publish", fail)
    world.job.title = "Head baker"
    with pytest.raises(RuntimeError):
        world.job.save()
    assert world.heard() == set()
