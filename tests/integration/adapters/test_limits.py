"""How often the board writes to somebody because somebody asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from adapters import following, limits, links, tokens
from adapters.hourly import Counted, totals
from adapters.models import Allowance, OutboxEvent, SubscriptionRecord
from adapters.tokens import Purpose
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from tests.integration.cms.factories import make_follower, make_job
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ADDRESS = "/jobs/baker/subscribe/"


@pytest.fixture(autouse=True)
def few(settings: LazySettings) -> None:
    settings.ASKS_PER_CLIENT, settings.ASKS_PER_ADDRESS = 3, 2


def spend(client: str = "192.0.2.7", target: EmailAddress = ANA) -> bool:
    return limits.spend(client=client, target=target) is None


def requests() -> int:
    following.see_to()
    return OutboxEvent.objects.filter(name="SubscriptionRequested").count()


def counted() -> dict[Counted, int]:
    return dict(totals(timezone.now() - timedelta(hours=1)))


def test_one_address_is_written_to_so_often_whoever_asks() -> None:
    assert [spend(f"192.0.2.{number}") for number in range(4)] == [True, True, False, False]
    assert spend(target=BEN)


def test_a_client_may_ask_so_often_whatever_the_address() -> None:
    asked = [spend(target=EmailAddress(f"somebody-{number}@example.org")) for number in range(5)]
    assert asked == [True, True, True, False, False]
    assert spend("192.0.2.8", BEN)


def test_whose_allowance_is_used_up_is_counted() -> None:
    for _ in range(3):
        spend()
    for number in range(3):
        spend(target=EmailAddress(f"somebody-{number}@example.org"))
    assert counted() == {Counted.ADDRESS_TOO_OFTEN: 1, Counted.CLIENT_TOO_OFTEN: 2}


def test_spellings_of_an_address_are_one() -> None:
    assert [
        spend(target=EmailAddress(spelling)) for spelling in ("ana@example.org", "Ana@Example.ORG", "ana@example.org")
    ] == [
        True,
        True,
        False,
    ]


def test_room_comes_back_evenly_and_the_answer_says_when() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for number in range(3):
            spend(target=EmailAddress(f"somebody-{number}@example.org"))
        refused = limits.spend(client="192.0.2.7", target=BEN)
        assert refused is not None
        assert refused.retry_after == timedelta(minutes=20)
        clock.shift(refused.retry_after - timedelta(seconds=1))
        assert not spend(target=BEN)
        clock.shift(timedelta(seconds=1))
        assert spend(target=BEN)
        assert not spend(target=BEN)


@pytest.mark.parametrize(("times", "in_the_first"), [(1, 1), (3, 5), (6, 11), (100, 199)])
def test_so_many_at_once_then_evenly_and_no_more_than_is_said(times: int, in_the_first: int) -> None:
    """As operators.md and signing-in.md say it, for somebody who tries again as soon as may be."""
    limit = limits.Limit("some", times, limits.DAY)
    taken: list[timedelta] = []
    with time_machine.travel(NOW, tick=False) as clock:
        while (waited := timezone.now() - NOW) < 3 * limits.DAY:
            refused = limits.take([limit])
            if refused is None:
                taken.append(waited)
            else:
                clock.shift(refused.retry_after)
    assert len([at for at in taken if not at]) == times
    by_day = [len([at for at in taken if at // limits.DAY == day]) for day in range(3)]
    assert by_day == [in_the_first, times, times]


def test_what_was_refused_costs_nothing_more() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(10):
            spend()
        clock.shift(timedelta(hours=12))
        assert spend()


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    with time_machine.travel(NOW + timedelta(days=30), tick=False) as clock:
        assert [spend() for _ in range(3)] == [True, True, False]
        clock.move_to(NOW)
        assert spend()


def test_neither_address_is_kept_and_what_is_full_is_forgotten() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        spend()
        assert Allowance.objects.count() == 2
        assert not {ANA.key, "192.0.2.7"} & set(Allowance.objects.values_list("key", flat=True))
        assert limits.prune() == 0
        clock.shift(timedelta(days=1))
        assert limits.prune() == 2


def test_no_limit_if_it_is_zero(settings: LazySettings) -> None:
    settings.ASKS_PER_CLIENT = settings.ASKS_PER_ADDRESS = 0
    assert all(spend() for _ in range(50))
    assert not Allowance.objects.exists()


def test_a19_who_asks_too_often_is_told_when_to_come_back_and_nothing_is_sent(client: Client) -> None:
    make_job()
    for _ in range(2):
        client.post(ADDRESS, {"address": "ana@example.org"})
    make_job("Chef")
    answer = client.post("/jobs/chef/subscribe/", {"address": "ana@example.org", "share_address": "on"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 12 * 60 * 60
    page = answer.content.decode()
    assert "This was asked too often, so we have sent nothing. Try again in 12 hours." in page
    assert 'value="ana@example.org"' in page
    assert requests() == 1
    assert counted() == {Counted.ADDRESS_TOO_OFTEN: 1}


def test_it_is_said_in_german_too(client: Client) -> None:
    make_job()
    answers = [client.post(f"/de{ADDRESS}", {"address": "ana@example.org"}) for _ in range(3)]
    assert "in 12 Stunden" in answers[-1].content.decode()


def answers_about(address: str, *, to: str) -> list[tuple[int, str | None, str | None, str]]:
    """Three times, and what was asked is seen to each time."""
    client = Client(REMOTE_ADDR=to)
    told = []
    for _ in range(3):
        answer = client.post(ADDRESS, {"address": address})
        following.see_to()
        where, when = answer.headers.get("Location"), answer.headers.get("Retry-After")
        told.append((answer.status_code, where, when, answer.content.decode().replace(address, "")))
    return told


def test_known_and_unknown_addresses_are_refused_alike() -> None:
    """Nobody learns from a refusal who follows: what counts is how often was asked."""
    with time_machine.travel(NOW, tick=False):
        make_follower(make_job(), "ana@example.org")
        known = answers_about("ana@example.org", to="192.0.2.1")
        unknown = answers_about("ben@example.org", to="192.0.2.2")
    assert known == unknown
    assert [status for status, *_ in known] == [303, 303, 429]
    states = dict(SubscriptionRecord.objects.values_list("address", "state"))
    assert states == {"ana@example.org": "CONFIRMED", "ben@example.org": "PENDING"}


def test_a_forged_header_does_not_make_another_client(client: Client) -> None:
    make_job()
    answers = [
        client.post(ADDRESS, {"address": f"a{number}@example.org"}, headers={"X-Forwarded-For": f"198.51.100.{number}"})
        for number in range(4)
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]


def test_a_new_confirmation_mail_counts_as_well(client: Client) -> None:
    make_job()
    with time_machine.travel(NOW, tick=False) as clock:
        client.post(ADDRESS, {"address": "ana@example.org"})
        following.see_to()
        old = SubscriptionId(SubscriptionRecord.objects.get().pk)
        clock.shift(timedelta(days=8))
        assert client.get(links.confirm_url(old).removeprefix("http://testserver")).status_code == 410
        again = f"/subscriptions/renew/{tokens.sign(Purpose.CONFIRM, old)}/"
        answers = [client.post(again) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Retry-After" in answers[-1].headers
    assert answers[-1].headers["Referrer-Policy"] == "no-referrer"


def test_a_robot_that_fills_in_what_nobody_sees_is_answered_like_anybody_and_nothing_happens(client: Client) -> None:
    make_job()
    answer = client.post(ADDRESS, {"address": "ana@example.org", "website": "https://spam.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}sent/")
    assert requests() == 0
    assert not Allowance.objects.exists()
    assert counted() == {Counted.TRAPPED: 1}
