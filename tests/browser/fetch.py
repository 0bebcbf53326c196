"""A page without a browser."""

import urllib.request
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    text: str


def fetch(url: str) -> Fetched:
    """Raises `OSError` if nobody listens, and `HTTPError` (one of its kinds) for an error page."""
    with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - the demo's own address
        return Fetched(response.status, response.read().decode())
