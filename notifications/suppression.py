"""Addresses that get no mail: those it came back from for good, and those whose owners complained.

Addresses are given as `EmailAddress.key`. What is kept is the SHA-256 of one, and that is a pseudonym, not an anonymous number: whoever
has the table can try addresses against it, a million in a second, so it is personal data as much as the address was. It keeps addresses
from being read or written to, no more. The hash has no secret key on purpose: with one, a new `SECRET_KEY` would forget the whole list,
and mail would go again to people who complained about it.
"""

import re
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db.models import Case, Exists, OuterRef, Q, When

from adapters import clock
from notifications import answers, reach
from notifications.models import Delivery, DeliveryAttempt, Suppression, WhyNot

PREFIX: Final = "followable-jobs:suppression:"
"""Keeps the hashes from being compared with those of another program's list."""
REFUSALS: Final = 3
"""So many messages in a row that were refused or came back suppress an address, whatever was said."""
NO_SUCH_MAILBOX: Final = re.compile(r"(?:\d{3}[ -])?#?5\.1\.(?:1|2|3|6|10)(?![.\d])")
"""How a reply begins that says it for good: after the code (RFC 2034 §4), no such mailbox, no such domain, not an address, moved away
(RFC 3463 §3.2), or a domain that takes no mail (RFC 7505 §4)."""


def is_suppressed(key: str) -> bool:
    return bool(suppressed([key]))


def suppressed(keys: Collection[str]) -> frozenset[str]:
    """Those of the addresses that get no mail; one query, for a batch of addresses."""
    by_hash = {hash_of(key): key for key in keys}
    found = Suppression.objects.filter(pk__in=by_hash).values_list("pk", flat=True)
    return frozenset(by_hash[address_hash] for address_hash in found)


def find(key: str) -> Suppression | None:
    return Suppression.objects.filter(pk=hash_of(key)).first()


def is_never_to_be_written_to(key: str) -> bool:
    """Because its owner wishes so, who had everything erased."""
    return Suppression.objects.filter(pk=hash_of(key), reason=Suppression.Reason.BY_OWNER).exists()


def suppress(key: str, reason: Suppression.Reason, detail: str, at: datetime) -> None:
    """Send no more to the address. The first reason stays, except that a complaint takes the place of any other."""
    said = answers.without_address(detail, key)[: answers.LONGEST_ANSWER]
    entry = Suppression(address_hash=hash_of(key), reason=reason, since=at, detail=said)
    Suppression.objects.bulk_create([entry], ignore_conflicts=True)
    if reason == Suppression.Reason.COMPLAINED:
        other = Suppression.objects.filter(pk=entry.pk).exclude(reason=reason)
        other.update(reason=reason, since=at, detail=said)


def release(key: str) -> bool:
    """Send to the address again. Says whether it was on the list."""
    return Suppression.objects.filter(pk=hash_of(key)).delete()[0] > 0


def after_refusal(address_key: str, answer: str) -> None:
    """The mail server has refused the address for good: no more mail to it, if it said that there is no such mailbox or domain, or if
    the last `REFUSALS` messages to the address's subscriptions failed."""
    if NO_SUCH_MAILBOX.match(answer) or _fails_always(address_key):
        suppress(address_key, Suppression.Reason.REFUSED, answer, clock.now())


def after_bounce(address_key: str, words: str, at: datetime, *, for_good: bool) -> None:
    """A message that the mail server had taken came back. `for_good`: because of the address, not of the message or its sender."""
    if for_good or _fails_always(address_key):
        suppress(address_key, Suppression.Reason.BOUNCED, words, at)


def _fails_always(address_key: str) -> bool:
    came_back = DeliveryAttempt.objects.filter(delivery=OuterRef("pk"), outcome=DeliveryAttempt.Outcome.BOUNCED)
    finished = reach.to_address(address_key).filter(
        Q(state=Delivery.State.SENT) | Q(state=Delivery.State.FAILED, reason=WhyNot.REFUSED)
    )
    failed = Q(state=Delivery.State.FAILED) | Exists(came_back)
    last = finished.order_by("-finished_at", "-pk").annotate(has_failed=Case(When(failed, then=True), default=False))
    return list(last.values_list("has_failed", flat=True)[:REFUSALS]) == [True] * REFUSALS


def hash_of(key: str) -> str:
    return sha256(f"{PREFIX}{key}".encode()).hexdigest()
