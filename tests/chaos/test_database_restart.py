"""PostgreSQL goes away under load, in good order or not: the workers wait for it, and go on by themselves."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import postgresql
from tests.chaos import databases, ledger, run
from tests.chaos.ledger import Blow
from tests.chaos.run import Load, Run
from tests.chaos.servers import Server, Way, server_of

LOAD = Load(followers=200, publications=50, newcomers=50, workers=2)
RESTARTS = 12


@pytest.fixture
def server_url(transactional_db: None) -> Iterator[str]:
    with postgresql.server() as url:
        yield url


@dataclass
class Outages:
    """The server is away for a random time, at random places in the spool."""

    run: Run
    server: Server
    ways: tuple[Way, ...]
    longest: float
    blows: list[Blow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = self.run.places(RESTARTS)

    def __call__(self) -> bool:
        if self.places and self.run.place >= self.places[0]:
            self.places.pop(0)
            self.strike(self.run.random.choice(self.ways), self.run.random.uniform(0, self.longest))
        return not self.places

    def strike(self, way: Way, away: float) -> None:
        before = self.run.place
        self.server.stop(way)
        self.blows.append(Blow(before, self.run.place))
        back = time.monotonic() + away
        while time.monotonic() < back:
            time.sleep(0.01)
        self.server.start()


@pytest.mark.chaos
@pytest.mark.parametrize(
    ("ways", "longest", "cap"),
    [
        (("fast",), 0.5, 0),
        (("immediate",), 0.5, 0),
        (("fast", "immediate"), 2 * run.LEASE_SECONDS, LOAD.workers),
    ],
    ids=["restarted", "crashed", "away for longer than a lease"],
)
def test_a_database_that_goes_away_costs_nobody_a_message(
    ways: tuple[Way, ...],
    longest: float,
    cap: int,
    tmp_path: Path,
    server_url: str,
    seed: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was sent while it is away for a moment is marked when it is back. After half a lease a worker may no longer wait: the
    message in its hand is sent again by whoever comes next.
    """
    print(f"CHAOS_SEED={seed}")
    with (
        databases.on_server(server_url) as url,
        run.board(
            tmp_path, url, LOAD, seed, settings={"MAIL_LEASE": "12" if longest < 1 else str(run.LEASE_SECONDS)}
        ) as board,
    ):
        outages = Outages(board, server_of(server_url), ways, longest)
        board.until_all_is_told(outages, seconds=300)
        twice = board.twice()
        assert not ledger.unexplained(twice, outages.blows, cap=cap), f"{twice} after {outages.blows}"
        assert len(board.family.children) == LOAD.workers + LOAD.webs, "the same processes from beginning to end"
    with capsys.disabled():
        print(f"\n  CHAOS_SEED={seed}: {len(board.spool.taken)} mails, {RESTARTS} outages, {len(twice)} duplicates")
