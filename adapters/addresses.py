"""The rules for addresses, with the lists that they are applied with."""

from collections.abc import Container

from disposable_email_domains import blocklist
from django.conf import settings

from adapters import blocking
from jobs_domain.address_rules import Objection, objection
from jobs_domain.email_address import EmailAddress


def objection_to(address: EmailAddress) -> Objection | None:
    """Why nobody may ask to have it written to."""
    return objection(address, disposable=_disposable(), blocked=blocking.blocked_above(address.domain))


def _disposable() -> Container[str]:
    return blocklist if settings.REFUSE_DISPOSABLE else frozenset()
