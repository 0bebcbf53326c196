"""The catalogue says everything about every event (A10)."""

import re

import pytest

from adapters.catalogue import render, signals_by_event
from adapters.codec import EVENT_TYPES

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("event", EVENT_TYPES)
def test_every_event_says_what_raises_it_and_when_it_is_not_sent(event: str) -> None:
    section = re.search(rf"^## {event}\n(.*?)(?=^## |\Z)", render(), re.DOTALL | re.MULTILINE)
    assert section is not None
    assert re.search(r"^- \*\*Raised by\*\*: \w+", section[1], re.MULTILINE)
    assert re.search(r"^- \*\*Not sent\*\*: \w+", section[1], re.MULTILINE)


def test_every_event_has_one_signal_and_every_listener_a_reason() -> None:
    by_event = signals_by_event()
    assert set(by_event) == set(EVENT_TYPES)
    for _, signal in by_event.values():
        for uid, listener in signal.listeners.items():
            assert uid == listener.uid
            assert len(listener.why) > 10


def test_what_the_board_promises_its_followers_is_listened_to() -> None:
    unheard = {event for event, (_, signal) in signals_by_event().items() if not signal.listeners}
    assert unheard == set()
