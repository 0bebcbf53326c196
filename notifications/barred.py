"""Addresses that get no mail of any kind: by themselves, or with the domain that they are at."""

from collections.abc import Collection, Mapping

from adapters import blocking
from notifications import suppression
from notifications.models import WhyNot


def barred(keys: Collection[str]) -> Mapping[str, WhyNot]:
    """Those of the addresses (`EmailAddress.key`), each with why; two queries, for a batch of addresses."""
    if not keys:
        return {}
    domains = {key: key.rpartition("@")[2] for key in keys}
    blocked = blocking.blocked_among(set(domains.values()))
    at_blocked = {key: WhyNot.BLOCKED_DOMAIN for key, domain in domains.items() if domain in blocked}
    return at_blocked | dict.fromkeys(suppression.suppressed(keys), WhyNot.SUPPRESSED)
