"""What tests with a database begin with."""

from __future__ import annotations

import json

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    """Pages that another test has made."""
    caches["pages"].clear()


@pytest.fixture(scope="module", autouse=True)
def nothing_in_the_way_of_what_migrations_have_made(request: pytest.FixtureRequest) -> None:
    """For modules whose tests begin with all that migrations have made, although they are not rolled back.

    The test before may have left kinds of content under numbers of its own, and saving anything makes those that are missing.
    """
    if any(mark.kwargs.get("serialized_rollback") for mark in request.node.iter_markers("django_db")):
        request.getfixturevalue("django_db_setup")
        blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock():
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
            _store_the_kinds_of_content()


def _store_the_kinds_of_content() -> None:
    made: str = getattr(connection, "_test_serialized_contents")  # noqa: B009 - Django's own, which stubs do not know
    ContentType.objects.clear_cache()
    kinds = [row for row in json.loads(made) if row["model"] == "contenttypes.contenttype"]
    ContentType.objects.bulk_create(ContentType(pk=kind["pk"], **kind["fields"]) for kind in kinds)
