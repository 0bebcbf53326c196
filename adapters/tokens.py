"""Links that act for the owner of an address: signed, each good for one purpose and one subscription, or one message about several,
without the address.

Those of `sign` do not expire by themselves; whether it is too late is for the subscription to say. Those of `sign_dated`, with which one
may do more, do. Those of `sign_short` are for addresses of mail. Keys rotate with `SECRET_KEY_FALLBACKS`.
"""

from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from itertools import batched
from typing import Final, override
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

LIFETIME: Final = timedelta(days=7)
"""Of dated tokens."""
UUID_BYTES: Final = 16
SHORT: Final = 52
"""Characters of short tokens."""
NOT_OURS: Final = (BadSignature, UnicodeEncodeError)
"""The other is Django's answer to half of a surrogate pair, which no signature is made of."""


class Purpose(Enum):
    CONFIRM = "confirm"
    END = "end"
    MANAGE = "manage"
    MOVE = "move"
    KEEP = "keep"
    END_ALL = "end all"


class InvalidToken(ValueError):
    """The token was not made by this board for this purpose, or was altered on its way."""


class ExpiredToken(ValueError):
    """The token was good for `LIFETIME`, and that is over."""

    @override
    def __init__(self, of: UUID) -> None:
        super().__init__(f"The token is older than {LIFETIME.days} days.")
        self.of = of


def sign(purpose: Purpose, *of: UUID) -> str:
    """Of one or several together."""
    return _signer(purpose).sign(_encoded(*of))


def read(purpose: Purpose, token: str) -> UUID:
    """Raises `InvalidToken`, also if there are several."""
    found = read_all(purpose, token)
    if len(found) != 1:
        raise InvalidToken
    return found[0]


def read_all(purpose: Purpose, token: str) -> tuple[UUID, ...]:
    """One or several. Raises `InvalidToken`."""
    try:
        encoded = _signer(purpose).unsign(token)
    except NOT_OURS as error:
        raise InvalidToken from error
    return tuple(_decoded(encoded))


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
    except NOT_OURS as error:
        raise InvalidToken from error
    return of


def sign_short(purpose: Purpose, of: UUID) -> str:
    """Stands in the local part of an address, and survives that its case is changed on the way: base32 (RFC 4648 §6) in small letters.

    Of the signature it has the first 128 bits (RFC 2104 §5).
    """
    return _short(purpose, of, settings.SECRET_KEY)


def read_short(purpose: Purpose, token: str) -> UUID:
    """Raises `InvalidToken`."""
    try:
        of = UUID(bytes=b32decode(f"{token.upper()}====")[:UUID_BYTES])
    except ValueError as error:
        raise InvalidToken from error
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(_short(purpose, of, key), token.lower()):
            return of
    raise InvalidToken


def _short(purpose: Purpose, of: UUID, key: str | bytes) -> str:
    signature = salted_hmac(f"{_salt(purpose)}.short", of.bytes, secret=key, algorithm="sha256").digest()
    return b32encode(of.bytes + signature[:UUID_BYTES]).decode().rstrip("=").lower()


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
