"""Links that act for the owner of an address: signed, each good for one purpose and one subscription, without the address. The link to
leave of a mail about several searches is good for all of them.

Those of `sign` do not expire by themselves; whether it is too late is for the subscription to say. Those of `sign_dated`, with which one
may do more, do. Keys rotate with `SECRET_KEY_FALLBACKS`.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from itertools import batched
from typing import Final, override
from uuid import UUID

from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner

from jobs_domain.identifiers import SubscriptionId

LIFETIME: Final = timedelta(days=7)
"""Of dated tokens."""
UUID_BYTES: Final = 16


class Purpose(Enum):
    CONFIRM = "confirm"
    END = "end"
    MANAGE = "manage"
    MOVE = "move"


class InvalidToken(ValueError):
    """The token was not made by this board for this purpose, or was altered on its way."""


class ExpiredToken(ValueError):
    """The token was good for `LIFETIME`, and that is over."""

    @override
    def __init__(self, of: UUID) -> None:
        super().__init__(f"The token is older than {LIFETIME.days} days.")
        self.of = of


def sign(purpose: Purpose, *subscription_ids: SubscriptionId) -> str:
    return _signer(purpose).sign(_encoded(*subscription_ids))


def read(purpose: Purpose, token: str) -> tuple[SubscriptionId, ...]:
    """One or more. Raises `InvalidToken`."""
    try:
        encoded = _signer(purpose).unsign(token)
    except BadSignature as error:
        raise InvalidToken from error
    return tuple(map(SubscriptionId, _decoded(encoded)))


def sign_dated(purpose: Purpose, of: UUID) -> str:
    """Good for `LIFETIME` from now on."""
    return _dating_signer(purpose).sign(_encoded(of))


def read_dated(purpose: Purpose, token: str) -> UUID:
    """Raises `InvalidToken` and `ExpiredToken`."""
    signer = _dating_signer(purpose)
    try:
        (of,) = _decoded(signer.unsign(token, max_age=LIFETIME))
    except SignatureExpired as error:
        (of,) = _decoded(signer.unsign(token))
        raise ExpiredToken(of) from error
    except BadSignature as error:
        raise InvalidToken from error
    return of


def _encoded(*of: UUID) -> str:
    return urlsafe_b64encode(b"".join(each.bytes for each in of)).decode().rstrip("=")


def _decoded(encoded: str) -> Iterator[UUID]:
    every = urlsafe_b64decode(f"{encoded}==")
    return (UUID(bytes=bytes(each)) for each in batched(every, UUID_BYTES, strict=True))


def _signer(purpose: Purpose) -> Signer:
    return Signer(salt=_salt(purpose), sep=".")


def _dating_signer(purpose: Purpose) -> TimestampSigner:
    return TimestampSigner(salt=f"{_salt(purpose)}.dated", sep=".")


def _salt(purpose: Purpose) -> str:
    return f"board.subscription.{purpose.value}"
