"""Tokens in links and in addresses of mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from adapters.tokens import (
    LIFETIME,
    SHORT,
    ExpiredToken,
    InvalidToken,
    Purpose,
    read,
    read_dated,
    read_short,
    sign,
    sign_dated,
    sign_short,
)
from tests.unit.examples import NOW

pytestmark = pytest.mark.integration

type Way = tuple[Callable[[Purpose, UUID], str], Callable[[Purpose, str], UUID]]

WAYS: Final[tuple[Way, ...]] = ((sign, read), (sign_dated, read_dated), (sign_short, read_short))
purposes = st.sampled_from(Purpose)
casings = st.lists(st.booleans(), min_size=SHORT, max_size=SHORT)


@given(purposes, st.uuids(), casings)
def test_a_short_token_survives_any_change_of_case(purpose: Purpose, of: UUID, capitals: list[bool]) -> None:
    token = sign_short(purpose, of)
    assert token == token.lower()
    assert token.isalnum()
    assert len(token) == SHORT
    on_the_way = "".join(
        letter.upper() if is_capital else letter for letter, is_capital in zip(token, capitals, strict=True)
    )
    assert read_short(purpose, on_the_way) == of


@given(purposes, st.uuids(), st.integers(0, SHORT - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_short_token_in_which_one_character_differs_is_none(
    purpose: Purpose, of: UUID, place: int, other: str
) -> None:
    token = sign_short(purpose, of)
    altered = f"{token[:place]}{other}{token[place + 1 :]}"
    if altered != token:
        with pytest.raises(InvalidToken):
            read_short(purpose, altered)


@given(purposes, st.text(max_size=70) | st.text("abcdefgh234567", min_size=SHORT - 2, max_size=SHORT + 9))
def test_anything_else_is_no_token(purpose: Purpose, text: str) -> None:
    readers: tuple[Callable[[Purpose, str], UUID], ...] = (read, read_dated, read_short)
    for reader in readers:
        with pytest.raises(InvalidToken):
            reader(purpose, text)


@given(purposes, purposes, st.uuids())
def test_a_token_is_good_for_one_purpose_and_one_way_to_write_it(made: Purpose, wanted: Purpose, of: UUID) -> None:
    for writing, (write, _) in enumerate(WAYS):
        token = write(made, of)
        for reading, (_, reader) in enumerate(WAYS):
            if (writing, made) == (reading, wanted):
                assert reader(wanted, token) == of
            else:
                with pytest.raises(InvalidToken):
                    reader(wanted, token)


@given(purposes, st.uuids(), st.uuids())
def test_tokens_of_different_subscriptions_differ(purpose: Purpose, one: UUID, other: UUID) -> None:
    for write in (sign, sign_dated, sign_short):
        assert (write(purpose, one) == write(purpose, other)) == (one == other)


@pytest.mark.parametrize(("write", "reader"), [(sign, read), (sign_dated, read_dated), (sign_short, read_short)])
def test_a_token_outlives_the_key_that_made_it_as_long_as_that_is_a_fallback(
    settings: LazySettings, write: Callable[[Purpose, UUID], str], reader: Callable[[Purpose, str], UUID]
) -> None:
    of = uuid4()
    settings.SECRET_KEY = "the old one"
    token = write(Purpose.END, of)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new one", ["another", "the old one"]
    assert reader(Purpose.END, token) == of
    assert write(Purpose.END, of) != token
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        reader(Purpose.END, token)


def test_a_dated_token_lives_seven_days_and_then_still_says_whose_it_was() -> None:
    of = uuid4()
    with time_machine.travel(NOW, tick=False) as clock:
        token = sign_dated(Purpose.MANAGE, of)
        clock.shift(LIFETIME)
        assert read_dated(Purpose.MANAGE, token) == of
        clock.shift(timedelta(seconds=1))
        with pytest.raises(ExpiredToken) as expired:
            read_dated(Purpose.MANAGE, token)
        assert expired.value.of == of


def test_other_tokens_do_not_expire() -> None:
    of = uuid4()
    with time_machine.travel(NOW, tick=False) as clock:
        tokens = sign(Purpose.END, of), sign_short(Purpose.END, of)
        clock.shift(timedelta(days=20 * 365))
        assert (read(Purpose.END, tokens[0]), read_short(Purpose.END, tokens[1])) == (of, of)
