"""The app on somebody's phone (RFC 6238): written once more, so that it does not share a mistake with the board."""

import base64
import hashlib
import hmac
import time
from typing import Final

PERIOD: Final = 30


def code(secret: str, *, ahead: int = 0) -> str:
    """Six digits for now, or so many periods ahead."""
    counter = int(time.time()) // PERIOD + ahead
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8), hashlib.sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
