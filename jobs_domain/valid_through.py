"""Until when a posting takes applications."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo, available_timezones


class InvalidClosingDate(ValueError):
    """The date, time and zone do not name an instant; the message says why."""


@dataclass(frozen=True, slots=True)
class ValidThrough:
    """The instant at which a posting closes, and the IANA time zone in which people read it (schema.org/validThrough).

    The period is half-open: the posting is open before `instant` and closed from it on. `instant` is aware and kept in
    UTC. Raises `InvalidClosingDate` for a naive instant, an unknown zone, or an instant that the calendar (years 1 to
    9999) cannot show in the zone.
    """

    instant: datetime
    zone: str

    def __post_init__(self) -> None:
        if self.instant.utcoffset() is None:
            raise InvalidClosingDate("A closing date needs a time zone.")
        zone_named(self.zone)
        try:
            object.__setattr__(self, "instant", self.instant.astimezone(UTC))
            _ = (self.local, self.last_day)
        except OverflowError:
            raise InvalidClosingDate("The closing date is too far away.") from None

    @classmethod
    def at(cls, *, day: date, clock: time | None, zone: str) -> Self:
        """The instant that a clock on the wall in `zone` shows; without a time, the end of that day.

        A time that occurs twice, when clocks are set back, means its first occurrence, or the second if its `fold` is 1
        (PEP 495). Raises `InvalidClosingDate` for a time that the clocks skip.
        """
        try:
            wall = datetime.combine(day, clock) if clock else datetime.combine(day, time()) + timedelta(days=1)
            instant = wall.replace(tzinfo=zone_named(zone)).astimezone(UTC)
        except OverflowError:
            raise InvalidClosingDate("The closing date is too far away.") from None
        if clock and instant.astimezone(zone_named(zone)).replace(tzinfo=None) != wall:
            raise InvalidClosingDate(f"On that day clocks in {zone} skip {clock:%H:%M}: choose another time.")
        return cls(instant=instant, zone=zone)

    @property
    def local(self) -> datetime:
        """The instant as clocks in the zone show it."""
        return self.instant.astimezone(zone_named(self.zone))

    @property
    def last_day(self) -> date:
        """The last day, in the zone, on which the posting is open for any moment."""
        # subtracted in UTC: in the zone's own time there may be no midnight (Cairo, Santiago, when clocks go forward)
        return (self.instant - timedelta(microseconds=1)).astimezone(zone_named(self.zone)).date()

    def has_passed(self, *, at: datetime) -> bool:
        return at >= self.instant


def zone_named(name: str) -> ZoneInfo:
    """The zone of the IANA data base. Raises `InvalidClosingDate` if there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidClosingDate(f"“{name}” is not a time zone of the IANA data base, such as Europe/Berlin.") from None


def zones() -> list[str]:
    """The names of zones that people choose from: UTC, and those of the IANA data base that are named for a place."""
    places = (
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    )
    return ["UTC", *sorted(places)]
