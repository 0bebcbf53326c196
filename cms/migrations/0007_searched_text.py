"""The words by which postings are found, and the index that each database derives from them."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from itertools import batched
from typing import Final

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from cms.finding.texts import FIELDS, in_words
from jobs_domain.posting_details import InvalidPostingDetails, Location

CHUNK: Final = 500

OLD: Final = (
    "INSERT INTO cms_searchedtext_words(cms_searchedtext_words, rowid, title, beside, description) "
    "VALUES ('delete', old.page_id, old.title, old.beside, old.description);"
)
NEW: Final = (
    "INSERT INTO cms_searchedtext_words(rowid, title, beside, description) "
    "VALUES (new.page_id, new.title, new.beside, new.description);"
)
MAKE: Final = {
    "sqlite": (
        "CREATE VIRTUAL TABLE cms_searchedtext_words USING fts5(title, beside, description, content='cms_searchedtext', "
        "content_rowid='page_id', tokenize=\"porter unicode61 remove_diacritics 0\")",
        f"CREATE TRIGGER cms_searchedtext_insert AFTER INSERT ON cms_searchedtext BEGIN {NEW} END",
        f"CREATE TRIGGER cms_searchedtext_delete AFTER DELETE ON cms_searchedtext BEGIN {OLD} END",
        f"CREATE TRIGGER cms_searchedtext_update AFTER UPDATE ON cms_searchedtext BEGIN {OLD} {NEW} END",
    ),
    # without the words that the configuration "english" leaves out: "IT" is asked for
    "postgresql": (
        "CREATE TEXT SEARCH DICTIONARY cms_stem (TEMPLATE = snowball, LANGUAGE = english)",
        "CREATE TEXT SEARCH CONFIGURATION cms_words (COPY = pg_catalog.english)",
        "ALTER TEXT SEARCH CONFIGURATION cms_words ALTER MAPPING REPLACE english_stem WITH cms_stem",
        # nothing that is asked for is as long: it keeps quoted phrases from reaching over the end of a column
        "ALTER TABLE cms_searchedtext "
        "ADD COLUMN in_title tsvector GENERATED ALWAYS AS (to_tsvector('cms_words', title)) STORED, "
        "ADD COLUMN in_or_beside_title tsvector GENERATED ALWAYS AS "
        f"(to_tsvector('cms_words', title || ' {'x' * 60} ' || beside)) STORED, "
        "ADD COLUMN anywhere tsvector GENERATED ALWAYS AS "
        f"(to_tsvector('cms_words', title || ' {'x' * 60} ' || beside || ' {'x' * 60} ' || description)) STORED",
        "CREATE INDEX cms_searchedtext_in_title ON cms_searchedtext USING gin (in_title)",
        "CREATE INDEX cms_searchedtext_in_or_beside ON cms_searchedtext USING gin (in_or_beside_title)",
        "CREATE INDEX cms_searchedtext_anywhere ON cms_searchedtext USING gin (anywhere)",
        # long texts stand aside, so that a frequent word does not make the database read them all
        "ALTER TABLE cms_searchedtext SET (toast_tuple_target = 128)",
    ),
}
REMOVE: Final = {
    "sqlite": (
        "DROP TRIGGER cms_searchedtext_insert",
        "DROP TRIGGER cms_searchedtext_delete",
        "DROP TRIGGER cms_searchedtext_update",
        "DROP TABLE cms_searchedtext_words",
    ),
    "postgresql": (
        "ALTER TABLE cms_searchedtext DROP COLUMN in_title, DROP COLUMN in_or_beside_title, DROP COLUMN anywhere",
        "DROP TEXT SEARCH CONFIGURATION cms_words",
        "DROP TEXT SEARCH DICTIONARY cms_stem",
    ),
}


def make_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in REMOVE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def write_texts(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    text, job_page = apps.get_model("cms", "SearchedText"), apps.get_model("cms", "JobPage")
    live = job_page.objects.filter(live=True, alias_of=None).order_by()
    for keys in batched(list(live.values_list("pk", flat=True)), CHUNK, strict=False):
        places = _places(apps, keys)
        rows = live.filter(pk__in=keys).values_list("pk", "title", "company__name", "workplace_type", "description")
        text.objects.bulk_create(
            text(
                page_id=pk,
                **dict(
                    zip(
                        FIELDS,
                        in_words(
                            title=title,
                            company=company,
                            is_remote=workplace == "REMOTE",
                            locations=places[pk],
                            description=description,
                        ),
                        strict=True,
                    )
                ),
            )
            for pk, title, company, workplace, description in rows
        )


def _places(apps: StateApps, pages: tuple[int, ...]) -> defaultdict[int, list[Location]]:
    places: defaultdict[int, list[Location]] = defaultdict(list)
    rows = apps.get_model("cms", "JobLocation").objects.filter(page__in=pages).order_by("sort_order")
    for page, country, region, town, code in rows.values_list("page", "country", "region", "locality", "postal_code"):
        with suppress(InvalidPostingDetails):
            places[page].append(Location(country=country, region=region, locality=town, postal_code=code))
    return places


class Migration(migrations.Migration):
    dependencies = [("cms", "0006_former_addresses")]

    operations = [
        migrations.CreateModel(
            name="SearchedText",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cms.jobpage",
                    ),
                ),
                ("title", models.TextField(db_index=True)),
                ("beside", models.TextField(help_text="Company and places.")),
                ("description", models.TextField()),
            ],
            options={"verbose_name": "searched text"},
        ),
        migrations.RunPython(make_index, remove_index),
        migrations.RunPython(write_texts, migrations.RunPython.noop),
    ]
