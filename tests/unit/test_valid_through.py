from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from jobs_domain.valid_through import InvalidClosingDate, ValidThrough, zone_named
from tests.unit.strategies import closing_dates, instants, zones

pytestmark = pytest.mark.unit

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
A_MOMENT = timedelta(microseconds=1)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "instant"),
    [
        pytest.param("2026-01-31", "17:00", BERLIN, "2026-01-31 16:00", id="winter in Berlin"),
        pytest.param("2026-07-31", "17:00", BERLIN, "2026-07-31 15:00", id="summer in Berlin"),
        pytest.param("2026-01-31", "17:00", NEW_YORK, "2026-01-31 22:00", id="winter in New York"),
        pytest.param("2026-07-31", "17:00", NEW_YORK, "2026-07-31 21:00", id="summer in New York"),
        pytest.param("2026-03-29", "01:59", BERLIN, "2026-03-29 00:59", id="just before the skipped hour in Berlin"),
        pytest.param("2026-03-29", "03:00", BERLIN, "2026-03-29 01:00", id="just after the skipped hour in Berlin"),
        pytest.param(
            "2026-03-08", "01:59", NEW_YORK, "2026-03-08 06:59", id="just before the skipped hour in New York"
        ),
        pytest.param("2026-03-08", "03:00", NEW_YORK, "2026-03-08 07:00", id="just after the skipped hour in New York"),
        pytest.param("2026-10-25", "02:30", BERLIN, "2026-10-25 00:30", id="a time that comes twice in Berlin"),
        pytest.param("2026-10-25", "03:00", BERLIN, "2026-10-25 02:00", id="just after the hour that comes twice"),
        pytest.param("2026-11-01", "01:30", NEW_YORK, "2026-11-01 05:30", id="a time that comes twice in New York"),
        pytest.param("2026-03-31", "00:00", BERLIN, "2026-03-30 22:00", id="midnight is a time, not the lack of one"),
        pytest.param("2024-02-29", "12:00", "UTC", "2024-02-29 12:00", id="leap day"),
    ],
)
def test_a_clock_on_the_wall_names_an_instant(day: str, clock: str, zone: str, instant: str) -> None:
    closing = ValidThrough.at(day=date.fromisoformat(day), clock=time.fromisoformat(clock), zone=zone)
    assert closing == ValidThrough(_utc(instant), zone)
    assert closing.local.replace(tzinfo=None) == datetime.fromisoformat(f"{day} {clock}")


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        pytest.param("2026-01-31", BERLIN, "2026-01-31 23:00", id="winter in Berlin"),
        pytest.param("2026-03-28", BERLIN, "2026-03-28 23:00", id="the day before clocks go forward in Berlin"),
        pytest.param("2026-03-29", BERLIN, "2026-03-29 22:00", id="the day of 23 hours in Berlin"),
        pytest.param("2026-10-25", BERLIN, "2026-10-25 23:00", id="the day of 25 hours in Berlin"),
        pytest.param("2026-03-08", NEW_YORK, "2026-03-09 04:00", id="the day of 23 hours in New York"),
        pytest.param("2026-11-01", NEW_YORK, "2026-11-02 05:00", id="the day of 25 hours in New York"),
        pytest.param("2026-12-31", BERLIN, "2026-12-31 23:00", id="new year's eve"),
        pytest.param("2024-02-28", "UTC", "2024-02-29 00:00", id="the day before a leap day"),
        pytest.param("2025-04-24", "Africa/Cairo", "2025-04-24 22:00", id="the next day has no midnight"),
        pytest.param("2026-10-31", "America/Havana", "2026-11-01 04:00", id="the next day has two midnights"),
        pytest.param("2026-04-04", "America/Santiago", "2026-04-05 04:00", id="the last hour comes twice"),
    ],
)
def test_without_a_time_a_posting_closes_at_the_end_of_the_day(day: str, zone: str, instant: str) -> None:
    closing = ValidThrough.at(day=date.fromisoformat(day), clock=None, zone=zone)
    assert closing.instant == _utc(instant)
    assert closing.last_day == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "clock", "zone"),
    [
        ("2026-03-29", "02:00", BERLIN),
        ("2026-03-29", "02:30", BERLIN),
        ("2026-03-29", "02:59:59.999999", BERLIN),
        ("2026-03-08", "02:00", NEW_YORK),
        ("2026-03-08", "02:30", NEW_YORK),
        ("2025-04-25", "00:00", "Africa/Cairo"),
        ("2011-12-30", "12:00", "Pacific/Apia"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused(day: str, clock: str, zone: str) -> None:
    with pytest.raises(InvalidClosingDate, match=f"On that day clocks in {zone} skip {clock[:5]}"):
        ValidThrough.at(day=date.fromisoformat(day), clock=time.fromisoformat(clock), zone=zone)


@pytest.mark.parametrize(
    ("day", "clock", "zone"),
    [
        (date.max, None, "UTC"),
        (date.max, time(23), NEW_YORK),
        (date.min, time(0), BERLIN),
        (date.min, time(0), "UTC"),
    ],
)
def test_a_day_at_the_end_of_the_calendar_is_refused(day: date, clock: time | None, zone: str) -> None:
    with pytest.raises(InvalidClosingDate, match="too far away"):
        ValidThrough.at(day=day, clock=clock, zone=zone)


@pytest.mark.parametrize(
    ("instant", "zone"),
    [
        (datetime.max.replace(tzinfo=UTC), "Pacific/Auckland"),
        (datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))), "UTC"),
        (datetime.min.replace(tzinfo=UTC), "UTC"),
        (datetime.min.replace(tzinfo=UTC) + timedelta(hours=1), NEW_YORK),
    ],
)
def test_an_instant_that_no_calendar_in_the_zone_shows_is_refused(instant: datetime, zone: str) -> None:
    with pytest.raises(InvalidClosingDate, match="too far away"):
        ValidThrough(instant, zone)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(InvalidClosingDate, match="needs a time zone"):
        ValidThrough(_utc("2026-03-31 22:00").replace(tzinfo=None), BERLIN)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        " ",
        "Berlin",
        "Europe/Atlantis",
        "Europe",
        "../../etc/passwd",
        "/etc/localtime",
        "a\x00b",
        "\ud800",
        "x" * 9999,
    ],
    ids=lambda zone: ascii(zone)[:20],
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(InvalidClosingDate, match="not a time zone of the IANA data base"):
        zone_named(zone)
    with pytest.raises(InvalidClosingDate, match="not a time zone of the IANA data base"):
        ValidThrough(_utc("2026-03-31 22:00"), zone)
    with pytest.raises(InvalidClosingDate, match="not a time zone of the IANA data base"):
        ValidThrough.at(day=date(2026, 3, 31), clock=None, zone=zone)


def test_an_instant_is_kept_in_utc_whatever_offset_it_came_with() -> None:
    from_berlin = ValidThrough(datetime(2026, 4, 1, tzinfo=ZoneInfo(BERLIN)), BERLIN)
    assert from_berlin == ValidThrough(_utc("2026-03-31 22:00"), BERLIN)
    assert from_berlin.instant.tzinfo is UTC


def test_the_same_instant_read_in_another_zone_is_another_closing_date() -> None:
    assert ValidThrough(_utc("2026-03-31 22:00"), BERLIN) != ValidThrough(_utc("2026-03-31 22:00"), "Europe/Paris")


def test_the_fold_of_a_clock_says_which_of_two_occurrences_is_meant() -> None:
    second = ValidThrough.at(day=date(2026, 10, 25), clock=time(2, 30, fold=1), zone=BERLIN)
    assert second.instant == _utc("2026-10-25 01:30")


@pytest.mark.parametrize(
    ("instant", "last_day"),
    [("2026-03-31 22:00", "2026-03-31"), ("2026-03-31 22:01", "2026-04-01"), ("2026-03-31 21:59", "2026-03-31")],
)
def test_the_last_day_is_that_of_the_last_open_moment(instant: str, last_day: str) -> None:
    assert ValidThrough(_utc(instant), BERLIN).last_day == date.fromisoformat(last_day)


@given(closing_dates())
def test_a_posting_is_open_before_the_instant_and_closed_from_it_on(closing: ValidThrough) -> None:
    assert not closing.has_passed(at=closing.instant - A_MOMENT)
    assert closing.has_passed(at=closing.instant)
    assert closing.has_passed(at=closing.instant + A_MOMENT)


@given(closing_dates(), instants(), zones())
def test_it_has_passed_everywhere_at_once(closing: ValidThrough, at: datetime, elsewhere: str) -> None:
    assert closing.has_passed(at=at) == closing.has_passed(at=at.astimezone(ZoneInfo(elsewhere)))


@given(closing_dates())
@example(ValidThrough(_utc("2026-10-25 01:30"), BERLIN))
@example(ValidThrough(_utc("2026-11-01 06:30"), NEW_YORK))
def test_what_the_clocks_show_leads_back_to_the_instant(closing: ValidThrough) -> None:
    assert ValidThrough.at(day=closing.local.date(), clock=closing.local.time(), zone=closing.zone) == closing


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2100, 1, 1)), zones())
@example(date(2025, 4, 24), "Africa/Cairo")
@example(date(2024, 9, 7), "America/Santiago")
def test_the_end_of_a_day_is_the_first_moment_that_no_longer_belongs_to_it(day: date, zone: str) -> None:
    assume((day, zone) != (date(2011, 12, 30), "Pacific/Apia"))  # there was no such day
    closing = ValidThrough.at(day=day, clock=None, zone=zone)
    assert closing.last_day == day
    assert closing.local.date() > day or closing.local.fold
    assert (closing.instant - A_MOMENT).astimezone(ZoneInfo(zone)).date() == day
