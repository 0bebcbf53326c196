"""The program of the release before runs on the tables of this one: so a board is upgraded while it runs.

`upgrade_from` names the commit of that release. Whoever makes a release writes its commit there. docs/developers.md says how a column goes.
"""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

ROOT: Final = Path(__file__).parents[2]
BASE: Final = Path(__file__).with_name("upgrade_from").read_text().strip()
OURS: Final = ("adapters", "cms", "notifications")
ALLOWED: Final[dict[str, str]] = {}
"""For a finding below: why the release before bears it all the same."""

pytestmark = pytest.mark.quality


def git(*arguments: str) -> bytes:
    done = subprocess.run(["/usr/bin/env", "git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip("needs the history: this is no clone")
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def unpack_base(into: Path) -> None:
    """The program of the release before."""
    with tarfile.open(fileobj=io.BytesIO(git("archive", BASE))) as tree:
        tree.extractall(into, filter="data")


def breaking(operation: Operation, app: str, before: ProjectState) -> Iterator[str]:
    """What the release before would fail at, after this operation."""
    match operation:
        case migrations.SeparateDatabaseAndState():
            yield from (found for each in operation.database_operations for found in breaking(each, app, before))
        case migrations.RemoveField() | migrations.RenameField() | migrations.DeleteModel() | migrations.RenameModel():
            yield f"takes away what it reads: {operation.describe()}"
        case migrations.AlterModelTable():
            yield f"takes away what it reads: {operation.describe()}"
        case migrations.AddField(field=field) if _must_be_given(field):
            yield f"wants a value that it does not give: {operation.describe()}"
        case migrations.AlterField(model_name=model, name=name, field=field):
            earlier = before.models[app, model.lower()].fields[name]
            if _must_be_given(field) and not _must_be_given(earlier):
                yield f"wants a value that it does not give: {operation.describe()}"
            if (field.max_length or 0) < (earlier.max_length or 0):
                yield f"has less room than it takes: {operation.describe()}"
            if field.unique and not earlier.unique:
                yield f"refuses what it writes: {operation.describe()}"
        case migrations.AddConstraint():
            yield f"refuses what it writes: {operation.describe()}"
        case _:
            return


def _must_be_given(field: models.Field[object, object]) -> bool:
    """Whether a row cannot be written without it."""
    if isinstance(field, models.ManyToManyField) or field.null:
        return False
    return field.db_default is NOT_PROVIDED


def found_in(names: Iterable[tuple[str, str]], loader: MigrationLoader) -> list[str]:
    found: list[str] = []
    for app, name in names:
        migration = loader.disk_migrations[app, name]
        state = loader.project_state((app, name), at_end=False)
        for operation in migration.operations:
            found += [f"{app}.{name} {what}" for what in breaking(operation, app, state)]
            operation.state_forwards(app, state)
    return found


def test_the_release_before_can_read_and_write_what_new_migrations_leave() -> None:
    folders = [f"{app}/migrations" for app in OURS]
    before = set(git("ls-tree", "-r", "--name-only", BASE, "--", *folders).decode().split())
    loader = MigrationLoader(None)
    new = [
        (app, name)
        for app, name in sorted(loader.disk_migrations)
        if app in OURS and f"{app}/migrations/{name}.py" not in before
    ]
    assert set(found_in(new, loader)) == set(ALLOWED)


@pytest.mark.parametrize(
    ("operation", "what"),
    [
        (migrations.RemoveField("batch", "lane"), "takes away"),
        (migrations.RenameField("batch", "lane", "line"), "takes away"),
        (migrations.DeleteModel("Pace"), "takes away"),
        (migrations.AddField("batch", "weight", models.IntegerField(default=0)), "wants a value"),
        (migrations.AddField("batch", "weight", models.IntegerField(null=True)), ""),
        (migrations.AddField("batch", "weight", models.IntegerField(db_default=0)), ""),
        (migrations.AlterField("batch", "holder", models.UUIDField()), "wants a value"),
        (migrations.AlterField("pace", "domain", models.CharField(max_length=20)), "less room"),
        (migrations.AlterField("batch", "first", models.UUIDField(unique=True)), "refuses"),
        (migrations.AlterField("batch", "first", models.UUIDField(help_text="Itself included.")), ""),
        (migrations.AddConstraint("batch", models.UniqueConstraint(fields=["first"], name="once")), "refuses"),
    ],
)
def test_what_the_release_before_cannot_bear_is_found(operation: Operation, what: str) -> None:
    loader = MigrationLoader(None)
    state = loader.project_state()
    found = list(breaking(operation, "notifications", state))
    assert [what in one for one in found] == ([True] if what else [])
