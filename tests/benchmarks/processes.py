"""What the kernel knows of a process."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
KIB_PER_MIB: Final = 1024


@dataclass(frozen=True, slots=True)
class _Stat:
    parent: int
    ticks: int
    """Of the process and of those of its children that have ended."""


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and all that it has started, to a hundredth of a second."""
    stats = {int(entry.name): stat for entry in Path("/proc").glob("[0-9]*") if (stat := _stat(entry)) is not None}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for child, stat in stats.items():
        children[stat.parent].append(child)
    ticks, family = 0, [pid]
    while family:
        member = family.pop()
        if member in stats:
            ticks += stats[member].ticks
            family += children[member]
    return ticks / TICKS


def parent(pid: int) -> int:
    stat = _stat(Path(f"/proc/{pid}"))
    if stat is None:
        raise ProcessLookupError(pid)
    return stat.parent


def resident_mib(pid: int) -> float:
    return _memory(pid, "VmRSS")


def peak_resident_mib(pid: int) -> float:
    return _memory(pid, "VmHWM")


def _memory(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / KIB_PER_MIB
    raise ProcessLookupError(pid)


def _stat(entry: Path) -> _Stat | None:
    try:
        text = (entry / "stat").read_text()
    except OSError:  # it has ended meanwhile
        return None
    fields = text.rpartition(")")[2].split()  # the name before may contain anything
    return _Stat(parent=int(fields[1]), ticks=sum(int(field) for field in fields[11:15]))
