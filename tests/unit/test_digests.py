from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobs_domain.digests import DigestFrequency, DigestTime, Frequency, InvalidDigestTime, Weekday
from tests.unit.strategies import instants, zones

pytestmark = pytest.mark.unit

BERLIN = "Europe/Berlin"
times = st.builds(DigestTime, hour=st.integers(0, 23), weekday=st.sampled_from(Weekday), zone=zones())
frequencies: st.SearchStrategy[DigestFrequency] = st.sampled_from([Frequency.DAILY, Frequency.WEEKLY])


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "hour", "zone", "due"),
    [
        pytest.param("2026-01-05 06:59", 8, BERLIN, "2026-01-05 07:00", id="later today"),
        pytest.param("2026-01-05 07:00", 8, BERLIN, "2026-01-06 07:00", id="not the same instant again"),
        pytest.param("2026-03-28 07:00", 8, BERLIN, "2026-03-29 06:00", id="23 hours when clocks go forward"),
        pytest.param("2026-10-24 06:00", 8, BERLIN, "2026-10-25 07:00", id="25 hours when clocks go back"),
        pytest.param("2026-03-28 12:00", 2, BERLIN, "2026-03-29 01:00", id="an hour that is skipped: when it is over"),
        pytest.param("2026-10-24 12:00", 2, BERLIN, "2026-10-25 00:00", id="an hour that comes twice: the first"),
        pytest.param("2026-10-25 00:00", 2, BERLIN, "2026-10-26 01:00", id="and not the second"),
        pytest.param("2011-12-29 21:00", 10, "Pacific/Apia", "2011-12-30 20:00", id="a day that was left out"),
        pytest.param("2011-12-30 20:00", 10, "Pacific/Apia", "2011-12-31 20:00", id="makes one digest less"),
    ],
)
def test_once_a_day(after: str, hour: int, zone: str, due: str) -> None:
    time = DigestTime(hour=hour, weekday=Weekday.MONDAY, zone=zone)
    assert time.next_after(_utc(after), Frequency.DAILY) == _utc(due)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        pytest.param("2026-01-05 06:59", "2026-01-05 07:00", id="on that very Monday"),
        pytest.param("2026-01-05 07:00", "2026-01-12 07:00", id="a week later"),
        pytest.param("2026-03-23 07:00", "2026-03-30 06:00", id="across the change of clocks"),
        pytest.param("2026-01-04 23:30", "2026-01-05 07:00", id="Monday has begun in Berlin"),
    ],
)
def test_once_a_week(after: str, due: str) -> None:
    time = DigestTime(hour=8, weekday=Weekday.MONDAY, zone=BERLIN)
    assert time.next_after(_utc(after), Frequency.WEEKLY) == _utc(due)


@given(times, instants(), frequencies)
def test_the_next_one_is_ahead_and_not_far(time: DigestTime, instant: datetime, frequency: DigestFrequency) -> None:
    due = time.next_after(instant, frequency)
    days = 1 if frequency is Frequency.DAILY else 7
    assert instant < due <= instant + timedelta(days=days + 1, hours=1)
    assert due.tzinfo is UTC


def _is_skipped(time: DigestTime, day: date) -> bool:
    wanted = datetime.combine(day, clock(time.hour), tzinfo=ZoneInfo(time.zone))
    shown = wanted.astimezone(UTC).astimezone(wanted.tzinfo)
    return shown.replace(tzinfo=None) != wanted.replace(tzinfo=None)


@given(times, instants(), frequencies)
@example(
    time=DigestTime(hour=0, weekday=Weekday.SUNDAY, zone="America/Santiago"),
    instant=datetime(1972, 10, 14, 12, tzinfo=UTC),
    frequency=Frequency.WEEKLY,
)
def test_on_the_clocks_of_the_follower(time: DigestTime, instant: datetime, frequency: DigestFrequency) -> None:
    local = time.next_after(instant, frequency).astimezone(ZoneInfo(time.zone))
    # clocks that go forward at the end of a day put it off to the next
    skipped = any(_is_skipped(time, local.date() - timedelta(days=back)) for back in (0, 1))
    assert local.hour == time.hour or skipped
    assert frequency is Frequency.DAILY or local.weekday() == time.weekday.value or skipped


@given(times, instants(), frequencies, st.timedeltas(timedelta(), timedelta(days=10)))
def test_none_is_left_out(time: DigestTime, instant: datetime, frequency: DigestFrequency, later: timedelta) -> None:
    """Whoever asks later, but before it is due, is told the same one."""
    due = time.next_after(instant, frequency)
    asked = min(instant + later, due - timedelta(microseconds=1))
    assert time.next_after(asked, frequency) == due


@pytest.mark.parametrize(
    ("hour", "zone", "said"), [(24, BERLIN, "24 is no hour"), (-1, BERLIN, "-1 is no hour"), (8, "Berlin", "“Berlin”")]
)
def test_what_is_no_time(hour: int, zone: str, said: str) -> None:
    with pytest.raises(InvalidDigestTime, match=said):
        DigestTime(hour=hour, weekday=Weekday.MONDAY, zone=zone)
