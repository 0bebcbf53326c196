"""Somebody who uses the board over HTTP while it is being shaken, and tries again what got no answer."""

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from queue import SimpleQueue
from threading import Event, Thread
from typing import Final
from urllib.parse import urlencode

ANSWER_SECONDS: Final = 30
BREATH_SECONDS: Final = 0.01


@dataclass(frozen=True, slots=True)
class Errand:
    """A form that is sent; unless it is `is_repeated`, only once, whatever comes of it."""

    path: str
    fields: tuple[tuple[str, str], ...] = ()
    is_publication: bool = False
    is_repeated: bool = True


@dataclass
class Visitor:
    """Does one errand at a time, in a thread."""

    port: int
    done: int = 0
    published: int = 0
    interrupted: int = 0
    _errands: SimpleQueue[Errand | None] = field(default_factory=SimpleQueue)
    _leaves: Event = field(default_factory=Event)
    _given: int = 0

    def __post_init__(self) -> None:
        self._thread = Thread(target=self._live, name="visitor", daemon=True)
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        return self.done == self._given

    def send(self, errand: Errand) -> None:
        self._given += 1
        self._errands.put(errand)

    def leave(self) -> None:
        self._leaves.set()
        self._errands.put(None)
        self._thread.join()

    def _live(self) -> None:
        while (errand := self._errands.get()) is not None and not self._leaves.is_set():
            while not self._try(errand) and errand.is_repeated and not self._leaves.wait(BREATH_SECONDS):
                self.interrupted += 1
            self.published += errand.is_publication
            self.done += 1

    def _try(self, errand: Errand) -> bool:
        """Whether it was answered, and well."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        headers = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", errand.path, urlencode(errand.fields), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        assert answer.status < 400 or answer.status >= 500, f"{answer.status} for {errand}"
        return answer.status < 500
