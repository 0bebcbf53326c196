"""Ids that are derived with the board's key instead of drawn: who takes the same step again finds the same id, and nobody else can tell it.

A board that was restored from a backup takes the steps once more that were taken after it ([why](docs/adr/0021-restoring.md)).
"""

from typing import Final
from uuid import UUID

from django.utils.crypto import salted_hmac

UUID_BYTES: Final = 16


def derived_id(purpose: str, *parts: str) -> UUID:
    """The same for the same parts, as long as `SECRET_KEY` stays; as hard to guess as one that is drawn (RFC 2104 §5)."""
    digest = salted_hmac(f"adapters.derived.{purpose}", "\n".join(parts), algorithm="sha256").digest()
    return UUID(bytes=digest[:UUID_BYTES], version=4)
