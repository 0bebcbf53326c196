"""How many sign up and are refused in each hour: counted as it happens, and kept without a word of who it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from adapters import board, hourly, outbox
from adapters.hourly import Counted, count, counts, totals
from adapters.models import HourlyCount, OutboxEvent, SubscriptionRecord
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.posting import Publication
from tests.integration.cms.factories import make_job
from tests.unit.examples import ANA, BEN, DETAILS, NOW, POSTING_ID, THE_POSTING, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FORM = "/jobs/baker/subscribe/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def show() -> None:
    board.observe_posting(
        posting_id=POSTING_ID, seen=Publication(details=DETAILS), whereabouts=board.Whereabouts("/jobs/baker/", None)
    )


def work() -> None:
    while outbox.dispatch_due():
        pass


def test_confirmations_count_in_the_hour_in_which_was_asked(clock: time_machine.Traveller) -> None:
    show()
    for person in (ANA, BEN):
        board.request_subscription(address=person, topic=THE_POSTING, wishes=wishes())
    clock.shift(timedelta(hours=30))
    ana = SubscriptionRecord.objects.get(address_key=ANA.key)
    board.confirm_subscription(subscription_id=SubscriptionId(ana.pk))
    work()
    hour = hourly.beginning(NOW)
    assert counts(hour, hour) == {(hour, Counted.ASKED): 2, (hour, Counted.CONFIRMED): 1}
    assert totals(NOW + HOUR) == {}


def test_an_event_counts_once_however_often_it_is_brought() -> None:
    show()
    board.request_subscription(address=ANA, topic=THE_POSTING, wishes=wishes())
    for _ in range(3):
        OutboxEvent.objects.update(next_attempt_at=NOW)
        work()
    assert totals(NOW - HOUR) == {Counted.ASKED: 1}


def test_each_kind_of_refusal_counts(client: Client, settings: LazySettings) -> None:
    settings.REFUSE_DISPOSABLE = True
    make_job()
    for typed in ("ana", "änne@example.org", "noreply@example.org", "ana@mailinator.com", "ana@sub.mailinator.com", ""):
        assert client.post(FORM, {"address": typed}).status_code == 422
    client.post(FORM, {"address": "ana@example.org"}, headers={"sec-fetch-site": "cross-site"})
    client.post("/subscriptions/manage/", {"address": "ana@example.org"}, headers={"origin": "https://evil.example"})
    client.post("/jobs/", {}, headers={"origin": "null"})
    assert totals(NOW - HOUR) == {
        Counted.MALFORMED: 1,
        Counted.NOT_ASCII: 1,
        Counted.ROLE: 1,
        Counted.DISPOSABLE: 2,
        Counted.FROM_ELSEWHERE: 3,
    }
    assert not any("@" in str(row) for row in HourlyCount.objects.values_list())


def test_disposable_addresses_are_as_good_as_any_unless_the_operator_minds(client: Client) -> None:
    make_job()
    assert client.post(FORM, {"address": "ana@mailinator.com"}).status_code == 303


@pytest.mark.parametrize("refused", ["noreply@example.org", "ana@mailinator.com"])
def test_who_follows_already_can_sign_in_whatever_the_rules(
    client: Client, settings: LazySettings, refused: str
) -> None:
    settings.REFUSE_DISPOSABLE = True
    assert client.post("/subscriptions/manage/", {"address": refused}).status_code == 303


@pytest.mark.parametrize(
    ("zone", "at", "began"),
    [
        ("UTC", datetime(2026, 3, 2, 10, 59, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)),
        # 16:29 there
        ("Asia/Kolkata", datetime(2026, 3, 2, 10, 59, tzinfo=UTC), datetime(2026, 3, 2, 10, 30, tzinfo=UTC)),
        # twice 02:30, before and after the clocks go back
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ],
)
def test_hours_are_those_of_the_boards_clocks(zone: str, at: datetime, began: datetime) -> None:
    with timezone.override(zone):
        count(Counted.ROLE, at)
        assert counts(began, began) == {(began, Counted.ROLE): 1}


@given(st.integers(1_500_000_000, 1_900_000_000), st.timezone_keys())
def test_every_instant_is_in_the_hour_that_it_is_counted_in(seconds: int, zone: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    with timezone.override(zone):
        began = hourly.beginning(at)
        assert timedelta() <= at - began < timedelta(hours=2)
        assert hourly.beginning(began) <= began


def test_what_is_old_is_forgotten(clock: time_machine.Traveller) -> None:
    count(Counted.TRAPPED)
    clock.shift(hourly.KEPT - HOUR)
    count(Counted.TRAPPED)
    assert hourly.prune() == 0
    clock.shift(2 * HOUR)
    assert hourly.prune() == 1
    assert totals(NOW) == {Counted.TRAPPED: 1}
