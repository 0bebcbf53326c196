"""Events and details survive being stored."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from adapters.codec import (
    EVENT_TYPES,
    FORMAT_VERSION,
    Json,
    UnreadableEvent,
    decode_changes,
    decode_details,
    decode_event,
    decode_topic,
    encode_changes,
    encode_details,
    encode_event,
    encode_topic,
)
from jobs_domain.changes import Change
from jobs_domain.digests import Frequency
from jobs_domain.events import AnyEvent, CloseReason, PostingClosed, SubscriptionRequested, SubscriptionSucceeded
from jobs_domain.posting_details import PostingDetails, WorkplaceType
from jobs_domain.topics import JobSearch, Topic
from tests.unit import strategies
from tests.unit.examples import NOW, POSTING_ID, wishes

pytestmark = pytest.mark.integration

STORED_EVENTS = {version: Path(__file__).with_name(f"stored_events_v{version}.jsonl") for version in (1, 2)}
CLOSED = PostingClosed(posting_id=POSTING_ID, version=2, occurred_at=NOW, reason=CloseReason.FILLED)


def through_json(payload: Json) -> Json:
    stored: Json = json.loads(json.dumps(payload))
    return stored


@given(strategies.events())
def test_every_event_round_trips_through_json(event: AnyEvent) -> None:
    stored = through_json(encode_event(event))
    assert decode_event(type(event).__name__, FORMAT_VERSION, stored) == event


@given(strategies.posting_details())
def test_all_details_round_trip_through_json(details: PostingDetails) -> None:
    assert decode_details(through_json(encode_details(details))) == details


@given(strategies.topics())
def test_every_topic_round_trips_through_json(topic: Topic) -> None:
    assert decode_topic(through_json(encode_topic(topic))) == topic


def test_a_search_from_before_there_were_more_criteria_is_still_read() -> None:
    stored: Json = {
        "type": "JobSearch",
        "text": "bread",
        "categories": ["Food & drink"],
        "workplace_types": ["REMOTE"],
        "employment_types": [],
    }
    assert decode_topic(stored) == JobSearch(
        text="bread", categories=frozenset({"Food & drink"}), workplace_types=frozenset({WorkplaceType.REMOTE})
    )


@given(strategies.changes())
def test_every_change_round_trips_through_json(change: Change) -> None:
    stored: list[Json] = json.loads(json.dumps(encode_changes((change,))))
    assert decode_changes(stored) == (change,)


@given(strategies.posting_details())
def test_equal_details_are_stored_as_equal_text(details: PostingDetails) -> None:
    again = decode_details(through_json(encode_details(details)))
    assert json.dumps(encode_details(again)) == json.dumps(encode_details(details))


@pytest.mark.parametrize("version", STORED_EVENTS)
def test_events_that_were_ever_stored_can_still_be_read(version: int) -> None:
    stored = [json.loads(line) for line in STORED_EVENTS[version].read_text().splitlines()]
    assert {line["name"] for line in stored} == set(EVENT_TYPES)
    for line in stored:
        assert line["format_version"] == version
        event = decode_event(line["name"], line["format_version"], line["payload"])
        assert str(event.event_id) == line["event_id"]


def test_who_followed_when_subscriptions_had_no_language_reads_the_boards_own() -> None:
    stored = [json.loads(line) for line in STORED_EVENTS[1].read_text().splitlines()]
    read = [decode_event(line["name"], line["format_version"], line["payload"]) for line in stored]
    wished = [event.wishes for event in read if isinstance(event, SubscriptionRequested | SubscriptionSucceeded)]
    assert wished == [wishes(share_address=True), wishes(Frequency.WEEKLY), wishes(Frequency.DAILY)]


def test_an_older_format_is_brought_up_to_date_step_by_step() -> None:
    def rename(payload: Json) -> Json:
        return {"cause" if name == "why" else name: value for name, value in payload.items()}

    def name_again(payload: Json) -> Json:
        return {"reason" if name == "cause" else name: value for name, value in payload.items()}

    old = {"why" if name == "reason" else name: value for name, value in encode_event(CLOSED).items()}
    upgrades = {("PostingClosed", 1): rename, ("PostingClosed", 2): name_again}
    assert decode_event("PostingClosed", 1, old, upgrades=upgrades, latest=3) == CLOSED


def test_a_step_that_did_not_touch_an_event_needs_no_upgrade() -> None:
    assert decode_event("PostingClosed", 1, encode_event(CLOSED), upgrades={}, latest=4) == CLOSED


@pytest.mark.parametrize(("name", "version"), [("PostingClosed", FORMAT_VERSION + 1), ("PostingPainted", 1)])
def test_an_event_of_a_newer_program_is_not_guessed_at(name: str, version: int) -> None:
    with pytest.raises(UnreadableEvent, match=name):
        decode_event(name, version, encode_event(CLOSED))


def test_a_damaged_event_is_named() -> None:
    damaged = {name: value for name, value in encode_event(CLOSED).items() if name != "reason"}
    with pytest.raises(UnreadableEvent, match="PostingClosed"):
        decode_event("PostingClosed", FORMAT_VERSION, damaged)


def test_a_damaged_event_of_an_older_format_is_named_too() -> None:
    with pytest.raises(UnreadableEvent, match="SubscriptionRequested"):
        decode_event("SubscriptionRequested", 1, {"subscription_id": "1"})
