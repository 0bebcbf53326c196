"""Limits on how fast messages leave: for all together and for each recipient domain, over all workers."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.utils import timezone

from jobs_domain.email_address import EmailAddress
from notifications import pace
from notifications.models import Pace
from notifications.pace import Turns
from tests.integration.notifications.world import BETTER_PAID, announce, follow, recipients, show, work

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

BIG, SMALL = "big.example", "small.example"


@pytest.fixture(autouse=True)
def slept(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Sleeping moves the clock."""
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        clock.shift(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    return naps


def _news_for(*addresses: str) -> None:
    show()
    for address in addresses:
        follow(EmailAddress(address))
    show(BETTER_PAID)
    announce()
    mail.outbox.clear()


def test_without_limits_nothing_is_asked_of_the_database() -> None:
    assert Turns().has_turn(BIG)
    assert not Pace.objects.exists()


def test_two_workers_share_one_rate(settings: LazySettings, clock: time_machine.Traveller) -> None:
    settings.MAIL_RATE = 4
    one, other = Turns(), Turns()
    given = 0
    for _ in range(100):
        given += one.has_turn(BIG) + other.has_turn(SMALL)
        clock.shift(0.05)
    assert 18 <= given <= 21  # 5 s


def test_a_domains_limit_is_its_own(settings: LazySettings) -> None:
    settings.MAIL_RATE_PER_DOMAIN = 1
    turns = Turns()
    assert [turns.has_turn(BIG), turns.has_turn(BIG), turns.has_turn(SMALL), turns.has_turn(SMALL)] == [
        True,
        False,
        True,
        False,
    ]
    assert turns.wait([BIG, SMALL]) == timedelta(seconds=1)
    assert not turns.is_for_all


def test_mails_leave_at_the_rate(settings: LazySettings, slept: list[float]) -> None:
    _news_for(*(f"follower-{number}@example.org" for number in range(5)))
    settings.MAIL_RATE = 2
    began = timezone.now()
    assert len(work()) == 5
    assert timezone.now() - began == timedelta(seconds=2)


def test_who_must_wait_for_their_domains_turn_holds_up_nobody_else(settings: LazySettings) -> None:
    _news_for(f"ana@{BIG}", f"ben@{BIG}", f"cleo@{BIG}", f"dan@{SMALL}")
    settings.MAIL_RATE_PER_DOMAIN = 0.5
    began = timezone.now()
    sent = work()
    assert len(sent) == 4
    assert f"dan@{SMALL}" in recipients(sent[:2])
    assert timezone.now() - began == timedelta(seconds=4)


def test_a_turn_from_before_the_clock_was_set_back_blocks_nobody(
    settings: LazySettings, clock: time_machine.Traveller
) -> None:
    settings.MAIL_RATE = 1
    Turns().has_turn(BIG)
    clock.shift(timedelta(hours=-1))
    assert Turns().has_turn(BIG)
    assert pace.Turns().has_turn(BIG) is False
