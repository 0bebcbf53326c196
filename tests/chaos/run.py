"""A board under load, which is shaken until all is told."""

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from adapters.models import SubscriptionRecord
from adapters.tokens import Purpose, sign
from jobs_domain.identifiers import SubscriptionId
from tests.chaos import ledger
from tests.chaos.ledger import Twice
from tests.chaos.processes import GLANCE_SECONDS, WEB, WORKER, Child, Family, Spool, family, mail_server
from tests.chaos.visitors import Errand, Visitor

LEASE_SECONDS: Final = 3
LOOK_SECONDS: Final = 0.2
"""How often the database is asked whether all is done."""
NO_SETTINGS: Final = MappingProxyType[str, str]({})
DATABASE_GONE: Final = (OperationalError, InterfaceError)


def seed() -> int:
    """A new one, or that of the run that is to be repeated. Processes still take the time that they take: the same blows in the same
    order, at about the same moments.
    """
    return int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(10**9))


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be told: so many publications to so many followers, and to those who come to follow meanwhile."""

    followers: int
    publications: int
    newcomers: int
    workers: int = 1
    webs: int = 2

    @property
    def deliveries(self) -> int:
        return self.followers * self.publications

    @property
    def backlog(self) -> int:
        """So many messages at least are to be sent at any time: when many wait for the leases of the dead, there are still others."""
        return max(self.followers, self.deliveries // 5)


@dataclass
class Run:
    load: Load
    family: Family
    spool: Spool
    visitor: Visitor
    random: random.Random
    newcomers: int = 0
    publications: int = 0
    is_shaken: bool = False
    expects_deaths: bool = False
    """Whether processes may end by themselves."""
    killed: set[Child] = field(default_factory=set)
    _looked: float = 0.0

    @property
    def place(self) -> int:
        """How far the spool has come."""
        return self.spool.look()

    def until_all_is_told(self, shake: Callable[[], bool], *, seconds: float) -> None:
        """Keep the board busy and call `shake` again and again. It says whether it has done all that it wanted to; it is called until
        the board has nothing left to do as well.
        """
        end = time.monotonic() + seconds
        for role in [WORKER] * self.load.workers + [WEB] * self.load.webs:
            self.family.start(role)
        while not (self._shaken(shake) and self._is_all_done()):
            assert time.monotonic() < end, self._plight(seconds)
            if self.visitor.is_idle and (errand := self._errand()):
                self.visitor.send(errand)
            time.sleep(GLANCE_SECONDS)

    def places(self, times: int, *, until: float = 0.8) -> list[int]:
        """Random places in the spool, in order, spread over a part of the load."""
        return sorted(self.random.sample(range(1, int(until * self.load.deliveries)), times))

    def processes(self) -> list[int]:
        """All that work with the database, but for this one."""
        return [self.family.process.pid, *(child.pid for child in self.family.alive())]

    def kill(self, child: Child) -> None:
        """And start another one."""
        self.killed.add(child)
        self.family.kill(child)
        self.family.start(child.role)

    def deaths(self) -> list[Child]:
        """Processes that ended by themselves."""
        return [child for child in self.family.known() if not child.is_alive and child not in self.killed]

    def twice(self) -> list[Twice]:
        """What came twice, when it is certain that nothing was lost."""
        self.spool.look()
        return ledger.check(self.spool.taken)

    def _shaken(self, shake: Callable[[], bool]) -> bool:
        self.is_shaken = shake()
        for child in self.deaths():
            assert self.expects_deaths, f"{child} died by itself\n{self.family.log()}"
            self.killed.add(child)
            self.family.start(child.role)
        return self.is_shaken

    def _is_all_done(self) -> bool:
        if self.visitor.published < self.load.publications or time.monotonic() < self._looked + LOOK_SECONDS:
            return False
        self._looked = time.monotonic()
        try:
            return self.visitor.is_idle and ledger.is_all_done()
        except DATABASE_GONE:
            connection.close()
            return False

    def _errand(self) -> Errand | None:
        """What somebody does next. There is always something to tell, but never so much that later ones find nothing to shake."""
        told_of = self.publications * self.load.followers
        if self.publications < self.load.publications:
            if told_of - self.place < self.load.backlog:
                self.publications += 1
                pay = ledger.FIRST_PAY + self.publications
                return Errand(f"/chaos/publish/{pay}/", is_publication=True)
        elif self.is_shaken:
            return None  # lest there is always something left to do
        match self.random.choice(("spoil", "spoil", "ask", "confirm")):
            case "ask" if self.newcomers < self.load.newcomers:
                self.newcomers += 1
                return Errand("/chaos/follow/", (("address", f"newcomer-{self.newcomers}@example.org"),))
            case "confirm" if (somebody := self._who_has_not_confirmed()) is not None:
                return Errand(f"/subscriptions/confirm/{sign(Purpose.CONFIRM, somebody)}/")
            case _:
                return Errand(f"/chaos/spoil/{ledger.SPOILT_PAY}/", is_repeated=False)

    def _who_has_not_confirmed(self) -> SubscriptionId | None:
        try:
            found = SubscriptionRecord.objects.filter(state=SubscriptionRecord.State.PENDING).first()
        except DATABASE_GONE:
            connection.close()
            return None
        return None if found is None else SubscriptionId(found.subscription_id)

    def _plight(self, seconds: float) -> str:
        return (
            f"Not all is told after {seconds:.0f} s.\n"
            f"mails {self.place}, published {self.visitor.published} of {self.load.publications}, visitor idle {self.visitor.is_idle}\n"
            f"{ledger.report()}\n{self.family.alive()}\n{self.family.log()}"
        )


@contextmanager
def board(
    folder: Path,
    url: str,
    load: Load,
    seed: int,
    *,
    spool: Path | None = None,
    server: tuple[str, ...] = (),
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Iterator[Run]:
    """A board on the database of this URL, into which Django's models look as well, with a mail server that has these options."""
    chance = random.Random(seed)  # noqa: S311
    ledger.begin(load.followers, chance)
    spool = folder / "spool" if spool is None else spool
    with mail_server(spool, *server) as mail_port:
        environment = {
            "TEST_DATABASE_URL": url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "MAIL_LEASE": str(LEASE_SECONDS),
            "MAIL_BATCH": "50",
            "LOG_LEVEL": "WARNING",
        } | dict(settings)
        with family(folder, environment) as parent:
            visitor = Visitor(parent.port)
            try:
                yield Run(load, parent, Spool(spool), visitor, chance)
            finally:
                visitor.leave()
