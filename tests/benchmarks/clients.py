"""The processes that are measured, and what they are told by their environment."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks import cpus

ROOT: Final = Path(__file__).parents[2]
PEERS: Final = ROOT / ".venv-peers"
STOP_SECONDS: Final = 30
STAGE_SECONDS: Final = 3_600
LAST_WORDS: Final = 2_000


class Failed(Exception):
    """A row cannot be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Client:
    process: subprocess.Popen[str]
    errors: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def has_finished(self) -> bool:
        """Looks without collecting it, so that the kernel still tells what it used. Raises `Failed` if it ended badly."""
        end = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if end is not None and end.si_status:
            raise Failed(f"{_words(self.process)} ended with {end.si_status}:\n{self.last_words()}")
        return end is not None

    def last_words(self) -> str:
        return self.errors.read_text()[-LAST_WORDS:]


def plain() -> dict[str, str]:
    """For what knows nothing of the board."""
    return os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}", "PYTHONUNBUFFERED": "1"}


def environment(database_url: str, port: int = 9, **more: str) -> dict[str, str]:
    """The board's production settings."""
    return plain() | {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "k" * 50,
        "ALLOWED_HOSTS": "board.example.org",
        "MAIL_FROM": "jobs@board.example.org",
        "DATABASE_URL": database_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DATA_DIR": tempfile.gettempdir(),
        "LOG_LEVEL": "WARNING",
        "SETTLING_TIME": "0",
        **more,
    }


def python(*, peers: bool = False) -> str:
    return str(PEERS / "bin" / "python") if peers else sys.executable


@contextmanager
def started(*command: str, env: Mapping[str, str]) -> Iterator[Client]:
    """A process on the clients' processor; it is asked to stop at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="board-client-") as folder:
        errors = Path(folder) / "stderr"
        with errors.open("w") as stderr, cpus.pinned(cpus.CLIENTS):
            process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=stderr, text=True, start_new_session=True
            )
        try:
            yield Client(process, errors)
        finally:
            _stop(process)


def stage(name: str, *arguments: str | int, env: Mapping[str, str]) -> dict[str, float | str]:
    """Runs a part of the board's work; gives its figures. Raises `Failed`."""
    return run("tests.benchmarks.stages", name, *arguments, env=env)


def run(module: str, *arguments: str | int, env: Mapping[str, str], peers: bool = False) -> dict[str, float | str]:
    """Runs a module on the clients' processor to its end; gives the figures that it prints. Raises `Failed`."""
    command = [python(peers=peers), "-m", module, *map(str, arguments)]
    with cpus.pinned(cpus.CLIENTS):
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=STAGE_SECONDS
        )
    if done.returncode:
        raise Failed(f"`{' '.join(command[1:])}` failed:\n{done.stderr[-LAST_WORDS:]}")
    figures: dict[str, float | str] = json.loads(done.stdout)
    return figures


def number(figures: Mapping[str, float | str], name: str) -> float:
    return float(figures[name])


def _stop(process: subprocess.Popen[str]) -> None:
    """Those that it has started as well, should it leave them behind."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _words(process: subprocess.Popen[str]) -> str:
    return (
        " ".join(str(word) for word in process.args) if isinstance(process.args, (list, tuple)) else str(process.args)
    )
