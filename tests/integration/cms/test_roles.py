"""What the migrations give: a board, and two roles."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from wagtail.models import Page, Site

from cms.models import Category, Company, HomePage, JobIndexPage
from tests.integration.cms.factories import make_editor, make_job, make_publisher, the_board

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_the_tree() -> None:
    site = Site.objects.get(is_default_site=True)
    assert isinstance(site.root_page.specific, HomePage)
    assert [page.specific_class for page in site.root_page.get_children()] == [JobIndexPage]
    assert the_board().url == "/jobs/"
    assert not any(Page.find_problems())


def test_editors_write_and_submit() -> None:
    user = make_editor()
    board, job = the_board().permissions_for_user(user), make_job().permissions_for_user(user)
    assert (board.can_add_subpage(), board.can_publish_subpage()) == (True, False)
    assert (job.can_edit(), job.can_submit_for_moderation()) == (True, True)
    assert (job.can_publish(), job.can_unpublish(), job.can_delete(), job.can_lock()) == (False, False, False, False)
    assert rights(user) == {"add", "change", "view"}


def test_publishers_publish_close_and_take_down() -> None:
    user = make_publisher()
    job = make_job().permissions_for_user(user)
    assert all((job.can_publish(), job.can_unpublish(), job.can_delete(), job.can_lock(), job.can_unlock()))
    assert rights(user) == {"add", "change", "view", "delete"}


@pytest.mark.parametrize("role", [make_editor, make_publisher])
def test_both_work_with_pictures_and_enter_the_admin(role: Callable[[], User]) -> None:
    user = role()
    assert user.has_perm("wagtailadmin.access_admin")
    assert user.has_perm("wagtailimages.add_image")
    assert not user.is_superuser


def rights(user: User) -> set[str]:
    """The rights that hold for companies and for categories."""
    models = [model._meta.model_name for model in (Company, Category)]
    return {
        right
        for right in ("add", "change", "view", "delete")
        if all(user.has_perm(f"cms.{right}_{name}") for name in models)
    }


def test_the_migrations_can_be_taken_back() -> None:
    home, roles = (import_module(f"cms.migrations.{name}") for name in ("0002_home_and_board", "0003_roles"))
    loader = MigrationLoader(connection)
    apps = loader.project_state(loader.graph.leaf_nodes()).apps
    editor = connection.schema_editor()
    make_job()
    publishers = Group.objects.get(name="Publishers")

    roles.take(apps, editor)
    home.uproot(apps, editor)
    assert Group.objects.get(name="Moderators") == publishers
    assert not publishers.permissions.filter(content_type__app_label="cms").exists()
    site = Site.objects.get(is_default_site=True)
    assert type(site.root_page.specific) is Page
    assert not JobIndexPage.objects.exists()
    assert not any(Page.find_problems())

    home.plant(apps, editor)
    roles.give(apps, editor)
    assert Group.objects.get(name="Publishers") == publishers
    assert the_board().url == "/jobs/"
    assert not any(Page.find_problems())


def test_a_site_that_somebody_has_begun_is_left_alone() -> None:
    home = import_module("cms.migrations.0002_home_and_board")
    loader = MigrationLoader(connection)
    home.plant(loader.project_state(loader.graph.leaf_nodes()).apps, connection.schema_editor())
    assert HomePage.objects.count() == JobIndexPage.objects.count() == 1
