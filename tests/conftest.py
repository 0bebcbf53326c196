"""Fixtures for all tests."""

import gc
import os
from collections.abc import Iterator

import pytest

from tests import postgresql


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server: the one that `DATABASE_URL` names, or one of our own."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
    else:
        with postgresql.server() as url:
            yield url


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it for garbage again and again takes a third of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begins with the run on PostgreSQL: it takes longest, and others can go on beside it (`-n`).

    Leaves out what bears the marker `chaos`, for it takes many minutes, unless `-m` asks for it; and what needs PostgreSQL where
    the tests run on SQLite: it is tested when they run once more on PostgreSQL.
    """
    left_out = set[str]()
    if "chaos" not in str(config.getoption("markexpr")):
        left_out.add("chaos")
    if not os.environ.get("TEST_DATABASE_URL", "").startswith("postgres"):
        left_out.add("needs_postgresql")
    deselected = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if item not in deselected]
    items.sort(key=lambda item: item.get_closest_marker("postgresql") is None)
