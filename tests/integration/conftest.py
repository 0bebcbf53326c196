"""What tests with a database begin with."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    """Pages that another test has made."""
    caches["pages"].clear()


@pytest.fixture(scope="module", autouse=True)
def nothing_in_the_way_of_what_migrations_have_made(request: pytest.FixtureRequest) -> None:
    """For modules whose tests begin with it although they are not rolled back. The test before may have left kinds of content, under
    numbers of its own.
    """
    if any(mark.kwargs.get("serialized_rollback") for mark in request.node.iter_markers("django_db")):
        request.getfixturevalue("django_db_setup")
        blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock():
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
