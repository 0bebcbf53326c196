"""Starts the board's commands in processes of their own and reads what they did."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[4]
PATIENCE: Final = 60
SETTINGS: Final = "tests.integration.adapters.elsewhere.settings"


@dataclass(frozen=True, slots=True)
class Line:
    at: float
    process: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    folder: Path
    environment: dict[str, str]

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """A process as long as the block, unless it ends before."""
        with (
            (self.folder / "log").open("a") as log,
            subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[str]]:
        with self.running("manage.py", "worker") as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "The worker is running. Ctrl-C ends it.\n"
            yield process

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def lines(self, name: str) -> list[Line]:
        file = self.folder / name
        whole, _, _being_written = file.read_text().rpartition("\n") if file.exists() else ("", "", "")
        lines = [line.split() for line in whole.splitlines()]
        return [Line(float(at), int(process)) for at, process in lines]

    def next_told(self, already: int) -> Line:
        until(lambda: len(self.lines("told")) > already)
        return self.lines("told")[already]

    def give_work(self, portions: int) -> None:
        for number in range(portions):
            (self.folder / f"todo-{number:04}").touch()

    def go_on(self) -> None:
        (self.folder / "go on").touch()


def until(holds: Callable[[], object], *, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "It did not come to pass."
        time.sleep(0.01)


def terminated(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE)
