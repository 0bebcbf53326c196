"""What operators see of the sending, and what they can do about it."""

import io
import json
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import override
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from adapters import background
from adapters.models import SubscriptionRecord
from jobs_domain.email_address import EmailAddress
from notifications import suppression
from notifications.management.commands import deliveries as command
from notifications.models import (
    Audience,
    Batch,
    Delivery,
    DeliveryAttempt,
    Lane,
    LanePause,
    Notification,
    Suppression,
    WhyNot,
)
from tests.integration.notifications import rows
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
SENT, FAILED, SKIPPED, WAITING = (
    Delivery.State.SENT,
    Delivery.State.FAILED,
    Delivery.State.SKIPPED,
    Delivery.State.WAITING,
)


def run(name: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def followers(count: int, domain: str = "example.org") -> list[UUID]:
    """The ids of as many subscriptions, in order: the fourth is that of `follower3`."""
    before = SubscriptionRecord.objects.count()
    return [
        rows.follower(
            EmailAddress(f"follower{number}@{domain}"), subscription_id=UUID(int=(before + number + 1) << 64)
        ).pk
        for number in range(count)
    ]


def spans(told: Notification) -> list[tuple[UUID, UUID]]:
    return list(Batch.objects.filter(notification=told).order_by("first").values_list("first", "last"))


def check_batches(told: Notification) -> None:
    """There is a batch for every unfinished delivery, and no two overlap."""
    there = spans(told)
    assert all(last < first for (_, last), (first, _) in pairwise(there))
    waiting = Delivery.objects.filter(notification=told, finished_at=None)
    for subscription_id in waiting.values_list("subscription_id", flat=True):
        assert any(first <= subscription_id <= last for first, last in there)


def failed(told: Notification, ids: Iterable[UUID], reason: WhyNot = WhyNot.REFUSED) -> list[Delivery]:
    return [rows.delivery(told, subscription_id, FAILED, reason) for subscription_id in ids]


class TestStatus:
    @pytest.fixture(autouse=True)
    def some_of_everything(self) -> None:
        a, b, c, d, e = followers(5)
        told = rows.notification(at=NOW - MINUTE)
        rows.delivery(told, a)
        rows.delivery(told, b, FAILED, WhyNot.REFUSED)
        rows.delivery(told, c, SKIPPED, WhyNot.LEFT)
        rows.delivery(told, d, WAITING)
        rows.delivery(told, e, WAITING)
        rows.batch(told, d, d, holder=uuid4(), due_at=NOW + MINUTE)
        rows.batch(told, e, e, holder=uuid4(), due_at=NOW - MINUTE)
        company = rows.notification(Audience.COMPANY, contact="jobs@bread.example")
        rows.delivery(company, a, FAILED, WhyNot.GAVE_UP)
        rows.delivery(rows.notification(Audience.REQUESTER), uuid4(), FAILED, WhyNot.REFUSED)
        late = rows.notification()
        Notification.objects.filter(pk=late.pk).update(fanned_out_at=None)
        LanePause.objects.create(
            lane=Lane.IMMEDIATE, since=NOW, until=NOW + MINUTE, times=2, answer="421 4.7.0 too busy"
        )
        self.told = told

    def test_the_numbers_are_given_by_lane_and_state(self) -> None:
        lines = run("deliveries").splitlines()
        table = {line.split()[0]: line.split()[1:5] for line in lines[1:4]}
        assert table == {
            "TRANSACTIONAL": ["0", "0", "1", "0"],
            "IMMEDIATE": ["2", "1", "2", "1"],
            "DIGEST": ["0", "0", "0", "0"],
        }
        assert lines[2].endswith("2026-03-02 09:29:00 UTC")

    def test_reasons_pauses_batches_and_domains_are_told(self) -> None:
        said = run("deliveries")
        for line in (
            "IMMEDIATE, failed: 1 GAVE_UP (the mail server put the message off until we gave up)",
            "IMMEDIATE, skipped: 1 LEFT (they had stopped following before it was sent)",
            "1 notifications have not reached all their followers' queues yet.",
            f"IMMEDIATE, notification {self.told.pk}: being sent",
            f"IMMEDIATE, notification {self.told.pk}: its worker is gone, another takes it over",
            "421 4.7.0 too busy",
            "since 2026-03-02 09:30:00 UTC (refused 2×), asked again at 2026-03-02 09:31:00 UTC",
            "           1  example.org",
            "           1  bread.example",
            "           1  (address no longer known)",
        ):
            assert line in said

    def test_no_address_is_told(self) -> None:
        assert "@" not in run("deliveries")
        assert "@" not in run("deliveries", "--json")

    def test_programs_get_the_same_under_stable_keys(self) -> None:
        told = json.loads(run("deliveries", "--json"))
        assert list(told) == ["at", "to_fan_out", "lanes", "held", "failures_by_domain"]
        assert told["at"] == "2026-03-02T09:30:00+00:00"
        assert told["to_fan_out"] == 1
        assert told["lanes"][1] == {
            "lane": "IMMEDIATE",
            "waiting": 2,
            "sent": 1,
            "failed": {"GAVE_UP": 1, "REFUSED": 1},
            "skipped": {"LEFT": 1},
            "oldest_waiting_since": "2026-03-02T09:29:00+00:00",
            "batches": 2,
            "paused": {
                "since": "2026-03-02T09:30:00+00:00",
                "until": "2026-03-02T09:31:00+00:00",
                "times": 2,
                "answer": "421 4.7.0 too busy",
            },
        }
        assert told["held"][0] == {
            "lane": "IMMEDIATE",
            "notification": str(self.told.pk),
            "lease_until": "2026-03-02T09:29:00+00:00",
        }
        assert {"domain": "bread.example", "failed": 1} in told["failures_by_domain"]

    def test_an_empty_ledger_has_a_status_too(self) -> None:
        for table in (DeliveryAttempt, Delivery, Batch, LanePause, Notification):
            table._default_manager.all().delete()
        assert len(run("deliveries").splitlines()) == 4


def test_the_ten_domains_with_most_failures_are_told() -> None:
    told = rows.notification()
    for number in range(12):
        failed(told, followers(13 - number, f"d{number}.example"))
    listed = json.loads(run("deliveries", "--json"))["failures_by_domain"]
    assert [row["failed"] for row in listed] == list(range(13, 3, -1))
    assert listed[0]["domain"] == "d0.example"


class TestRetry:
    def test_what_failed_waits_again_with_all_its_attempts(self) -> None:
        told, ids = rows.notification(), followers(3)
        failed(told, ids[:1])
        failed(told, ids[1:2], WhyNot.GAVE_UP)
        rows.delivery(told, ids[2])
        LanePause.objects.create(lane=Lane.IMMEDIATE, since=NOW, until=NOW + MINUTE, times=1, answer="")
        with patch.object(background, "wake") as wake:
            assert run("deliveries", "--retry-failed") == (
                "The pauses are over: the worker asks the mail server again now.\n2 will be tried again by the worker.\n"
            )
        wake.assert_called_once_with("send mails")
        again = Delivery.objects.filter(state=WAITING)
        assert {(one.reason, one.attempts, one.finished_at, one.next_attempt_at) for one in again} == {
            ("", 0, None, None)
        }
        assert set(again.values_list("subscription_id", flat=True)) == set(ids[:2])
        assert Delivery.objects.get(state=SENT).subscription_id == ids[2]
        assert not LanePause.objects.exists()
        (batch,) = Batch.objects.all()
        assert (batch.first, batch.last, batch.lane, batch.due_at, batch.holder) == (
            ids[0],
            ids[1],
            told.lane,
            NOW,
            None,
        )

    def test_one_reason_can_be_chosen(self) -> None:
        told, ids = rows.notification(), followers(2)
        failed(told, ids[:1])
        failed(told, ids[1:], WhyNot.GAVE_UP)
        run("deliveries", "--retry-failed", "--reason", "GAVE_UP")
        assert Delivery.objects.get(subscription_id=ids[0]).state == FAILED
        assert Delivery.objects.get(subscription_id=ids[1]).state == WAITING
        with pytest.raises(CommandError):
            run("deliveries", "--reason", "GAVE_UP")

    def test_suppressed_and_forgotten_addresses_stay_failed(self) -> None:
        told, ids = rows.notification(), followers(3)
        failed(told, ids)
        suppression.suppress("follower0@example.org", Suppression.Reason.BOUNCED, "", NOW)
        SubscriptionRecord.objects.filter(address_key="follower1@example.org").update(address="", address_key="")
        said = run("deliveries", "--retry-failed")
        assert "1 will be tried again" in said
        assert "1 stay as they are: their addresses are suppressed." in said
        assert "1 stay as they are: their addresses are no longer known." in said
        assert Delivery.objects.filter(state=FAILED).count() == 2
        check_batches(told)

    def test_a_company_is_looked_up_by_its_own_address(self) -> None:
        told = rows.notification(Audience.COMPANY, contact="jobs@bread.example")
        failed(told, [rows.follower(ANA).pk])
        suppression.suppress(ANA.key, Suppression.Reason.BOUNCED, "", NOW)
        run("deliveries", "--retry-failed")
        assert Delivery.objects.get().state == WAITING

    def test_many_go_into_batches_of_the_usual_size(self, settings: Settings) -> None:
        settings.MAIL_BATCH = 3
        told, ids = rows.notification(), followers(8)
        failed(told, ids)
        run("deliveries", "--retry-failed")
        assert spans(told) == [(ids[0], ids[2]), (ids[3], ids[5]), (ids[6], ids[7])]

    def test_no_two_batches_overlap(self) -> None:
        told, ids = rows.notification(), followers(9)
        failed(told, (ids[n] for n in (0, 1, 3, 5, 6, 8)))
        for n in (2, 4, 7):
            rows.delivery(told, ids[n], WAITING)
        later = NOW + 5 * MINUTE
        rows.batch(told, ids[2], ids[3], due_at=later)
        rows.batch(told, ids[4], ids[4], due_at=later)
        holder = uuid4()
        rows.batch(told, ids[7], ids[8], due_at=later, holder=holder)
        run("deliveries", "--retry-failed")
        check_batches(told)
        assert spans(told) == [
            (ids[0], ids[1]),
            (ids[2], ids[3]),
            (ids[4], ids[4]),
            (ids[5], ids[6]),
            (ids[7], ids[8]),
        ]
        due = dict(Batch.objects.values_list("first", "due_at"))
        assert due == {ids[0]: NOW, ids[2]: NOW, ids[4]: later, ids[5]: NOW, ids[7]: later}
        assert Batch.objects.get(first=ids[7]).holder == holder

    @pytest.mark.parametrize("size", [1, 2, 4])
    def test_slices_of_any_size_give_the_same_deliveries(self, size: int, settings: Settings) -> None:
        settings.MAIL_BATCH = 2
        told, ids = rows.notification(), followers(7)
        failed(told, ids[:5])
        rows.delivery(told, ids[5], WAITING)
        rows.batch(told, ids[5], ids[5])
        failed(told, ids[6:])
        suppression.suppress("follower3@example.org", Suppression.Reason.BOUNCED, "", NOW)
        with patch("notifications.retrying.SLICE", size):
            assert "5 will be tried again" in run("deliveries", "--retry-failed")
        check_batches(told)
        assert Delivery.objects.filter(state=WAITING).count() == 6

    def test_with_nothing_failed_nothing_is_done(self) -> None:
        rows.delivery(rows.notification(), rows.follower(ANA).pk)
        assert run("deliveries", "--retry-failed") == "0 will be tried again by the worker.\n"
        assert not Batch.objects.exists()


class TestWatch:
    def test_it_ends_at_once_when_nothing_is_due(self) -> None:
        assert run("deliveries", "--watch").splitlines()[-1].startswith("09:30:00  0 of 0 sent")

    def test_it_follows_until_nothing_is_due(self) -> None:
        told, ids = rows.notification(), followers(3)
        for subscription_id in ids:
            rows.delivery(told, subscription_id, WAITING)
        rows.batch(told, ids[0], ids[-1])
        looks = 0

        def send_one(_seconds: float) -> None:
            nonlocal looks
            looks += 1
            first = Delivery.objects.filter(state=WAITING).order_by("subscription_id").first()
            assert first is not None
            Delivery.objects.filter(pk=first.pk).update(state=SENT, finished_at=timezone.now())
            if not Delivery.objects.filter(state=WAITING).exists():
                Batch.objects.all().delete()

        with patch.object(command, "pause", send_one), patch.object(command, "LINE_EVERY", 0):
            said = run("deliveries", "--watch").splitlines()
        assert looks == 3
        assert [line.split(",")[0] for line in said] == [f"09:30:00  {count} of 3 sent" for count in (0, 1, 2, 3)]

    def test_a_terminal_gets_a_bar_and_the_same_last_line(self) -> None:
        told, (one,) = rows.notification(), followers(1)
        rows.delivery(told, one, WAITING)
        rows.batch(told, one, one)

        class Terminal(io.StringIO):
            @override
            def isatty(self) -> bool:
                return True

        def send(_seconds: float) -> None:
            Delivery.objects.update(state=SENT, finished_at=timezone.now())
            Batch.objects.all().delete()

        out = Terminal()
        with patch.object(command, "pause", send):
            call_command("deliveries", "--watch", stdout=out, no_color=True)
        assert "1 of 1 sent" in out.getvalue().splitlines()[-1]

    def test_ctrl_c_ends_it_in_good_order(self) -> None:
        told, (one,) = rows.notification(), followers(1)
        rows.delivery(told, one, WAITING)
        rows.batch(told, one, one)
        with patch.object(command, "pause", side_effect=KeyboardInterrupt):
            assert "0 of 1 sent" in run("deliveries", "--watch").splitlines()[-1]


class TestSuppressions:
    def test_addresses_are_counted_by_reason(self) -> None:
        suppression.suppress(ANA.key, Suppression.Reason.BOUNCED, "", NOW)
        suppression.suppress(BEN.key, Suppression.Reason.COMPLAINED, "", NOW)
        counted = {line.split()[1]: line.split()[0] for line in run("suppressions").splitlines()}
        assert counted == {"BOUNCED": "1", "REFUSED": "0", "COMPLAINED": "1", "BY_HAND": "0", "BY_OWNER": "0"}

    def test_an_address_is_looked_up_in_any_spelling(self) -> None:
        suppression.suppress(ANA.key, Suppression.Reason.BOUNCED, "550 no such user", NOW)
        said = run("suppressions", "--check", "ANA@example.ORG")
        assert "since 2026-03-02 09:30" in said
        assert "BOUNCED" in said
        assert "550 no such user" in said
        assert run("suppressions", "--check", BEN.value) == f"{BEN.value} is not on the list.\n"

    def test_an_address_is_added_and_removed_by_hand(self) -> None:
        assert "BY_HAND" in run("suppressions", "--add", ANA.value)
        assert suppression.is_suppressed(ANA.key)
        assert run("suppressions", "--remove", ANA.value) == f"{ANA.value} was removed.\n"
        assert not suppression.is_suppressed(ANA.key)
        assert run("suppressions", "--remove", ANA.value) == f"{ANA.value} was not on the list.\n"

    @pytest.mark.parametrize("option", ["--check", "--add", "--remove"])
    def test_what_is_no_address_is_an_error(self, option: str) -> None:
        with pytest.raises(CommandError, match="@"):
            run("suppressions", option, "ana")
