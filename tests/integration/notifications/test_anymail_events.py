"""Bounces and complaints that a provider tells of by webhook: real requests, of two providers, through the whole of django-anymail."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

import pytest
from anymail.signals import tracking  # type: ignore[import-untyped]  # django-anymail has no stubs
from django.db import OperationalError
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from config.urls import urlpatterns as of_the_board
from notifications import anymail_events, suppression
from notifications.models import Delivery, DeliveryAttempt, Suppression
from tests.integration.notifications import rows
from tests.unit.examples import ANA, BEN

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

SECRET: Final = "board:a-long-random-word"
KEY: Final = "key-for-the-signatures-of-mailgun"

urlpatterns = [path("anymail/", include("config.webhooks")), *of_the_board]


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    anymail_events.listen()
    yield
    tracking.disconnect(dispatch_uid="notifications.anymail_events")


@pytest.fixture
def delivery() -> Delivery:
    return rows.delivery(rows.notification(), rows.follower(ANA).pk)


def post(provider: str, payload: object, secret: str = SECRET) -> int:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Basic {b64encode(secret.encode()).decode()}"})
    client.raise_request_exception = False
    response = client.post(f"/anymail/{provider}/tracking/", json.dumps(payload), content_type="application/json")
    return response.status_code


def postmark(delivery: Delivery | None, **changed: object) -> dict[str, object]:
    """https://postmarkapp.com/developer/webhooks/bounce-webhook"""
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {} if delivery is None else {"delivery": str(delivery.pk)},
        "ServerID": 23,
        "MessageStream": "broadcast",
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": f"smtp;550 5.1.1 <{ANA.value}> User unknown",
        "Email": "ana@example.org",
        "From": "jobs@board.example.org",
        "BouncedAt": "2026-03-02T09:31:33Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "More pay: Baker",
    } | changed


def mailgun(delivery: Delivery, **changed: object) -> dict[str, object]:
    """https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads"""
    timestamp, token = "1772443893", "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0"
    signature = hmac.new(KEY.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    event: dict[str, object] = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "id": "pl271FzxTTmGRW8Uj3dUWw",
        "timestamp": 1772443893.2,
        "log-level": "error",
        "recipient": "ana@example.org",
        "recipient-domain": "example.org",
        "envelope": {"sender": "jobs@board.example.org", "transport": "smtp", "targets": "ana@example.org"},
        "message": {"headers": {"to": "ana@example.org", "message-id": "12.0123456789abcdef@board.example.org"}},
        "delivery-status": {
            "code": 550,
            "message": "5.1.1 The email account that you tried to reach does not exist.",
            "description": "",
            "attempt-no": 1,
        },
        "user-variables": {"delivery": str(delivery.pk)},
    }
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": event | changed,
    }


def is_untouched() -> bool:
    return not DeliveryAttempt.objects.exists() and not Suppression.objects.exists()


def test_a_hard_bounce_told_by_postmark_is_noted_and_suppresses_the_address(delivery: Delivery) -> None:
    assert post("postmark", postmark(delivery)) == HTTPStatus.OK
    answer = DeliveryAttempt.objects.get()
    assert (answer.delivery_id, answer.outcome) == (delivery.pk, "BOUNCED")
    assert answer.answer == "smtp;550 5.1.1 <…> User unknown"
    assert f"{answer.at:%Y-%m-%d %H:%M:%S}" == "2026-03-02 09:31:33"
    assert Suppression.objects.get().reason == "BOUNCED"
    assert suppression.is_suppressed(ANA.key)


def test_a_permanent_failure_told_by_mailgun_does_so_too(delivery: Delivery) -> None:
    assert post("mailgun", mailgun(delivery)) == HTTPStatus.OK
    assert DeliveryAttempt.objects.get().delivery_id == delivery.pk
    assert suppression.is_suppressed(ANA.key)


def test_complaints_suppress_the_address(delivery: Delivery) -> None:
    post("mailgun", mailgun(delivery, event="complained", severity=None, reason=None))
    assert DeliveryAttempt.objects.get().outcome == "COMPLAINED"
    assert Suppression.objects.get().reason == "COMPLAINED"


def test_the_same_told_twice_is_noted_once(delivery: Delivery) -> None:
    post("postmark", postmark(delivery))
    suppression.release(ANA.key)
    assert post("postmark", postmark(delivery)) == HTTPStatus.OK
    assert DeliveryAttempt.objects.count() == 1
    assert not suppression.is_suppressed(ANA.key)


@pytest.mark.parametrize(
    "changed",
    [
        {"Type": "SoftBounce", "Details": "smtp;550 mailbox full"},
        {"Type": "Blocked", "Details": "smtp;550 5.7.1 listed"},
        {"Type": "VirusNotification", "Details": ""},
        {"Details": "smtp;452 4.2.2 mailbox full"},
    ],
)
def test_what_is_not_about_the_address_is_noted_only(delivery: Delivery, changed: dict[str, str]) -> None:
    assert post("postmark", postmark(delivery, **changed)) == HTTPStatus.OK
    assert DeliveryAttempt.objects.get().outcome == "BOUNCED"
    assert not suppression.is_suppressed(ANA.key)


def test_mailguns_temporary_failures_and_successes_do_nothing(delivery: Delivery) -> None:
    post("mailgun", mailgun(delivery, severity="temporary"))
    post("mailgun", mailgun(delivery, event="delivered"))
    post("mailgun", mailgun(delivery, event="unsubscribed"))
    assert is_untouched()


def test_without_metadata_the_last_message_to_the_recipient_is_meant(delivery: Delivery) -> None:
    company = rows.notification()
    other = rows.delivery(company, rows.follower(BEN).pk)
    assert post("postmark", postmark(None)) == HTTPStatus.OK
    assert DeliveryAttempt.objects.get().delivery_id == delivery.pk != other.pk
    assert suppression.is_suppressed(ANA.key)


def test_events_of_another_board_on_the_same_account_do_nothing(delivery: Delivery) -> None:
    for payload in (
        postmark(delivery, Email=BEN.value),
        postmark(delivery, Email="no address"),
        postmark(delivery, Metadata={"delivery": str(delivery.pk + 1)}),
        postmark(delivery, Metadata={"delivery": "9" * 30}),
        postmark(delivery, Metadata={"delivery": "x"}),
        postmark(None, Email=BEN.value),
    ):
        assert post("postmark", payload) == HTTPStatus.OK
    assert is_untouched()


def test_without_the_secret_or_the_signature_nothing_is_done(delivery: Delivery) -> None:
    assert post("postmark", postmark(delivery), secret="board:guessed") == HTTPStatus.BAD_REQUEST
    forged = mailgun(delivery)
    forged["signature"] = {"timestamp": "1772443893", "token": "x", "signature": "0" * 64}
    assert post("mailgun", forged) == HTTPStatus.BAD_REQUEST
    assert is_untouched()


@pytest.mark.parametrize(
    ("environment", "expected"), [({"ANYMAIL_WEBHOOK_SECRET": SECRET}, "listens"), ({}, "does not")]
)
def test_the_board_listens_only_with_a_secret(environment: dict[str, str], expected: str) -> None:
    """Without one Anymail would believe anybody."""
    ask = (
        "import django; django.setup()\n"
        "from django.urls import NoReverseMatch, reverse\n"
        "try: reverse('anymail:postmark_tracking_webhook'); print('listens')\n"
        "except NoReverseMatch: print('does not')"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANYMAIL_")}
    clean["PYTHONPATH"] = os.pathsep.join(sys.path)
    answer = subprocess.run(
        [sys.executable, "-c", ask], env=clean | environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout == f"{expected}\n"


@pytest.mark.parametrize("fault", [KeyError("bounces"), OperationalError("the database is away")])
def test_a_fault_of_ours_is_no_fault_of_the_provider_who_tries_again(delivery: Delivery, fault: Exception) -> None:
    def fail(**_: object) -> None:
        raise fault

    tracking.connect(fail)
    try:
        assert post("postmark", postmark(delivery)) == HTTPStatus.INTERNAL_SERVER_ERROR
    finally:
        tracking.disconnect(fail)
