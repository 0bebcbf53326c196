"""Sends what is due, a small batch at a time; what became of each message is committed before the next one is handed over.

A worker takes a batch under a lease. If it dies, the lease runs out and others send what it did not mark, under the same Message-ID.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Final, assert_never

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notifications import answers, messages, recipients
from notifications.answers import Accepted, Answer, Deferred, Refused, Unavailable
from notifications.models import Delivery, DeliveryAttempt, Lane, WhyNot
from notifications.recipients import Wanted

logger = logging.getLogger(__name__)

BATCH: Final = 20
LEASE: Final = timedelta(minutes=15)
SAFE_TO_BEGIN: Final = timedelta(minutes=10)
"""A message is begun only so long after the claim: what is left of the lease suffices for the slowest conversation."""
SERVER_PAUSE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries that are this worker's until `lease_end`, which also tells this claim from all others."""

    deliveries: Sequence[Delivery]
    lease_end: datetime

    def still_holds(self) -> bool:
        return timezone.now() < self.lease_end - LEASE + SAFE_TO_BEGIN


def send_due() -> int:
    """Send one batch of the most urgent lane that has something due. Returns how many deliveries it dealt with."""
    for lane in Lane:
        claim = _claim(lane)
        if claim.deliveries:
            return _send(claim)
    return 0


def _claim(lane: Lane) -> Claim:
    now = timezone.now()
    lease_end = now + LEASE
    due = Delivery.objects.filter(lane=lane, finished_at=None, next_attempt_at__lte=now)
    if not due.exists():  # spares an idle worker the lock that a transaction takes on SQLite
        return Claim([], lease_end)
    with transaction.atomic():
        first = due.select_for_update(skip_locked=True).order_by("next_attempt_at", "id")
        mine = list(first.values_list("pk", flat=True)[:BATCH])
        Delivery.objects.filter(pk__in=mine).update(state=Delivery.State.SENDING, next_attempt_at=lease_end)
    claimed = Delivery.objects.filter(pk__in=mine).prefetch_related("notification").order_by("pk")
    return Claim(list(claimed), lease_end)


def _send(claim: Claim) -> int:
    connection = get_connection()
    try:
        for done, delivery in enumerate(claim.deliveries):
            if not claim.still_holds():
                _put_back(claim, claim.deliveries[done:], timezone.now())
                return done
            wanted = recipients.check(delivery)
            if isinstance(wanted, WhyNot):
                _skip(claim, delivery, wanted)
                continue
            answer = _hand_over(delivery, wanted, connection)
            if isinstance(answer, Unavailable):
                logger.warning("The mail server takes nothing at present: %s", answer.answer)
                _put_back(claim, claim.deliveries[done:], timezone.now() + SERVER_PAUSE)
                return done
            _record(claim, delivery, answer)
        return len(claim.deliveries)
    finally:
        _close(connection)


def _hand_over(delivery: Delivery, wanted: Wanted, connection: BaseEmailBackend) -> Answer:
    try:
        connection.open()  # does nothing while it is open
    except OSError as error:
        return Unavailable(str(error))
    try:
        message = messages.build(delivery, follower=wanted.follower, connection=connection)
        return Accepted() if connection.send_messages([message]) else Deferred("The mail backend took nothing.")
    except messages.CannotBeAddressed as error:
        return Refused(str(error))
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        return answers.meaning(error)
    except OSError as error:  # nothing is known of a connection that broke
        _close(connection)
        return answers.meaning(error)
    except Exception as error:  # one message that cannot be made or sent may not keep the others from being sent
        logger.exception("Delivery %s cannot be sent", delivery.pk)
        return answers.meaning(error)


def _record(claim: Claim, delivery: Delivery, answer: Accepted | Deferred | Refused) -> None:
    """What was sent is sent, whoever holds the delivery by now; any other outcome counts only while it is ours."""
    now = timezone.now()
    attempts = delivery.attempts + 1
    with transaction.atomic():
        match answer:
            case Accepted():
                unfinished = Delivery.objects.filter(pk=delivery.pk, finished_at=None)
                unfinished.update(state=Delivery.State.SENT, attempts=attempts, finished_at=now)
                outcome, words = DeliveryAttempt.Outcome.ACCEPTED, ""
            case Refused(words):
                _fail(claim, delivery, attempts, WhyNot.REFUSED)
                outcome = DeliveryAttempt.Outcome.REFUSED
            case Deferred(words) if attempts >= answers.MAX_ATTEMPTS:
                _fail(claim, delivery, attempts, WhyNot.GAVE_UP)
                outcome = DeliveryAttempt.Outcome.DEFERRED
            case Deferred(words):
                again_at = now + answers.pause_after(attempts)
                _ours(claim, [delivery]).update(
                    state=Delivery.State.WAITING, attempts=attempts, next_attempt_at=again_at
                )
                outcome = DeliveryAttempt.Outcome.DEFERRED
            case _:
                assert_never(answer)
        answer_kept = answers.without_address(words, delivery.address)
        DeliveryAttempt.objects.create(delivery=delivery, at=now, outcome=outcome, answer=answer_kept)


def _fail(claim: Claim, delivery: Delivery, attempts: int, reason: WhyNot) -> None:
    _ours(claim, [delivery]).update(
        state=Delivery.State.FAILED, reason=reason, attempts=attempts, finished_at=timezone.now()
    )


def _skip(claim: Claim, delivery: Delivery, reason: WhyNot) -> None:
    _ours(claim, [delivery]).update(state=Delivery.State.SKIPPED, reason=reason, finished_at=timezone.now())


def _put_back(claim: Claim, deliveries: Sequence[Delivery], due_at: datetime) -> None:
    """As if they had not been claimed."""
    _ours(claim, deliveries).update(state=Delivery.State.WAITING, next_attempt_at=due_at)


def _ours(claim: Claim, deliveries: Sequence[Delivery]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in deliveries],
        state=Delivery.State.SENDING,
        next_attempt_at=claim.lease_end,
    )


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError as error:
        logger.debug("The connection to the mail server did not end in good order: %s", error)
