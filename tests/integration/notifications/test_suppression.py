"""Addresses that get no mail: for a bounce, a complaint, or refusals again and again (A31)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jobs_domain.email_address import EmailAddress
from notifications import suppression
from notifications.models import Audience, Delivery, Suppression, WhyNot
from tests.integration.notifications import rows
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
BOUNCED, COMPLAINED, REFUSED = (
    Suppression.Reason.BOUNCED,
    Suppression.Reason.COMPLAINED,
    Suppression.Reason.REFUSED,
)
FULL = "552 5.2.2 mailbox full"


def histories(*outcomes: str, address: EmailAddress = ANA, audience: Audience = Audience.FOLLOWERS) -> None:
    """One finished delivery after the other, the latest last: `sent`, or why it failed."""
    their = rows.follower(address)
    for minute, outcome in enumerate(outcomes):
        told = rows.notification(audience, contact=BEN.value if audience is Audience.COMPANY else "")
        state = Delivery.State.SENT if outcome == "sent" else Delivery.State.FAILED
        if outcome == "left":
            state = Delivery.State.SKIPPED
        reason = {"refused": WhyNot.REFUSED, "gave up": WhyNot.GAVE_UP, "left": WhyNot.LEFT}.get(outcome)
        rows.delivery(told, their.pk, state, reason, at=NOW + minute * MINUTE)


def test_an_address_is_known_again_in_any_spelling_and_others_are_not() -> None:
    suppression.suppress(ANA.key, BOUNCED, "550 no such user", NOW)
    assert suppression.is_suppressed(EmailAddress("ANA@EXAMPLE.ORG").key)
    assert not suppression.is_suppressed(BEN.key)


def test_a_batch_of_addresses_takes_one_query() -> None:
    keys = [f"follower{number}@example.org" for number in range(100)]
    suppression.suppress(keys[7], BOUNCED, "", NOW)
    suppression.suppress(keys[70], COMPLAINED, "", NOW)
    with CaptureQueriesContext(connection) as queries:
        found = suppression.suppressed(keys)
    assert found == {keys[7], keys[70]}
    assert len(queries) == 1


def test_the_address_is_not_kept() -> None:
    suppression.suppress(ANA.key, BOUNCED, f"550 <{ANA.value}>: no such user", NOW)
    kept = repr(Suppression.objects.values_list()).lower()
    assert "ana" not in kept
    assert "550 <…>: no such user" in kept


def test_the_list_outlives_a_change_of_the_secret_key(settings: Settings) -> None:
    suppression.suppress(ANA.key, COMPLAINED, "", NOW)
    settings.SECRET_KEY = "another"
    settings.SECRET_KEY_FALLBACKS = []
    assert suppression.is_suppressed(ANA.key)


def test_the_first_reason_stays() -> None:
    suppression.suppress(ANA.key, BOUNCED, "first", NOW)
    suppression.suppress(ANA.key, REFUSED, "second", NOW + MINUTE)
    entry = Suppression.objects.get()
    assert (entry.reason, entry.detail, entry.since) == (BOUNCED, "first", NOW)


def test_a_complaint_takes_the_place_of_any_other_reason_and_stays() -> None:
    suppression.suppress(ANA.key, BOUNCED, "first", NOW)
    suppression.suppress(ANA.key, COMPLAINED, "abuse", NOW + MINUTE)
    suppression.suppress(ANA.key, COMPLAINED, "abuse again", NOW + 2 * MINUTE)
    entry = Suppression.objects.get()
    assert (entry.reason, entry.detail, entry.since) == (COMPLAINED, "abuse", NOW + MINUTE)


def test_a_released_address_gets_mail_again() -> None:
    suppression.suppress(ANA.key, BOUNCED, "", NOW)
    assert suppression.release(ANA.key)
    assert not suppression.is_suppressed(ANA.key)
    assert not suppression.release(ANA.key)


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
        "550-5.1.1 The email account that you tried to reach does not exist.",
        "556 5.1.10 Recipient address has null MX",
        "553 5.1.3 bad address syntax",
        "550 5.1.2 no such domain",
        "551 5.1.6 moved, no forwarding address",
        "550 #5.1.1 no such recipient",
    ],
)
def test_one_refusal_is_enough_if_there_is_no_such_mailbox(answer: str) -> None:
    histories("sent", "sent", "refused")
    suppression.after_refusal(ANA.key, answer)
    entry = Suppression.objects.get()
    assert (entry.reason, entry.since) == (REFUSED, NOW)
    assert ANA.key not in entry.detail


@pytest.mark.parametrize(
    "answer",
    [
        FULL,
        "550 5.7.1 blocked, see https://example.org/5.1.1",
        "550 5.1.11 something else",
        "550 5.1.1.7 is an address",
        "550 5.1.0 address rejected",
        "554 no thanks",
    ],
)
def test_one_refusal_for_another_reason_is_not(answer: str) -> None:
    histories("refused", "sent", "refused", "refused")
    suppression.after_refusal(ANA.key, answer)
    assert not suppression.is_suppressed(ANA.key)


def test_three_refusals_in_a_row_are_enough_whatever_the_reason() -> None:
    histories("sent", "refused", "refused", "refused")
    suppression.after_refusal(ANA.key, FULL)
    assert suppression.is_suppressed(ANA.key)


def test_what_was_not_tried_or_put_off_too_long_does_not_count() -> None:
    histories("refused", "gave up", "refused", "left", "refused", "gave up")
    suppression.after_refusal(ANA.key, FULL)
    assert suppression.is_suppressed(ANA.key)


def test_two_refusals_and_a_wait_are_not_three() -> None:
    histories("refused", "refused", "gave up")
    suppression.after_refusal(ANA.key, FULL)
    assert not suppression.is_suppressed(ANA.key)


def test_refusals_of_others_and_of_companies_do_not_count() -> None:
    histories("refused", "refused", "refused", address=BEN)
    histories("refused", "refused", "refused", audience=Audience.COMPANY)
    suppression.after_refusal(ANA.key, FULL)
    assert not suppression.is_suppressed(ANA.key)


def test_refusals_count_over_all_subscriptions_of_the_address() -> None:
    for minute in range(3):
        their = rows.follower(ANA, ended_at=NOW + MINUTE)
        at = NOW + minute * MINUTE
        rows.delivery(rows.notification(), their.pk, Delivery.State.FAILED, WhyNot.REFUSED, at=at)
    suppression.after_refusal(ANA.key, FULL)
    assert suppression.is_suppressed(ANA.key)
