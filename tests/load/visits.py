"""How often who does what, and how long they waited: by locust, in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).parents[2]
MOST_EACH: Final = 1.0
"""Times a second that one visitor does something: no more, so that nobody waits for the answer before."""
SEARCHES: Final = 2 / 18
"""Of what readers do; see the weights in `tests/load/people.py`."""


class Kind(StrEnum):
    OPEN = "the editor opens"
    PUBLISH = "an editor publishes"
    PREPARE = "a visitor fills in the form"
    FOLLOW = "a visitor follows"
    READ = "a visitor reads"
    SEARCH = "a visitor searches"
    CONFIRM = "a visitor confirms"
    LEAVE = "a follower leaves"
    SIGN_IN = "an editor signs in"


PEOPLE: Final = (Kind.PUBLISH, Kind.FOLLOW, Kind.READ, Kind.CONFIRM, Kind.LEAVE, Kind.SIGN_IN)
"""What there are people for who do that and what belongs to it."""


class Failed(Exception):
    """Somebody was not answered, or wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times a second, of all people together."""

    publish: float
    follow: float
    read: float
    confirm: float = 0
    leave: float = 0
    sign_in: float = 0

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))

    def people(self, kind: Kind) -> int:
        """Editors are few and slow, so one for each ten seconds between two publications of theirs. Nobody does what is never done."""
        most = 0.1 if kind is Kind.PUBLISH else MOST_EACH
        return -int(-self._all(kind) // most)

    def each(self, kind: Kind) -> float:
        """Of those there are. Raises `ZeroDivisionError` if nobody does it."""
        return self._all(kind) / self.people(kind)

    def wanted(self, kind: Kind) -> float:
        """Of those who read, one in nine searches."""
        match kind:
            case Kind.READ:
                return self.read * (1 - SEARCHES)
            case Kind.SEARCH:
                return self.read * SEARCHES
            case Kind.PREPARE:
                return 0  # once each, in the beginning
            case Kind.OPEN | Kind.PUBLISH | Kind.FOLLOW | Kind.CONFIRM | Kind.LEAVE | Kind.SIGN_IN:
                return self._all(kind)

    def _all(self, kind: Kind) -> float:
        """Of the people who do this, whatever else they do."""
        match kind:
            case Kind.OPEN | Kind.PUBLISH:
                return self.publish
            case Kind.PREPARE | Kind.FOLLOW:
                return self.follow
            case Kind.READ | Kind.SEARCH:
                return self.read
            case Kind.CONFIRM:
                return self.confirm
            case Kind.LEAVE:
                return self.leave
            case Kind.SIGN_IN:
                return self.sign_in


@dataclass(frozen=True, slots=True)
class Waited:
    """`times` is how many there were in which number of milliseconds."""

    times: Mapping[float, int]
    failures: int
    seconds: float

    @property
    def number(self) -> int:
        return sum(self.times.values())

    @property
    def rate(self) -> float:
        return self.number / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds; at least so many waited no longer."""
        left = share * self.number
        for milliseconds, times in sorted(self.times.items()):
            left -= times
            if left <= 0:
                return milliseconds
        return float("nan")


@dataclass(slots=True)
class Visits:
    """A run of locust that has begun. What it says goes to files: a pipe that nobody reads for an hour is full before that."""

    process: subprocess.Popen[bytes]
    seconds: float
    said: Path
    complained: Path

    def waited(self) -> dict[Kind, Waited]:
        """When all is over. Raises `Failed` if locust itself did."""
        self.process.wait()
        output, errors = self.said.read_text(), self.complained.read_text()
        try:
            stats = json.loads(output)
        except ValueError as error:
            raise Failed(errors[-4_000:]) from error
        for line in errors.splitlines():
            if "Error report" in line or " for /" in line:
                print(line, file=sys.stderr)
        if not stats:
            raise Failed(f"Nobody was answered.\n{errors[-4_000:]}")
        return {
            Kind(entry["name"]): Waited(
                {float(time): int(times) for time, times in entry["response_times"].items()},
                int(entry["num_failures"]),
                self.seconds,
            )
            for entry in stats
        }


def begin(address: str, content: Path, pace: Pace, seconds: float) -> Visits:
    """People come for so long. `content` is the file that says what is where; what they say is written beside it."""
    people = sum(map(pace.people, PEOPLE))
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "LOAD_CONTENT": str(content),
        "LOAD_PACE": json.dumps(asdict(pace)),
    }
    command = [sys.executable, "-m", "locust", "-f", "tests/load/people.py", "--headless", "--json", "--host", address]
    command += ["--users", str(people), "--spawn-rate", str(people), "--run-time", f"{seconds:.0f}s"]
    command += ["--stop-timeout", "30", "--exit-code-on-error", "0", "--loglevel", "WARNING", "--only-summary"]
    said, complained = content.with_name("locust.json"), content.with_name("locust.log")
    with said.open("wb") as output, complained.open("wb") as errors:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=errors)
    return Visits(process, seconds, said, complained)
