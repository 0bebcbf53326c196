"""Small disks that fill up and are freed again."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, override

BALLAST: Final = "ballast"
PIECE: Final = 4096


class Disk(Protocol):
    def fill(self) -> None: ...

    def free(self) -> None: ...


@dataclass(frozen=True, slots=True)
class SmallDisk(Disk):
    """A file system in memory. It is full when the ballast takes what is left but for `spare` bytes."""

    folder: Path
    spare: int = 0

    @override
    def fill(self) -> None:
        disk = os.statvfs(self.folder)
        left = disk.f_bavail * disk.f_frsize - self.spare
        with (self.folder / BALLAST).open("wb", buffering=0) as ballast:
            try:
                for _ in range(left // PIECE):
                    ballast.write(b"\0" * PIECE)
            except OSError:
                return

    @override
    def free(self) -> None:
        (self.folder / BALLAST).unlink(missing_ok=True)


@contextmanager
def small(folder: Path, *, mebibytes: int) -> Iterator[bool]:
    """Mounts one there, if we may: whether we might."""
    folder.mkdir(exist_ok=True)
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder))
    try:
        yield mounted
    finally:
        if mounted:
            _run("umount", "--lazy", str(folder))


def _run(program: str, *arguments: str) -> bool:
    """Whether it is there and did it."""
    path = shutil.which(program)
    return path is not None and not subprocess.run([path, *arguments], check=False, capture_output=True).returncode


@dataclass(frozen=True, slots=True)
class Quota(Disk):
    """For who may not mount: the processes may write to no file beyond `size`, which to them is much the same."""

    processes: Callable[[], list[int]]
    size: Callable[[], int]

    @override
    def fill(self) -> None:
        self._limit(self.size())

    @override
    def free(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        for process in self.processes():
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
