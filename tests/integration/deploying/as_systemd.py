"""What systemd does to a process before it runs the command of a unit: system calls are filtered, a socket is handed over.

    python -m tests.integration.deploying.as_systemd [--filter hardening.conf] [--socket 7] COMMAND…

There is no systemd in the tests. What `@system-service` and the others stand for is asked of its own program.
"""

import errno
import os
import re
import subprocess
from argparse import REMAINDER, ArgumentParser
from collections.abc import Iterator
from ctypes import CDLL, c_char_p, c_int, c_uint, c_uint32, c_void_p
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

FIRST_SOCKET: Final = 3
ALLOW: Final = 0x7FFF0000
KILL: Final = 0x80000000
ERROR: Final = 0x00050000
"""`SCMP_ACT_…` of seccomp.h."""
SETTING: Final = re.compile(r"^(SystemCall\w+)=(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a unit says of system calls: which are allowed, and what becomes of all others."""

    allowed: frozenset[str]
    otherwise: int

    @classmethod
    def of(cls, unit: str) -> Self:
        allowed, otherwise = set[str](), KILL
        for name, value in SETTING.findall(unit):
            if name == "SystemCallErrorNumber":
                otherwise = ERROR | int(getattr(errno, value))
            elif name == "SystemCallFilter" and value.startswith("~"):
                allowed -= set(_calls(value[1:].split()))
            elif name == "SystemCallFilter":
                allowed |= set(_calls(value.split()))
        return cls(frozenset(allowed), otherwise)

    def apply(self) -> None:
        """To this process, for good."""
        library = CDLL(find_library("seccomp"), use_errno=True)
        library.seccomp_init.argtypes, library.seccomp_init.restype = [c_uint32], c_void_p
        library.seccomp_syscall_resolve_name.argtypes = [c_char_p]
        library.seccomp_rule_add.argtypes = [c_void_p, c_uint32, c_int, c_uint]
        library.seccomp_load.argtypes = [c_void_p]
        rules = library.seccomp_init(self.otherwise)
        for name in sorted(self.allowed):
            number = library.seccomp_syscall_resolve_name(name.encode())
            # negative: a call of another kind of machine
            if number >= 0 and (failed := library.seccomp_rule_add(rules, ALLOW, number, 0)):
                raise OSError(-failed, f"{name}: {os.strerror(-failed)}")
        if failed := library.seccomp_load(rules):
            raise OSError(-failed, os.strerror(-failed))


def _calls(words: list[str]) -> Iterator[str]:
    for word in words:
        if not word.startswith("@"):
            yield word
            continue
        told = subprocess.run(
            ["/usr/bin/env", "systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True
        )
        members = [line.strip() for line in told.stdout.splitlines()[1:]]
        yield from _calls([member for member in members if not member.startswith("#")])


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("--filter", type=Path)
    parser.add_argument("--socket", type=int)
    parser.add_argument("command", nargs=REMAINDER)
    given = parser.parse_args()
    if given.socket is not None:
        os.dup2(given.socket, FIRST_SOCKET, inheritable=True)
        os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    if given.filter is not None:
        Filter.of(given.filter.read_text()).apply()
    os.execvp(given.command[0], given.command)  # noqa: S606 - the command is a test's


if __name__ == "__main__":
    main()
