"""Workers and web processes are killed, again and again, at any moment: nobody stays untold, and next to nobody is told twice."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from tests.chaos import databases, ledger, run
from tests.chaos.ledger import Blow
from tests.chaos.processes import WORKER
from tests.chaos.run import Load, Run

LONGEST_WAIT: Final = 6.0
"""Seconds after which somebody is killed although nothing was sent meanwhile."""
KILLS: Final = 105
LONG: Final = Load(followers=200, publications=50, newcomers=50)
SHORT: Final = Load(followers=60, publications=10, newcomers=5, workers=2)
SHORT_KILLS: Final = 8

type DatabaseOf = Callable[[str], AbstractContextManager[str]]


@dataclass
class Killer:
    """Kills somebody after a random number of messages, or a random time without one. `blows` are those to workers."""

    run: Run
    kills: int
    blows: list[Blow] = field(default_factory=list)
    done: int = 0
    place: int = 0
    since: float = 0.0
    wait: float = 0.0

    def __call__(self) -> bool:
        if self.done >= self.kills:
            return True
        place, now = self.run.place, time.monotonic()
        if place >= self.place or now >= self.since + self.wait:
            self.strike()
            mean = 0.9 * self.run.load.deliveries / self.kills
            self.place = self.run.place + round(self.run.random.uniform(0, 2 * mean))
            self.since, self.wait = time.monotonic(), self.run.random.uniform(0.05, LONGEST_WAIT)
        return False

    def strike(self) -> None:
        """Mostly one, mostly a worker; now and then all at once."""
        alive = sorted(self.run.family.alive(), key=lambda child: child.pid)
        weights = [3 if child.role == WORKER else 1 for child in alive]
        chosen = self.run.random.choices(alive, weights)
        for victim in alive if self.run.random.random() < 0.05 else chosen:
            before = self.run.place
            self.run.kill(victim)
            self.done += 1
            if victim.role == WORKER:
                self.blows.append(Blow(before, self.run.place))


def shaken(
    folder: Path, url: str, load: Load, seed: int, *, kills: int, seconds: float, settings: Mapping[str, str]
) -> str:
    """A whole run, which is checked. Gives its figures."""
    cap, connections = (int(settings.get(name, "1")) for name in ("MAIL_UNMARKED", "MAIL_CONNECTIONS"))
    began = time.monotonic()
    with run.board(folder, url, load, seed, settings=settings) as board:
        killer = Killer(board, kills)
        board.until_all_is_told(killer, seconds=seconds)
        twice = board.twice()
    assert killer.done >= kills
    assert len(twice) <= cap * len(killer.blows)
    assert not ledger.unexplained(twice, killer.blows, cap=cap, connections=connections), (
        f"{twice} after {killer.blows}"
    )
    return (
        f"CHAOS_SEED={seed}: {len(board.spool.taken)} mails, {killer.done} kills, {len(killer.blows)} of workers,"
        f" {len(twice)} duplicates ({len(twice) / max(1, len(killer.blows)):.2f} a worker's kill, at most {cap}),"
        f" {board.visitor.interrupted} requests repeated, {time.monotonic() - began:.0f} s"
    )


@pytest.mark.integration
@pytest.mark.parametrize("kills", [SHORT_KILLS, 0], ids=["killed", "left alone"])
def test_nobody_stays_untold_and_only_a_kill_makes_a_message_come_twice(
    kills: int, tmp_path: Path, database_of: DatabaseOf, seed: int
) -> None:
    print(f"CHAOS_SEED={seed}")
    with database_of(databases.of_the_suite()) as url:
        print(shaken(tmp_path, url, SHORT, seed, kills=kills, seconds=60, settings={}))


@pytest.mark.chaos
@pytest.mark.parametrize("kind", [databases.SQLITE, databases.POSTGRESQL])
@pytest.mark.parametrize(
    ("workers", "settings"),
    [(1, {}), (2, {}), (2, {"MAIL_CONNECTIONS": "4", "MAIL_UNMARKED": "8"})],
    ids=["1 worker", "2 workers", "2 workers with 4 connections"],
)
def test_ten_thousand_deliveries_and_a_hundred_kills(
    kind: str,
    workers: int,
    settings: dict[str, str],
    tmp_path: Path,
    database_of: DatabaseOf,
    seed: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    load = Load(LONG.followers, LONG.publications, LONG.newcomers, workers)
    print(f"CHAOS_SEED={seed}")
    with database_of(kind) as url:
        figures = shaken(tmp_path, url, load, seed, kills=KILLS, seconds=900, settings=settings)
    with capsys.disabled():
        print(f"\n  {kind}: {figures}")
