import inspect
from copy import copy
from typing import get_args

import pytest
from hypothesis import Phase, find, given, settings

from jobs_domain.changes import Change
from jobs_domain.events import AnyEvent, PostingEvent, SubscriptionEvent
from jobs_domain.identifiers import event_id
from tests.unit import strategies

pytestmark = pytest.mark.unit

POSTING_EVENTS: tuple[type[PostingEvent], ...] = get_args(PostingEvent.__value__)
SUBSCRIPTION_EVENTS: tuple[type[SubscriptionEvent], ...] = get_args(SubscriptionEvent.__value__)
EVENTS: tuple[type[AnyEvent], ...] = (*POSTING_EVENTS, *SUBSCRIPTION_EVENTS)
CHANGES: tuple[type[Change], ...] = get_args(Change.__value__)

_QUICK = settings(database=None, phases=[Phase.generate], max_examples=1000)


@given(strategies.posting_events())
def test_an_event_of_a_posting_is_a_step_in_its_life(event: PostingEvent) -> None:
    assert event.event_id == event_id(stream=event.posting_id, version=event.version)


@given(strategies.subscription_events())
def test_an_event_of_a_subscription_is_a_step_in_its_life(event: SubscriptionEvent) -> None:
    assert event.event_id == event_id(stream=event.subscription_id, version=event.version)


@given(strategies.events())
def test_an_event_can_be_a_member_of_a_set(event: AnyEvent) -> None:
    assert len({event, copy(event)}) == 1


@pytest.mark.parametrize("event_type", EVENTS)
def test_every_event_says_what_raises_it_and_when_it_is_not_sent(event_type: type[AnyEvent]) -> None:
    words = inspect.getdoc(event_type)
    assert words is not None
    assert "Raised by: " in words
    assert "Not sent: " in words


@pytest.mark.parametrize("event_type", EVENTS)
def test_the_strategy_draws_every_kind_of_event(event_type: type[AnyEvent]) -> None:
    assert type(find(strategies.events(), lambda event: type(event) is event_type, settings=_QUICK)) is event_type


@pytest.mark.parametrize("change_type", CHANGES)
def test_the_strategy_draws_every_kind_of_change(change_type: type[Change]) -> None:
    assert type(find(strategies.changes(), lambda change: type(change) is change_type, settings=_QUICK)) is change_type
