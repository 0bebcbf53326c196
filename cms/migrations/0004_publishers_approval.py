"""Wagtail's workflow bears the name of the group that approves: “Moderators” are “Publishers” here."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

WAGTAILS, OURS = "Moderators approval", "Publishers’ approval"


def rename(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rename(apps, WAGTAILS, OURS)


def name_as_before(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rename(apps, OURS, WAGTAILS)


def _rename(apps: StateApps, old: str, new: str) -> None:
    """Whoever has chosen another name keeps it."""
    for model in ("Workflow", "Task"):
        apps.get_model("wagtailcore", model).objects.filter(name=old).update(name=new)


class Migration(migrations.Migration):
    dependencies = [("cms", "0003_roles")]

    operations = [migrations.RunPython(rename, name_as_before)]
