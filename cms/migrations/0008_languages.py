"""In which language postings and companies are described, and what the board and its categories are called in others.

The board that came with 0002 gets its German words, unless somebody has changed the English ones.
"""

import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import cms.choices

ENGLISH = {
    "title": "Open jobs",
    "intro": (
        "Every job here can be followed: leave your e-mail address, and hear when the pay, the place or the closing "
        "date changes."
    ),
}
GERMAN = {
    "title": "Offene Stellen",
    "intro": (
        "Jeder Stelle hier können Sie folgen: Geben Sie Ihre E\N{NON-BREAKING HYPHEN}Mail-Adresse an, und erfahren Sie, "
        "wenn sich Gehalt, Ort oder Bewerbungsschluss ändert."
    ),
}


def speak_german(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for board in apps.get_model("cms", "JobIndexPage").objects.filter(**ENGLISH):
        apps.get_model("cms", "BoardInLanguage").objects.create(page=board, language="de", **GERMAN)


class Migration(migrations.Migration):
    dependencies = [("cms", "0007_searched_text")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="language",
            field=models.CharField(
                choices=cms.choices.languages,
                default=cms.choices.default_language,
                max_length=3,
                verbose_name="language of the description",
            ),
        ),
        migrations.AddField(
            model_name="jobpage",
            name="language",
            field=models.CharField(
                choices=cms.choices.languages,
                default=cms.choices.default_language,
                help_text="The language of title and description. Programs read them aloud by its rules.",
                max_length=3,
            ),
        ),
        migrations.CreateModel(
            name="BoardInLanguage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(choices=cms.choices.other_languages, max_length=3)),
                ("title", models.CharField(max_length=255)),
                ("intro", models.TextField(blank=True, max_length=500)),
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="in_other_languages",
                        to="cms.jobindexpage",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("page", "language"), name="cms_board_in_language_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryInLanguage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(choices=cms.choices.other_languages, max_length=3)),
                ("name", models.CharField(max_length=100)),
                (
                    "category",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="in_other_languages",
                        to="cms.category",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("category", "language"), name="cms_category_in_language_once")
                ],
            },
        ),
        migrations.RunPython(speak_german, migrations.RunPython.noop),
    ]
