"""What the load tests reckon with."""

import pytest
from django.apps import apps

from tests.load import tables
from tests.load.costs import Cost, report
from tests.load.forms import NoSuchForm, fields_of, filled_in
from tests.load.soak import GROWING, is_flat, slope, verdict
from tests.load.visits import Kind, Pace, Waited

pytestmark = pytest.mark.unit

PAGE = """
<form action="/search/"><input name="q" value="nurse"></form>
<form action="/jobs/7/edit/" method="post">
<input type="hidden" name="token" value="a&amp;b"><input type="checkbox" name="minor"><input type="checkbox" name="remote" checked>
<select name="kind"><option value="a">A</option><option value="b" selected>B</option></select>
<textarea name="note">
Two
lines</textarea><button name="action" value="publish">Publish</button>
</form>
"""


def test_a_form_is_read_as_a_browser_sends_it() -> None:
    fields = fields_of(PAGE, action="/jobs/7/edit/")
    assert fields == [("token", "a&b"), ("remote", "on"), ("kind", "b"), ("note", "Two\nlines")]
    assert (
        filled_in(fields, {"kind": "a", "action": "publish"})
        == "token=a%26b&remote=on&note=Two%0Alines&kind=a&action=publish"
    )


def test_another_page_has_no_such_form() -> None:
    with pytest.raises(NoSuchForm):
        fields_of(PAGE, action="/jobs/8/edit/")


def test_a_strange_value_or_two_are_no_trend_and_a_leak_is_one() -> None:
    steady = [(float(second), 100.0 + second % 3) for second in range(60)]
    steady[20] = (20.0, 900.0)
    assert abs(slope(steady)) < 0.05
    assert slope([(second, value + 0.5 * second) for second, value in steady]) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("unit", "level", "hourly", "flat"),
    [
        ("MiB", 100.0, 3.0, True),
        ("MiB", 100.0, 20.0, False),
        ("MiB", 1_000.0, 20.0, True),
        ("open files", 40.0, 30.0, False),
        ("open files", 40.0, -30.0, True),
        ("connections", 6.0, 0.0, True),
        ("rows", 0.0, 4_000.0, False),
    ],
)
def test_what_grows_in_the_second_half_of_an_hour_is_not_flat(
    unit: str, level: float, hourly: float, flat: bool
) -> None:
    filling_up = [(30.0 * number, level * number / 60) for number in range(60)]
    then = [(30.0 * number, level + hourly * 30 * (number - 60) / 3_600) for number in range(60, 120)]
    assert is_flat(filling_up + then, unit) is flat


def test_percentiles_are_those_of_the_single_waits() -> None:
    waited = Waited({10.0: 98, 50.0: 1, 900.0: 1}, failures=0, seconds=10)
    assert (waited.percentile(0.5), waited.percentile(0.99), waited.percentile(1.0)) == (10, 50, 900)
    assert waited.rate == 10


@pytest.mark.parametrize(("kind", "people"), [(Kind.PUBLISH, 9), (Kind.FOLLOW, 200), (Kind.READ, 1)])
def test_there_are_so_many_people_that_nobody_has_to_hurry(kind: Kind, people: int) -> None:
    pace = Pace(publish=50 / 60, follow=200, read=0.5)
    assert pace.people(kind) == people
    assert pace.people(kind) * pace.each(kind) == pytest.approx(
        {Kind.PUBLISH: 50 / 60, Kind.FOLLOW: 200, Kind.READ: 0.5}[kind]
    )


def test_a_cost_is_told_for_one_and_by_the_second() -> None:
    lines = list(report({Kind.FOLLOW: Cost(400, 0, {"web": 0.010, "database": 0.006, "worker 1": 0.004})}))
    assert lines[0] == "| | times | web, ms | database, ms | worker 1, ms | all, ms | a second, by one processor |"
    assert lines[2] == "| a visitor follows | 400 | 10.0 | 6.0 | 4.0 | 20.0 | 50.0 |"


def test_who_searches_is_one_of_those_who_read() -> None:
    pace = Pace(publish=1, follow=200, read=45)
    assert pace.wanted(Kind.SEARCH) == pytest.approx(5)
    assert pace.wanted(Kind.READ) + pace.wanted(Kind.SEARCH) == pytest.approx(45)
    assert (pace.wanted(Kind.OPEN), pace.wanted(Kind.PUBLISH), pace.wanted(Kind.FOLLOW)) == (1, 1, 200)


def test_a_table_of_which_nobody_knows_why_it_grows_has_a_leak() -> None:
    assert verdict("wagtailcore_uploadedfile: rows", is_flat=False) == GROWING
    assert verdict("wagtailcore_uploadedfile: rows", is_flat=True) == "flat"
    assert verdict("worker: open files", is_flat=False) == GROWING
    assert verdict("adapters_outboxevent: rows", is_flat=False) == tables.KEPT["adapters_outboxevent"]
    assert verdict("notifications_delivery: rows", is_flat=False) != GROWING


def test_what_may_grow_are_tables_of_the_board() -> None:
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert tables.KEPT.keys() | tables.FORGOTTEN.keys() <= known
    assert not tables.KEPT.keys() & tables.FORGOTTEN.keys()
