"""Disks fill up while mails are sent: that of the database, or that of the mail server. What could not be written is done later."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from tests.chaos import databases, disks, ledger, run
from tests.chaos.disks import Disk, Quota, SmallDisk
from tests.chaos.ledger import Blow
from tests.chaos.run import Load, Run

LOAD: Final = Load(followers=200, publications=20, newcomers=20, workers=2)
TIMES: Final = 6
SPARE: Final = 16 * 1024
"""What a mail server that refuses in time has left for the mails that it has taken."""


@dataclass
class Shortages:
    """The disk is full for a random time, at random places in the spool."""

    run: Run
    disk: Disk
    longest: float
    blows: list[Blow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = self.run.places(TIMES)

    def __call__(self) -> bool:
        if self.places and self.run.place >= self.places[0]:
            self.places.pop(0)
            self.strike(self.run.random.uniform(0.2, self.longest))
        return not self.places

    def strike(self, seconds: float) -> None:
        before, end = self.run.place, time.monotonic() + seconds
        self.disk.fill()
        while time.monotonic() < end:
            time.sleep(0.01)
        self.disk.free()
        self.blows.append(Blow(before, self.run.place))


@pytest.mark.chaos
@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("longest", [1.0, 2.0 * run.LEASE_SECONDS], ids=["briefly", "for longer than a lease"])
@pytest.mark.parametrize("mounts", [True, False], ids=["small disk", "quota"])
def test_a_full_disk_under_the_database_costs_nobody_a_message(
    longest: float, mounts: bool, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The process that could not mark the message in its hand has it sent again by whoever comes next, if that took half a lease."""
    print(f"CHAOS_SEED={seed}")
    folder = tmp_path / "disk"
    with (
        disks.small(folder, mebibytes=64) as is_small,
        databases.in_file(folder / "board.sqlite3") as url,
        run.board(
            tmp_path, url, LOAD, seed, settings={"MAIL_LEASE": "12" if longest == 1 else str(run.LEASE_SECONDS)}
        ) as board,
    ):
        quota = Quota(board.processes, lambda: (folder / "board.sqlite3-wal").stat().st_size)
        shortages = Shortages(board, SmallDisk(folder) if is_small and mounts else quota, longest)
        board.until_all_is_told(shortages, seconds=300)
        twice = board.twice()
        cap = 0 if longest == 1 else LOAD.workers
        assert not ledger.unexplained(twice, shortages.blows, cap=cap), f"{twice} after {shortages.blows}"
    with capsys.disabled():
        print(f"\n  CHAOS_SEED={seed}: {len(board.spool.taken)} mails, {TIMES} full disks, {len(twice)} duplicates")


@pytest.mark.chaos
@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("step", ["MAIL", "CONTENT"])
def test_a_full_disk_of_the_mail_server_makes_nothing_come_twice(
    step: str, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server that says so before it knows the message is left alone for a while (`pauses`); one that says so afterwards puts off the
    message, for about a minute at first.
    """
    print(f"CHAOS_SEED={seed}")
    folder = tmp_path / "disk"
    with disks.small(folder, mebibytes=4) as is_small:
        if not is_small:
            pytest.skip("Only root can mount a small disk.")
        with (
            databases.in_file(tmp_path / "board.sqlite3") as url,
            run.board(tmp_path, url, LOAD, seed, spool=folder / "spool", server=("--step", step)) as board,
        ):
            shortages = Shortages(board, SmallDisk(folder, SPARE), longest=2)
            board.until_all_is_told(shortages, seconds=400)
            assert board.twice() == []
    with capsys.disabled():
        print(f"\n  CHAOS_SEED={seed}: {len(board.spool.taken)} mails, {TIMES} full disks of the mail server")
