"""The processes of a run: workers and web processes that the zygote forks, and the mail server."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from tests.chaos.zygote import LOG

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 60.0
GLANCE_SECONDS: Final = 0.005
TAIL: Final = 6_000

WORKER: Final = "worker"
WEB: Final = "web"


def until(holds: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(GLANCE_SECONDS)


@dataclass(slots=True, eq=False)
class Child:
    role: str
    pid: int
    status: int | None = None

    @property
    def is_alive(self) -> bool:
        return self.status is None


@dataclass
class Family:
    """All that the zygote has started. Told what has happened since by `listen`, which every other method calls."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int = 0
    children: list[Child] = field(default_factory=list)
    _heard: SimpleQueue[str] = field(default_factory=SimpleQueue)
    _starting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        Thread(target=self._hear, daemon=True).start()
        until(self._is_ready, f"The zygote is ready\n{self.log()}")

    def start(self, role: str) -> None:
        started = len(self.children) + 1
        self._starting.append(role)
        self._order(f"start {role}")
        until(lambda: len(self.known()) == started, f"A {role} is forked")

    def kill(self, child: Child) -> None:
        """Gives back when it is dead and buried."""
        self._order(f"kill {child.pid}")
        until(lambda: child not in self.alive(), f"{child} is dead")

    def stop(self, child: Child) -> None:
        self._order(f"stop {child.pid}")

    def known(self) -> list[Child]:
        """All that ever were."""
        self.listen()
        return self.children

    def alive(self) -> list[Child]:
        return [child for child in self.known() if child.is_alive]

    def listen(self) -> None:
        while True:
            try:
                heard = self._heard.get_nowait()
            except Empty:
                assert self.process.poll() is None, f"The zygote has died\n{self.log()}"
                return
            match heard.split():
                case ["ready", port]:
                    self.port = int(port)
                case ["started", pid]:
                    self.children.append(Child(self._starting.pop(0), int(pid)))
                case ["ended", pid, status]:
                    (child,) = (child for child in self.children if child.pid == int(pid) and child.is_alive)
                    child.status = int(status)
                case _:
                    raise AssertionError(heard)

    def log(self) -> str:
        file = self.folder / LOG
        return file.read_text(errors="replace")[-TAIL:] if file.exists() else "(no log)"

    def _is_ready(self) -> bool:
        self.listen()
        return self.port > 0

    def _order(self, order: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{order}\n".encode())
        self.process.stdin.flush()
        self.listen()

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._heard.put(line.decode().strip())


@contextmanager
def family(folder: Path, environment: dict[str, str]) -> Iterator[Family]:
    """A zygote whose board has these settings. All its children end with the block."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAIL_", "EMAIL_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.zygote", str(folder)],
        cwd=ROOT,
        env=clean
        | {
            "PYTHONPATH": os.pathsep.join((str(ROOT / "site"), str(ROOT))),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        }
        | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            yield Family(process, folder)
        finally:
            assert process.stdin is not None
            process.stdin.close()  # on this it kills its children and ends
            process.wait(PATIENCE)


@dataclass
class Spool:
    """What the mail server has taken, in order: Message-ID and recipient."""

    file: Path
    taken: list[tuple[str, str]] = field(default_factory=list)
    _read: int = 0

    def look(self) -> int:
        """How many messages there are by now."""
        with self.file.open("rb") as file:
            file.seek(self._read)
            whole, end, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + len(end)
        for line in whole.decode().splitlines():
            recipient, message_id = line.split("\t")
            self.taken.append((message_id, recipient))
        return len(self.taken)


@contextmanager
def mail_server(spool: Path, *options: str) -> Iterator[int]:
    """Gives its port."""
    command = [sys.executable, "-m", "tests.chaos.mail_server", "--spool", str(spool), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()
