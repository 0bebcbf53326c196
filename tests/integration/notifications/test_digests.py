"""Who wants to hear once a day reads once a day what changed: all of it, and each thing once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from hypothesis import Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st

from adapters import board, outbox
from jobs_domain.changes import MinorChange, NoteToFollowers
from jobs_domain.digests import DigestTime, Frequency, Weekday
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import CloseReason
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.posting_details import PostingDetails
from notifications import fan_out
from notifications.digests import MARGIN, prepare_due
from notifications.models import Delivery, DigestPlan, Kind, Lane, Notification
from tests.integration.notifications.world import (
    BETTER_PAID,
    announce,
    follow,
    html,
    pay,
    recipients,
    show,
    states,
    subjects,
    take_down,
    work,
)
from tests.unit.examples import ANA, BEN, DETAILS, GERMAN, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
STEPS = ("change", "work", "work", "daily", "weekly", "at once", "pause", "daily pause")
CHEF = replace(BETTER_PAID, title="Chef")


@pytest.fixture(autouse=True)
def noon(settings: LazySettings, clock: time_machine.Traveller) -> None:
    settings.TIME_ZONE, settings.DIGEST_HOUR, settings.SETTLING_TIME = "Europe/Berlin", 8, 0
    clock.move_to(NOON)


def paying(minimum: int) -> PostingDetails:
    return replace(DETAILS, salary=pay(minimum, 9000))


def a_daily_reader(clock: time_machine.Traveller) -> SubscriptionId:
    show()
    reader = follow(ANA, frequency=Frequency.DAILY)
    clock.shift(MINUTE)
    return reader


def next_morning(clock: time_machine.Traveller) -> list[EmailMultiAlternatives]:
    """A little after eight in Berlin."""
    now = datetime.now(UTC)
    day = now + DAY if now.hour >= 7 else now
    clock.move_to(day.replace(hour=7, minute=5, second=0, microsecond=0))
    return work()


def test_nothing_at_once_but_one_mail_in_the_morning(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    follow(BEN)
    clock.shift(MINUTE)
    show(BETTER_PAID)
    assert recipients(work()) == [BEN.for_the_wire]
    clock.shift(MINUTE)
    show(CHEF)
    assert recipients(work()) == [BEN.for_the_wire]
    (digest,) = next_morning(clock)
    assert digest.to == [ANA.for_the_wire]
    assert digest.subject == "2 changes: Chef at Bread & Co"
    for part in (str(digest.body), html(digest)):
        assert "3,200" in part
        assert "Chef" in part
    assert digest.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert next_morning(clock) == []


def test_it_is_sent_at_the_hour_and_not_before(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    show(BETTER_PAID)
    announce()
    clock.move_to(datetime(2026, 3, 3, 6, 59, tzinfo=UTC))
    assert work() == []
    clock.move_to(datetime(2026, 3, 3, 7, 0, tzinfo=UTC))
    assert subjects(work()) == ["Pay raised"]


def test_with_nothing_new_nothing_is_sent(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    assert next_morning(clock) == []
    show(BETTER_PAID)
    assert work() == []
    show()
    assert work() == []
    assert next_morning(clock) == []
    assert not Notification.objects.filter(kind=Kind.DIGEST).exists()


def test_a_minor_change_is_told_in_no_digest(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    show(BETTER_PAID, note=MinorChange())
    announce()
    assert next_morning(clock) == []


def test_closing_and_taking_down_are_told_at_once(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    show(closed=CloseReason.FILLED)
    assert subjects(work()) == ["Closed (filled)"]
    clock.shift(MINUTE)
    show()
    assert subjects(work()) == ["Open again"]
    clock.shift(MINUTE)
    take_down()
    assert subjects(work()) == ["Taken down"]
    assert next_morning(clock) == []
    assert not DigestPlan.objects.exists()


def test_what_editors_said_to_each_change_is_in_it_once(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    for details, words in ((paying(4000), "Raised."), (paying(5000), "And again."), (paying(5100), "And again.")):
        show(details, note=NoteToFollowers(words))
        announce()
        clock.shift(MINUTE)
    (digest,) = next_morning(clock)
    assert "> Raised.\n>\n> And again.\n" in "\n".join(line.rstrip() for line in str(digest.body).splitlines()) + "\n"
    assert str(digest.body).count("And again.") == 1


def test_once_a_week_is_on_monday(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA, frequency=Frequency.WEEKLY)
    clock.shift(MINUTE)
    show(BETTER_PAID)
    announce()
    for _ in range(6):
        assert next_morning(clock) == []
    assert subjects(next_morning(clock)) == ["Pay raised"]
    assert datetime.now(UTC).weekday() == 0


def test_readers_of_the_same_share_its_words_and_each_reads_their_own_language(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    follow(BEN, frequency=Frequency.DAILY, language=GERMAN)
    clock.shift(MINUTE)
    show(BETTER_PAID)
    announce()
    assert sorted(message.subject for message in next_morning(clock)) == [
        "Gehalt erhöht: Baker bei Bread & Co",
        "Pay raised: Baker at Bread & Co",
    ]
    digest = Notification.objects.get(kind=Kind.DIGEST)
    assert (digest.deliveries.count(), digest.lane) == (2, Lane.DIGEST)


def test_who_came_later_is_not_told_of_what_was_before(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    show(paying(4000))
    announce()
    clock.shift(MINUTE)
    follow(BEN, frequency=Frequency.DAILY)
    clock.shift(MINUTE)
    show(replace(paying(4000), title="Chef"))
    announce()
    anas, bens = sorted(next_morning(clock), key=lambda message: message.to)
    assert anas.subject.startswith("2 changes")
    assert bens.subject.startswith("Title changed")


def test_workers_that_were_down_for_three_days_tell_once_and_everything(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    for day in range(3):
        show(paying(4000 + day))
        clock.shift(DAY)
    announce()
    clock.shift(MARGIN)
    mails = work() + next_morning(clock) + next_morning(clock)
    (digest,) = mails
    assert "€3,000–3,500" in str(digest.body)
    assert "€4,002–9,000" in str(digest.body)


def test_a_change_right_at_the_hour_is_told_the_next_morning(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    clock.move_to(datetime(2026, 3, 3, 7, 0, tzinfo=UTC) - MINUTE)
    show(BETTER_PAID)
    announce()
    clock.shift(MINUTE)
    assert work() == []
    assert subjects(next_morning(clock)) == ["Pay raised"]


def test_from_at_once_to_daily_nothing_is_lost_or_told_twice(clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    clock.shift(MINUTE)
    show(paying(4000))
    assert subjects(work()) == ["Pay raised"]
    clock.shift(MINUTE)
    show(replace(paying(4000), title="Chef"))
    board.change_wishes(subscription_id=reader, wishes=wishes(Frequency.DAILY))
    assert work() == []
    (digest,) = next_morning(clock)
    assert digest.subject == "Title changed: Chef at Bread & Co"


def test_from_daily_to_at_once_what_was_owed_is_told_now(clock: time_machine.Traveller) -> None:
    reader = a_daily_reader(clock)
    show(BETTER_PAID)
    announce()
    clock.shift(10 * MINUTE)
    board.change_wishes(subscription_id=reader, wishes=wishes(Frequency.IMMEDIATE))
    announce()
    clock.shift(MARGIN + MINUTE)
    assert subjects(work()) == ["Pay raised"]
    assert not DigestPlan.objects.exists()
    show(CHEF)
    assert subjects(work()) == ["Title changed"]
    assert next_morning(clock) == []


def test_from_daily_to_weekly_goes_on_where_it_was(clock: time_machine.Traveller) -> None:
    reader = a_daily_reader(clock)
    show(BETTER_PAID)
    announce()
    clock.shift(DAY / 2)
    board.change_wishes(subscription_id=reader, wishes=wishes(Frequency.WEEKLY))
    assert [len(next_morning(clock)) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 1]


def test_who_left_hears_no_more(clock: time_machine.Traveller) -> None:
    reader = a_daily_reader(clock)
    show(BETTER_PAID)
    announce()
    board.end_subscription(subscription_id=reader)
    assert next_morning(clock) == []
    assert not DigestPlan.objects.exists()


def test_of_who_was_erased_no_plan_is_left(clock: time_machine.Traveller) -> None:
    a_daily_reader(clock)
    board.erase_person(address=ANA)
    announce()
    assert not DigestPlan.objects.exists()


def test_it_is_bounded_and_goes_on(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.digests.PLANS", 2)
    show()
    for address in (ANA, BEN, EmailAddress("cem@example.org")):
        follow(address, frequency=Frequency.DAILY)
    clock.shift(MINUTE)
    show(BETTER_PAID)
    announce()
    clock.move_to(datetime(2026, 3, 3, 7, 1, tzinfo=UTC))
    assert [prepare_due() for _ in range(3)] == [2, 1, 0]
    work()
    assert set(states().values()) == {"SENT"}
    assert Delivery.objects.filter(notification__kind=Kind.DIGEST).count() == 3


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(STEPS)),
        max_size=25,
    )
)
@how(max_examples=60, deadline=None, phases=[Phase.generate])
@pytest.mark.django_db(transaction=True)
def test_whoever_works_when_each_change_is_told_exactly_once(
    steps: list[tuple[int, str]],
) -> None:
    """Changes, workers that come and go, and wishes that change, at random: what is said to each change is in one mail."""
    with time_machine.travel(NOON, tick=False) as clock:
        try:
            _live(clock, steps)
        finally:
            _clean_up()


def test_two_changes_of_mind_before_a_worker_came_tell_nothing_again(clock: time_machine.Traveller) -> None:
    reader = a_daily_reader(clock)
    show(BETTER_PAID)
    assert subjects(work() + next_morning(clock)) == ["Pay raised"]
    for frequency in (Frequency.IMMEDIATE, Frequency.WEEKLY, Frequency.IMMEDIATE):
        clock.shift(DAY)
        reader = board.change_wishes(subscription_id=reader, wishes=wishes(frequency))
        if frequency is Frequency.IMMEDIATE:
            assert work() == []
            clock.shift(10 * MINUTE)
            assert work() == []


def _live(clock: time_machine.Traveller, steps: list[tuple[int, str]]) -> None:
    show(paying(3000))
    reader, now_paying, mails = follow(ANA, frequency=Frequency.DAILY), 3000, list[EmailMultiAlternatives]()
    wanted = {"daily": wishes(Frequency.DAILY), "weekly": wishes(Frequency.WEEKLY), "at once": wishes()}
    for hours, what in (*steps, (1, "work"), (24 * 8, "work"), (24 * 8, "work")):
        clock.shift(timedelta(hours=hours, minutes=3))
        if what == "work":
            mails += work()
        elif what == "change":
            now_paying += 1
            show(paying(now_paying), note=NoteToFollowers(f"Raised to {now_paying}!"))
        else:
            pause = datetime.now(UTC) + 3 * DAY
            paused = {"pause": wishes(paused_until=pause), "daily pause": wishes(Frequency.DAILY, paused_until=pause)}
            reader = board.change_wishes(subscription_id=reader, wishes=(wanted | paused)[what])
    said = sorted(int(pay) for message in mails for pay in re.findall(r"Raised to (\d+)!", str(message.body)))
    assert said == [*range(3001, now_paying + 1)]
    assert max([3000, *(_now_paying(message) for message in mails)]) == now_paying


def _now_paying(message: EmailMultiAlternatives) -> int:
    """The least pay now."""
    (amount,) = re.findall(r"^ *now +€([\d,]+)", str(message.body), re.MULTILINE)
    return int(amount.replace(",", ""))


def _clean_up() -> None:
    from django.apps import apps

    for label in ("notifications", "adapters"):
        for model in apps.get_app_config(label).get_models():
            model.objects.all().delete()  # type: ignore[attr-defined]  # stub gap: managers of unknown models


def test_who_pauses_hears_of_everything_when_the_pause_is_over(clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    clock.shift(MINUTE)
    back = datetime(2026, 3, 9, 23, tzinfo=UTC)
    board.change_wishes(subscription_id=reader, wishes=wishes(paused_until=back))
    show(BETTER_PAID)
    assert work() == []
    clock.shift(3 * DAY)
    show(CHEF)
    assert work() == next_morning(clock) == []
    clock.move_to(back + 3 * MINUTE)
    assert subjects(work()) == ["2 changes"]
    show(replace(CHEF, salary=None))
    assert subjects(work()) == ["Pay no longer stated"]
    clock.shift(DAY)
    assert work() == []
    assert not DigestPlan.objects.exists()


def test_a_pause_puts_off_digests_as_well(clock: time_machine.Traveller) -> None:
    reader = a_daily_reader(clock)
    back = datetime(2026, 3, 9, 23, tzinfo=UTC)
    board.change_wishes(subscription_id=reader, wishes=wishes(Frequency.DAILY, paused_until=back))
    show(BETTER_PAID)
    assert work() == next_morning(clock) == []
    clock.move_to(datetime(2026, 3, 10, 6, 55, tzinfo=UTC))
    assert work() == []
    clock.move_to(datetime(2026, 3, 10, 7, 5, tzinfo=UTC))
    assert subjects(work()) == ["Pay raised"]


def test_closing_and_taking_down_do_not_wait_for_the_end_of_a_pause(clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    board.change_wishes(subscription_id=reader, wishes=wishes(paused_until=NOON + 30 * DAY))
    show(closed=CloseReason.FILLED)
    assert subjects(work()) == ["Closed (filled)"]
    take_down()
    assert subjects(work()) == ["Taken down"]


def test_a_change_that_others_are_being_told_when_a_pause_ends_is_not_left_out(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    show()
    reader = follow(ANA)
    for number in range(4):
        follow(EmailAddress(f"reader{number}@example.org"))
    monkeypatch.setattr(fan_out, "SLICE", 2)
    monkeypatch.setattr(fan_out, "SLICES", 1)
    back = NOON + DAY
    board.change_wishes(subscription_id=reader, wishes=wishes(paused_until=back))
    outbox.dispatch_due()
    clock.move_to(back - MINUTE)
    show(BETTER_PAID)
    outbox.dispatch_due()
    fan_out.fan_out_due()
    clock.move_to(back + MARGIN)
    assert prepare_due() == 1
    clock.shift(MARGIN)
    monkeypatch.undo()
    work()
    clock.shift(MARGIN)
    work()
    assert states()[ANA.value] == "SENT"
    assert not DigestPlan.objects.exists()


def test_a_digest_comes_at_the_hour_on_the_day_and_by_the_clocks_that_were_wished(
    clock: time_machine.Traveller,
) -> None:
    show()
    reader = follow(ANA)
    time = DigestTime(hour=21, weekday=Weekday.SUNDAY, zone="America/New_York")
    board.change_wishes(subscription_id=reader, wishes=wishes(Frequency.WEEKLY, digest_time=time))
    clock.shift(MINUTE)
    show(BETTER_PAID)
    work()
    # the clocks of New York went forward that morning
    clock.move_to(datetime(2026, 3, 9, 0, 59, tzinfo=UTC))
    assert work() == []
    clock.move_to(datetime(2026, 3, 9, 1, 0, tzinfo=UTC))
    assert subjects(work()) == ["Pay raised"]
