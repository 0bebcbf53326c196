"""Every target with what hypothesis makes of its seeds, with what was once found, and a short run of atheris."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from adapters.codec import encode_event
from jobs_domain.events import AnyEvent
from tests.fuzzing.targets import POSTING, TARGETS, Target, TooSlow, soon
from tests.unit import strategies

pytestmark = [pytest.mark.integration, pytest.mark.any_database]

ROOT: Final = Path(__file__).parents[2]
FOUND: Final = Path(__file__).with_name("found")
SHORT: Final = {"seconds": 3, "runs": 30_000, "seed": 1}
"""Always the first inputs of one row, on a fast machine no further than on another."""
many = hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


def made_of(target: Target) -> SearchStrategy[bytes]:
    """Seeds with parts that are gone, doubled, or something else; pieces in a row; any bytes."""
    pieces = st.sampled_from([b"", b"\0", b"\xff", b"\xed\xa0\x80", *target.pieces]) | st.binary(max_size=8)
    rows = st.lists(pieces, max_size=30).map(b"".join)
    seeds = st.sampled_from(target.seeds)
    return st.one_of(
        rows,
        st.binary(max_size=500),
        st.builds(_damaged, seeds, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.3), pieces), max_size=6)),
    )


def _damaged(seed: bytes, blows: Sequence[tuple[float, float, bytes]]) -> bytes:
    for where, length, instead in blows:
        start = int(where * len(seed))
        seed = seed[:start] + instead + seed[start + int(length * len(seed)) :]
    return seed


@pytest.mark.parametrize("name", TARGETS)
@many
@given(data=st.data())
def test_whatever_comes_is_read_or_refused(name: str, data: st.DataObject) -> None:
    target = TARGETS[name]
    target(data.draw(made_of(target)))


@pytest.mark.parametrize("name", TARGETS)
def test_what_it_is_made_for_is_read(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name](seed)
        TARGETS[name](seed * 50)


def json_values() -> SearchStrategy[Json]:
    leaves = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | strategies.hostile_texts()
        | st.sampled_from(["", "0", "DE", "<p>x</p>"])
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )


def _replaced(value: Json, path: Sequence[float], other: Json) -> Json:
    """The same, but for something at one place within."""
    if not path or not isinstance(value, dict | list) or not value:
        return other
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[int(path[0] * (len(keys) - 1))]
    if isinstance(value, dict):
        return {**value, str(key): _replaced(value[str(key)], path[1:], other)}
    return [_replaced(each, path[1:], other) if number == key else each for number, each in enumerate(value)]


PATHS: Final = st.lists(st.floats(0, 1), min_size=1, max_size=4)


@many
@given(changes=st.lists(st.tuples(PATHS, json_values()), min_size=1, max_size=4))
def test_a_posting_with_anything_in_any_place_is_imported_or_refused(changes: list[tuple[list[float], Json]]) -> None:
    posting: Json = json.loads(POSTING)
    for path, other in changes:
        posting = _replaced(posting, path, other)
    TARGETS["importer"](json.dumps(posting).encode())


@many
@given(event=strategies.events(), changes=st.lists(st.tuples(PATHS, json_values()), min_size=1, max_size=3))
def test_an_event_with_anything_in_any_place_is_read_or_unreadable(
    event: AnyEvent, changes: list[tuple[list[float], Json]]
) -> None:
    payload: Json = json.loads(json.dumps(encode_event(event)))
    for path, other in changes:
        payload = _replaced(payload, path, other)
    TARGETS["codec"](json.dumps({"name": type(event).__name__, "payload": payload}).encode())


@pytest.mark.parametrize("file", sorted(FOUND.glob("*")), ids=lambda file: file.name)
def test_what_was_once_a_fault_is_none_any_more(file: Path) -> None:
    """Inputs that the long runs stopped at. The name begins with the target."""
    TARGETS[file.name.partition("-")[0].replace("_", "-")](file.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_a_short_run_of_atheris_finds_nothing(name: str, tmp_path: Path) -> None:
    """What nobody has found yet is for the long runs, not for whoever changes something else."""
    limits = [f"--{option}={value}" for option, value in SHORT.items()]
    command = [sys.executable, "-m", "tests.fuzzing", name, *limits, f"--found={tmp_path / 'found'}"]
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2_000:] + ran.stderr[-5_000:]
    assert "INFO: Instrumenting" in ran.stderr
    assert list((tmp_path / "found").iterdir()) == []


def test_what_takes_too_long_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzzing.targets.MOST_SECONDS", -1.0)
    with pytest.raises(TooSlow), soon():
        pass
