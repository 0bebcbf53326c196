from datetime import datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_domain.interest import Ask, LetGo, NoPatience, Patience, Wait
from tests.unit.examples import NOW

pytestmark = pytest.mark.unit

YEAR: Final = timedelta(days=365)
MONTH: Final = timedelta(days=30)
PATIENCE: Final = Patience(silence=YEAR, answer=MONTH)
A_MOMENT: Final = timedelta(microseconds=1)

stretches = st.timedeltas(min_value=timedelta(), max_value=4 * YEAR)
lasting = st.timedeltas(min_value=A_MOMENT, max_value=2 * YEAR)
patiences = st.builds(Patience, silence=lasting, answer=lasting)
moments = st.builds(lambda stretch: NOW + stretch, stretches)


def test_who_is_silent_for_a_year_is_asked() -> None:
    assert PATIENCE.next_step(silent_since=NOW, asked_at=None, at=NOW + YEAR - A_MOMENT) == Wait(NOW + YEAR)
    assert PATIENCE.next_step(silent_since=NOW, asked_at=None, at=NOW + YEAR) == Ask()


def test_who_does_not_answer_for_a_month_is_let_go() -> None:
    asked_at = NOW + YEAR
    ends_at = asked_at + MONTH
    assert PATIENCE.next_step(silent_since=NOW, asked_at=asked_at, at=ends_at - A_MOMENT) == Wait(ends_at)
    assert PATIENCE.next_step(silent_since=NOW, asked_at=asked_at, at=ends_at) == LetGo()


def test_who_shows_interest_after_the_question_has_another_year() -> None:
    shown = NOW + YEAR + timedelta(days=29)
    at = shown + MONTH
    assert PATIENCE.next_step(silent_since=shown, asked_at=NOW + YEAR, at=at) == Wait(shown + YEAR)


@pytest.mark.parametrize("none", [timedelta(), -A_MOMENT])
def test_a_period_lasts_for_a_while(none: timedelta) -> None:
    with pytest.raises(NoPatience):
        Patience(silence=none, answer=MONTH)
    with pytest.raises(NoPatience):
        Patience(silence=YEAR, answer=none)


@given(patiences, moments, st.none() | moments, moments)
def test_nobody_is_let_go_who_was_not_asked_after_the_last_sign_and_had_the_time_to_answer(
    patience: Patience, silent_since: datetime, asked_at: datetime | None, at: datetime
) -> None:
    step = patience.next_step(silent_since=silent_since, asked_at=asked_at, at=at)
    had_time = asked_at is not None and silent_since <= asked_at and at - asked_at >= patience.answer
    assert isinstance(step, LetGo) == had_time


@given(patiences, moments, st.none() | moments, moments)
def test_nobody_is_asked_twice_or_too_soon(
    patience: Patience, silent_since: datetime, asked_at: datetime | None, at: datetime
) -> None:
    if patience.next_step(silent_since=silent_since, asked_at=asked_at, at=at) == Ask():
        assert at - silent_since >= patience.silence
        assert asked_at is None or asked_at < silent_since


@given(patiences, moments, st.none() | moments, moments)
def test_waiting_ends_in_a_step_and_not_before(
    patience: Patience, silent_since: datetime, asked_at: datetime | None, at: datetime
) -> None:
    step = patience.next_step(silent_since=silent_since, asked_at=asked_at, at=at)
    if isinstance(step, Wait):
        assert step.until > at
        before = patience.next_step(silent_since=silent_since, asked_at=asked_at, at=step.until - A_MOMENT)
        assert before == step
        assert not isinstance(patience.next_step(silent_since=silent_since, asked_at=asked_at, at=step.until), Wait)
