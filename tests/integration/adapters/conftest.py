"""Worlds in which the contracts are tested: in memory, and in Django's database; and a database for several processes."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connections

from adapters.repositories import django_unit_of_work
from jobs_domain.ports import UnitOfWork
from tests.integration.adapters.elsewhere.processes import SETTINGS, Elsewhere
from tests.unit.fakes import InMemoryUnitOfWork


@pytest.fixture(params=["in memory", pytest.param("in the database", marks=pytest.mark.django_db)])
def unit_of_work(request: pytest.FixtureRequest) -> UnitOfWork:
    if request.param == "in memory":
        return InMemoryUnitOfWork()
    return django_unit_of_work


@pytest.fixture
def elsewhere(transactional_db: None, tmp_path: Path) -> Iterator[Elsewhere]:
    """Processes on the database of this test. One in memory is copied to a file first, which the test then uses as well."""
    with on_disk(tmp_path / "board.sqlite3") as url:
        environment = {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "TEST_DATABASE_URL": url,
            "ELSEWHERE": str(tmp_path),
            "PYTHONUNBUFFERED": "1",
        }
        yield Elsewhere(tmp_path, environment)


@contextmanager
def on_disk(file: Path) -> Iterator[str]:
    """Gives the URL of the database."""
    here = connections["default"]
    if here.vendor == "postgresql":
        server = urlsplit(os.environ["TEST_DATABASE_URL"])
        yield server._replace(path=f"/{here.settings_dict['NAME']}").geturl()
        return
    with closing(sqlite3.connect(file)) as copy:
        here.ensure_connection()
        here.connection.backup(copy)
    connections["default"] = type(here)({**here.settings_dict, "NAME": str(file)}, "default")
    try:
        yield f"sqlite:///{file}"
    finally:
        connections["default"].close()
        connections["default"] = here
