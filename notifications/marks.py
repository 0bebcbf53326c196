"""Marking in the ledger what became of messages. Every mark checks that the batch is still this worker's."""

import logging
import random
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from adapters import clock
from notifications import answers
from notifications.answers import Deferred, Refused
from notifications.batches import Claim
from notifications.models import Batch, Delivery, DeliveryAttempt, WhyNot

logger = logging.getLogger(__name__)

_SENT: Final = (
    f"UPDATE {Delivery._meta.db_table} SET state = 'SENT', reason = '', finished_at = %s, next_attempt_at = NULL,"  # noqa: S608
    " attempts = attempts + 1 WHERE state <> 'SENT'"
    f" AND EXISTS (SELECT 1 FROM {Batch._meta.db_table} WHERE id = %s AND holder = %s) AND id"
)
_FINISHED_AT: Final = Delivery._meta.get_field("finished_at")
_HOLDER: Final = Batch._meta.get_field("holder")
JITTER: Final = (0.8, 1.0)
"""Pauses are shortened by chance, so that what was put off together does not come back together."""
_OUTCOMES: Final = {Deferred: DeliveryAttempt.Outcome.DEFERRED, Refused: DeliveryAttempt.Outcome.REFUSED}
_DATABASE_GONE: Final = (OperationalError, InterfaceError)
_LOOK_AGAIN_SECONDS: Final = 0.5


def sent(claim: Claim, delivery_ids: Sequence[int]) -> None:
    """What was sent is sent, whoever holds the batch by now; if that is another worker, the claim is lost.

    While the database cannot be reached it is tried again, as long as the lease is safe: nobody else knows that these were sent.
    """
    at = clock.now()
    while True:
        try:
            return _mark_sent(claim, delivery_ids, at)
        except _DATABASE_GONE:
            if connection.in_atomic_block or not claim.is_safe:
                raise
            logger.warning("The database is gone; %d sent messages wait to be marked", len(delivery_ids))
            connection.close()
            time.sleep(_LOOK_AGAIN_SECONDS)


def _mark_sent(claim: Claim, delivery_ids: Sequence[int], at: datetime) -> None:
    """One statement, and so one commit: the speed of the whole ledger depends on it."""
    places = ", ".join(["%s"] * len(delivery_ids))
    at_in_sql = _FINISHED_AT.get_db_prep_value(at, connection)
    holder = _HOLDER.get_db_prep_value(claim.holder, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"{_SENT} IN ({places})", [at_in_sql, claim.batch.pk, holder, *delivery_ids])
        marked = cursor.rowcount
    if marked != len(delivery_ids) and not claim.held().exists():
        claim.lost.set()
        late = Delivery.objects.filter(pk__in=delivery_ids).exclude(state=Delivery.State.SENT)
        late.update(state=Delivery.State.SENT, reason="", finished_at=at, next_attempt_at=None)


def skipped(claim: Claim, reasons: Mapping[UUID, WhyNot]) -> None:
    """`reasons` by subscription."""
    now = clock.now()
    with transaction.atomic():
        if not _still_ours(claim):
            return
        for reason in set(reasons.values()):
            theirs = [subscription_id for subscription_id, why in reasons.items() if why is reason]
            skip = claim.unfinished().filter(subscription_id__in=theirs)
            skip.update(state=Delivery.State.SKIPPED, reason=reason, finished_at=now, next_attempt_at=None)


def failed(claim: Claim, delivery_id: int, answer: Deferred | Refused, *, wire_address: str) -> WhyNot | None:
    """Gives the reason if the delivery has now failed for good, `None` if it is put off (or no longer this worker's)."""
    now = clock.now()
    with transaction.atomic():
        delivery = claim.unfinished().filter(pk=delivery_id).first() if _still_ours(claim) else None
        if delivery is None:
            return None
        delivery.attempts += 1
        is_last = isinstance(answer, Deferred) and delivery.attempts >= answers.MAX_ATTEMPTS
        reason = WhyNot.REFUSED if isinstance(answer, Refused) else WhyNot.GAVE_UP if is_last else None
        if reason is None:
            delivery.next_attempt_at = now + answers.pause_after(delivery.attempts) * random.uniform(*JITTER)  # noqa: S311
        else:
            delivery.state, delivery.reason = Delivery.State.FAILED, reason
            delivery.finished_at, delivery.next_attempt_at = now, None
        delivery.save(update_fields=["state", "reason", "attempts", "finished_at", "next_attempt_at"])
        kept = answers.without_address(answer.answer, wire_address)
        DeliveryAttempt.objects.create(delivery=delivery, at=now, outcome=_OUTCOMES[type(answer)], answer=kept)
    return reason


def put_off(claim: Claim, subscription_ids: Sequence[UUID], until: datetime) -> None:
    """Not an attempt: the message has not been handed over."""
    claim.unfinished().filter(subscription_id__in=subscription_ids).update(next_attempt_at=until)


def _still_ours(claim: Claim) -> bool:
    """Locks the batch for the rest of the transaction."""
    if claim.held().select_for_update().first() is not None:
        return True
    claim.lost.set()
    return False
