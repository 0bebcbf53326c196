"""How soon followers hear, and when the next digest is due: once a day or once a week, at an hour on the follower's own clocks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Final, Literal, assert_never

from jobs_domain.valid_through import InvalidClosingDate, zone_named

HOURS: Final = range(24)


class Frequency(Enum):
    """How soon a follower hears."""

    IMMEDIATE = "IMMEDIATE"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"


type DigestFrequency = Literal[Frequency.DAILY, Frequency.WEEKLY]


class InvalidDigestTime(ValueError):
    """There is no such hour or time zone; the message says which."""


class Weekday(Enum):
    """Numbered as by `date.weekday`."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTime:
    """At what hour (0 to 23) of the clocks in the IANA time zone, and for weekly digests on which day. Raises `InvalidDigestTime`."""

    hour: int
    weekday: Weekday
    zone: str

    def __post_init__(self) -> None:
        if self.hour not in HOURS:
            raise InvalidDigestTime(f"{self.hour} is no hour of a day: choose one from 0 to 23.")
        try:
            zone_named(self.zone)
        except InvalidClosingDate as error:
            raise InvalidDigestTime(str(error)) from None

    def next_after(self, instant: datetime, frequency: DigestFrequency) -> datetime:
        """The first instant after the given one at which a digest is due, in UTC.

        An hour that the clocks skip is due when they have gone forward; one that comes twice is due the first time.
        """
        day = instant.astimezone(zone_named(self.zone)).date()
        # yesterday's may be ahead: clocks that go forward at the end of a day put it off to the next
        days = (day + timedelta(days=ahead) for ahead in range(-1, 9))
        due = (self._on(each) for each in days if self._is_a_day_for(each, frequency))
        return next(each for each in due if each > instant)

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, time(self.hour), tzinfo=zone_named(self.zone)).astimezone(UTC)

    def _is_a_day_for(self, day: date, frequency: DigestFrequency) -> bool:
        match frequency:
            case Frequency.DAILY:
                return True
            case Frequency.WEEKLY:
                return day.weekday() == self.weekday.value
            case _:
                assert_never(frequency)
