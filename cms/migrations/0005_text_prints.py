"""The prints of texts, by which copies are found; those of the postings there are, too."""

from __future__ import annotations

from itertools import batched
from typing import Final

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from cms.editor.likeness import prints_of, rows_of_words

CHUNK: Final = 500


def take_prints(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    text_print = apps.get_model("cms", "TextPrint")
    texts = apps.get_model("cms", "JobPage").objects.order_by().values_list("pk", "description").iterator(CHUNK)
    for chunk in batched(texts, CHUNK, strict=False):
        text_print.objects.bulk_create(
            text_print(page_id=pk, value=value) for pk, text in chunk for value in prints_of(rows_of_words(text))
        )


class Migration(migrations.Migration):
    dependencies = [("cms", "0004_publishers_approval")]

    operations = [
        migrations.CreateModel(
            name="TextPrint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.BigIntegerField()),
                (
                    "page",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cms.jobpage",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["value", "page"], name="cms_text_print_once")],
            },
        ),
        migrations.RunPython(take_prints, migrations.RunPython.noop),
    ]
