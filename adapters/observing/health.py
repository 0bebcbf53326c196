"""Whether the board is well: checks, each with a name, what it found, and what to do about it.

Apps register theirs. Only what is vital takes a web host out of rotation: a host without a database can answer nobody, but one without
a mail server answers all visitors, and so do all others without it.

Checks are looked at by one thread of a process at a time, and what they found is given again for some seconds: however many ask, the
database is asked no more often, and nobody waits for it for longer than `PATIENCE_SECONDS`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic
from typing import Final

from django.db import connection

from adapters.locks import database_file

logger = logging.getLogger(__name__)

KEPT_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 2.0


class State(Enum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Not looked at, because something that it needs has failed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it; in words without personal data."""

    state: State
    says: str = ""
    do: str = ""


FINE: Final = Finding(State.OK)
NOT_KNOWN: Final = Finding(State.UNKNOWN)
LATE: Final = Finding(
    State.FAILED,
    f"No answer within {PATIENCE_SECONDS:g} s.",
    "See whether the database runs, can be reached from this host, and is not waiting for a lock.",
)


@dataclass(frozen=True, slots=True)
class Check:
    """`look` asks the database a few quick questions. A vital one that fails stops those after it."""

    name: str
    look: Callable[[], Finding]
    is_vital: bool


@dataclass(frozen=True, slots=True)
class Report:
    findings: Sequence[tuple[Check, Finding]]

    @property
    def is_ready(self) -> bool:
        return all(finding.state is State.OK for check, finding in self.findings if check.is_vital)


@dataclass(slots=True)
class _Look:
    """One look at all checks; `found` grows while it lasts."""

    began: float = field(default_factory=monotonic)
    over: threading.Event = field(default_factory=threading.Event)
    found: list[tuple[Check, Finding]] = field(default_factory=list)

    @property
    def is_fresh(self) -> bool:
        """Or not over yet: nobody begins a second one beside it."""
        return not self.over.is_set() or monotonic() - self.began < KEPT_SECONDS


_checks: Final[dict[str, Check]] = {}
_guard: Final = threading.Lock()
_looks: Final[list[_Look]] = []
"""The latest."""


def register(name: str, look: Callable[[], Finding], *, is_vital: bool = False) -> None:
    """Registering a name again changes nothing."""
    _checks.setdefault(name, Check(name, look, is_vital))


def report() -> Report:
    """At most `KEPT_SECONDS` old. A check that takes too long has failed; those after it are not known."""
    with _guard:
        if not (_looks and _looks[-1].is_fresh):
            _looks[:] = [_begun()]
        look = _looks[-1]
    look.over.wait(PATIENCE_SECONDS)
    found = list(look.found)
    rest = _in_order()[len(found) :]
    return Report([*found, *((check, LATE) for check in rest[:1]), *((check, NOT_KNOWN) for check in rest[1:])])


def forget() -> None:
    """Have the next one look again."""
    with _guard:
        _looks.clear()


def _begun() -> _Look:
    look = _Look()
    if _is_in_memory():
        _see(look)
    else:
        threading.Thread(target=_see_elsewhere, args=(look,), name="health", daemon=True).start()
    return look


def _is_in_memory() -> bool:
    """Such a database belongs to its thread."""
    return connection.vendor == "sqlite" and database_file() is None


def _see_elsewhere(look: _Look) -> None:
    try:
        _see(look)
    finally:
        connection.close()


def _see(look: _Look) -> None:
    try:
        for check in _in_order():
            is_hopeless = any(before.is_vital and finding.state is not State.OK for before, finding in look.found)
            look.found.append((check, NOT_KNOWN if is_hopeless else _looked(check)))
    finally:
        look.over.set()


def _in_order() -> list[Check]:
    """The vital ones first."""
    return sorted(_checks.values(), key=lambda check: not check.is_vital)


def _looked(check: Check) -> Finding:
    try:
        return check.look()
    except Exception as error:
        logger.warning("The check “%s” cannot be made", check.name, exc_info=True)
        return Finding(State.FAILED, f"{type(error).__name__}: {error}", "See whether the database runs, and its log.")
