"""The name of the workflow by which publishers approve."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from wagtail.models import Task, Workflow

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_it_is_called_after_the_publishers_and_back_again() -> None:
    migration = import_module("cms.migrations.0004_publishers_approval")
    loader = MigrationLoader(connection)
    apps = loader.project_state(loader.graph.leaf_nodes()).apps
    assert Workflow.objects.filter(name=migration.OURS).exists()
    assert Task.objects.filter(name=migration.OURS).exists()
    migration.name_as_before(apps, connection.schema_editor())
    assert Workflow.objects.filter(name=migration.WAGTAILS).exists()
    assert not Task.objects.filter(name=migration.OURS).exists()
    migration.rename(apps, connection.schema_editor())
    assert Workflow.objects.filter(name=migration.OURS).exists()


def test_another_name_is_kept() -> None:
    migration = import_module("cms.migrations.0004_publishers_approval")
    loader = MigrationLoader(connection)
    apps = loader.project_state(loader.graph.leaf_nodes()).apps
    Workflow.objects.update(name="Four eyes")
    migration.rename(apps, connection.schema_editor())
    assert [workflow.name for workflow in Workflow.objects.all()] == ["Four eyes"]
