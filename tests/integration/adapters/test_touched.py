"""Notes of what was touched, and the stamps made from them."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adapters import touched
from adapters.models import Touched
from adapters.quick_sum import Lost
from adapters.touched import BOARD, stamp, touch

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HOURS = timedelta(hours=2)


def test_a_stamp_is_another_one_after_each_touch() -> None:
    seen = {stamp({"a", "b"})}
    for subjects in (("a",), ("a",), ("b",), ("b", "a", "a")):
        touch(*subjects)
        seen.add(stamp({"a", "b"}))
    assert len(seen) == 5


def test_a_touch_of_one_subject_leaves_the_stamp_of_another() -> None:
    touch("a")
    before = stamp({"a"})
    touch("b", "ab")
    assert stamp({"a"}) == before


def test_nothing_has_a_stamp_as_well() -> None:
    touch("a")
    assert stamp(()) == stamp({"never touched"}) == 0


def test_stamps_and_totals_agree() -> None:
    touch("a", "b")
    touch("a")
    changes = touched.since(0)
    of_a = touched.total(change.mark for change in changes if change.subject == "a")
    of_board = touched.total(change.mark for change in changes if change.subject == BOARD)
    assert touched.stamps(["a"]) == (of_a, of_board)
    assert touched.stamps([BOARD]) == (of_board, of_board)
    assert touched.stamps([]) == (0, of_board)
    assert touched.has_stamp(("a",), of_a)
    assert not touched.has_stamp(("a",), of_board)


def test_whatever_is_touched_is_about_the_board() -> None:
    before = stamp({BOARD})
    touch()
    assert stamp({BOARD}) == before
    touch("a")
    assert stamp({BOARD}) != before


def test_what_was_touched_since() -> None:
    touch("a")
    last = touched.since(0)[-1]
    touch("b", "c", "b")
    assert [change.subject for change in touched.since(last.id)] == [BOARD, "b", "c"]


def test_what_is_rolled_back_gives_no_stamp_that_ever_comes_again() -> None:
    touch("a")
    before = stamp({"a"})
    with transaction.atomic():
        touch("a")
        within = stamp({"a"})
        transaction.set_rollback(True)
    assert stamp({"a"}) == before != within
    touch("a")
    assert stamp({"a"}) not in {before, within}


def test_any_text_may_be_a_subject() -> None:
    odd = ('a"b', "a\\b", "{a,b}", "NULL", "company:böser-name", "a' OR 1=1 --", "%s", " ")
    touch(*odd)
    for subject in odd:
        assert touched.has_stamp((subject,), stamp([subject])), subject
        assert not touched.has_stamp((subject,), 0), subject
    assert touched.has_stamp(odd, stamp(odd))


def test_nothing_is_asked_twice() -> None:
    with CaptureQueriesContext(connection) as queries:
        touched.stamps(f"posting:{number}" for number in range(20))
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        touched.has_stamp(("a",), 0)
    assert len(queries) == 0  # it goes past Django, which would count it


def test_a_lost_connection_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_: object) -> int:
        raise Lost

    touch("a")
    monkeypatch.setattr(touched, "sum_of_marks", lost)
    assert touched.has_stamp(("a",), stamp(["a"]))
    assert not touched.has_stamp(("a",), 0)


@pytest.mark.needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_ended_is_made_anew() -> None:
    touch("a")
    expected = stamp(["a"])
    ended = connection.connection.info.backend_pid
    with psycopg.connect(**connection.get_connection_params() | {"context": None}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
    assert touched.has_stamp(("a",), expected)
    assert connection.connection.info.backend_pid != ended


def test_many_subjects_at_once() -> None:
    touch(*(f"posting:{number}" for number in range(1_200)))
    assert len(touched.since(0)) == 1_201


def test_what_was_touched_long_ago_is_forgotten() -> None:
    with time_machine.travel(timezone.now() - HOURS):
        touch("a", "b")
    touch("a")
    assert touched.prune() == 2
    assert [change.subject for change in touched.since(0)] == [BOARD, BOARD, "a"]
    assert touched.prune() == 0


def test_the_stamp_of_the_board_outlives_its_rows() -> None:
    with time_machine.travel(timezone.now() - HOURS):
        for _ in range(5):
            touch(BOARD)
    touch(BOARD)
    before = stamp({BOARD})
    assert touched.prune() == 4
    assert Touched.objects.count() == 2
    assert stamp({BOARD}) == before
    with time_machine.travel(timezone.now() + HOURS):
        assert touched.prune() == 1
        assert stamp({BOARD}) == before
