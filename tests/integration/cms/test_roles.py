"""What the migrations give: a board, and two roles."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
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
def test_both_work_with_pictures_and_enter_the_admin(role: type[User]) -> None:
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


@pytest.mark.parametrize("target", ["0002_home_and_board", "0001_initial"])
def test_the_migrations_can_be_taken_back(target: str) -> None:
    make_job()
    MigrationExecutor(connection).migrate([("cms", target)])
    executor = MigrationExecutor(connection)
    groups = executor.loader.project_state([("cms", target), ("auth", "0012_alter_user_first_name_max_length")]).apps.get_model("auth", "Group")
    assert set(groups.objects.values_list("name", flat=True)) == {"Editors", "Moderators"}
    assert Page.objects.filter(slug="jobs").exists() is (target != "0001_initial")
    executor.migrate(executor.loader.graph.leaf_nodes("cms"))
    assert the_board().url == "/jobs/"
    assert not any(Page.find_problems())
