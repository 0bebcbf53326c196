"""Who looked up addresses of followers: kept for a while, so that it can be asked for."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from adapters import clock
from notifications import suppression
from notifications.models import AddressLookup

SLICE: Final = 5_000
"""Notes in one transaction at most, so that nobody waits long for it."""


def searched(by: AbstractBaseUser, address_key: str, *, found: int) -> None:
    """`address_key` is the `EmailAddress.key` of what was looked up; `found` is how many subscriptions it has."""
    _note(by, AddressLookup.Purpose.SEARCH, address_hash=suppression.hash_of(address_key), addresses=found)


def shown_in_full(by: AbstractBaseUser, notification_id: UUID, *, addresses: int) -> None:
    _note(by, AddressLookup.Purpose.FULL_VIEW, notification_id=notification_id, addresses=addresses)


def prune() -> int:
    """Delete a part of the notes that are older than `KEEP_LOOKUPS_DAYS`. Returns how many."""
    old = AddressLookup.objects.filter(at__lt=clock.now() - timedelta(days=settings.KEEP_LOOKUPS_DAYS))
    deleted, _ = AddressLookup.objects.filter(
        pk__in=list(old.order_by("at").values_list("pk", flat=True)[:SLICE])
    ).delete()
    return deleted


def _note(
    by: AbstractBaseUser,
    purpose: AddressLookup.Purpose,
    *,
    address_hash: str = "",
    notification_id: UUID | None = None,
    addresses: int,
) -> None:
    AddressLookup.objects.create(
        at=clock.now(),
        user_id=by.pk,
        username=by.get_username(),
        purpose=purpose,
        address_hash=address_hash,
        notification_id=notification_id,
        addresses=addresses,
    )
