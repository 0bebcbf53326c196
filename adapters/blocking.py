"""Domains that the board writes to nobody at, because an operator said so."""

from collections.abc import Collection, Iterable

from adapters.models import BlockedDomain
from jobs_domain.address_rules import domain_and_those_above


def blocked_above(domain: str) -> frozenset[str]:
    """Those of the domain itself and of all above it that are blocked."""
    return _blocked(domain_and_those_above(domain))


def blocked_among(domains: Collection[str]) -> frozenset[str]:
    """Those of the domains that are blocked, themselves or by one above; one query, for a batch of messages."""
    above = {domain: domain_and_those_above(domain) for domain in domains}
    blocked = _blocked({each for all_of_it in above.values() for each in all_of_it})
    return frozenset(domain for domain, all_of_it in above.items() if not blocked.isdisjoint(all_of_it))


def block(domain: str, note: str = "") -> bool:
    """The domain in lower-case ASCII. Says whether it was not blocked before."""
    return BlockedDomain.objects.get_or_create(domain=domain, defaults={"note": note})[1]


def release(domain: str) -> bool:
    """Says whether it was blocked."""
    return BlockedDomain.objects.filter(domain=domain).delete()[0] > 0


def _blocked(domains: Iterable[str]) -> frozenset[str]:
    return frozenset(BlockedDomain.objects.filter(domain__in=domains).order_by().values_list("domain", flat=True))
