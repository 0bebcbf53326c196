"""Databases for chaos, away from those of the other tests."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.chaos import databases, run


@pytest.fixture
def seed() -> int:
    return run.seed()


@pytest.fixture
def database_of(
    request: pytest.FixtureRequest, tmp_path: Path, transactional_db: None
) -> Callable[[str], AbstractContextManager[str]]:
    """Makes a database of a kind."""

    def of(kind: str) -> AbstractContextManager[str]:
        if kind == databases.SQLITE:
            return databases.in_file(tmp_path / "board.sqlite3")
        if databases.of_the_suite() == databases.POSTGRESQL:
            return databases.on_server(os.environ["TEST_DATABASE_URL"])
        server: str = request.getfixturevalue("postgresql_url")
        return databases.on_server(server)

    return of
