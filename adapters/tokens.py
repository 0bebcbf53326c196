"""Links that act for the owner of an address: signed, each good for one purpose and one subscription, without the address.

They do not expire by themselves; whether it is too late is for the subscription to say. Keys rotate with `SECRET_KEY_FALLBACKS`.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import Enum
from uuid import UUID

from django.core.signing import BadSignature, Signer

from jobs_domain.identifiers import SubscriptionId


class Purpose(Enum):
    CONFIRM = "confirm"
    END = "end"


class InvalidToken(ValueError):
    """The token was not made by this board for this purpose, or was altered on its way."""


def sign(purpose: Purpose, subscription_id: SubscriptionId) -> str:
    return _signer(purpose).sign(urlsafe_b64encode(subscription_id.bytes).decode().rstrip("="))


def read(purpose: Purpose, token: str) -> SubscriptionId:
    """Raises `InvalidToken`."""
    try:
        encoded = _signer(purpose).unsign(token)
    except BadSignature as error:
        raise InvalidToken from error
    return SubscriptionId(UUID(bytes=urlsafe_b64decode(f"{encoded}==")))


def _signer(purpose: Purpose) -> Signer:
    return Signer(salt=f"board.subscription.{purpose.value}", sep=".")
