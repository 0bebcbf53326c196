"""The contract of the locks, on the database that the tests run on: in memory, in a file, or PostgreSQL."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.locks import only_one
from tests.integration.adapters.elsewhere.processes import PATIENCE, Elsewhere, until

pytestmark = pytest.mark.integration

HOLD = """
import sys, django
django.setup()
from adapters.locks import only_one
with only_one(sys.argv[1]) as is_ours:
    print(is_ours, flush=True)
    sys.stdin.read()
"""


@contextmanager
def asked_elsewhere(elsewhere: Elsewhere, name: str) -> Iterator[tuple[bool, subprocess.Popen[str]]]:
    """Another process that asks for the lock; if it gets it, it holds it until it is ended."""
    with elsewhere.running("-c", HOLD, name) as process:
        assert process.stdout is not None
        yield process.stdout.readline() == "True\n", process


@pytest.mark.django_db
def test_a_lock_has_one_holder_in_a_process() -> None:
    with only_one("sweep") as first:
        assert first
        with only_one("sweep") as second:
            assert not second
        with only_one("another") as other:
            assert other
    with only_one("sweep") as again:
        assert again


@pytest.mark.django_db
def test_a_lock_is_freed_by_an_exception() -> None:
    with pytest.raises(RuntimeError), only_one("sweep"):
        raise RuntimeError
    with only_one("sweep") as again:
        assert again


def test_a_lock_has_one_holder_among_processes(elsewhere: Elsewhere) -> None:
    with only_one("sweep"), asked_elsewhere(elsewhere, "sweep") as (is_theirs, _):
        assert not is_theirs
    with asked_elsewhere(elsewhere, "sweep") as (is_theirs, process):
        assert is_theirs
        with only_one("sweep") as is_ours:
            assert not is_ours
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
        with only_one("sweep") as is_ours:
            assert is_ours


def test_a_lock_is_freed_when_its_holder_is_killed(elsewhere: Elsewhere) -> None:
    def is_free() -> bool:
        with only_one("sweep") as is_ours:
            return is_ours

    with asked_elsewhere(elsewhere, "sweep") as (is_theirs, process):
        assert is_theirs
        assert not is_free()
        process.kill()
        until(is_free)
