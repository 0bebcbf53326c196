"""To what a piece of work belongs: ids that all its log lines bear, from the request to the mail server's answer.

They are in the context (`contextvars`) of the thread. What goes on in another process gets them from the row that waits for it.
"""

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import MappingProxyType
from typing import Final

from django.http import HttpRequest

from adapters.web.client_address import is_from_trusted_proxy

HEADER: Final = "X-Request-ID"
OF_REQUEST: Final = "board.request_id"
"""Where the request itself has it: Django logs some of its answers when all middleware is through with it."""
LENGTH: Final = 36
"""Characters of an id at most: those of a UUID. Longer ones may be secrets, and are masked in logs (`masking.py`)."""
_SAFE: Final = re.compile(rf"[A-Za-z0-9-]{{8,{LENGTH}}}")
_NONE: Final = MappingProxyType[str, str]({})
# not structlog's own, which take longer than all else that a kept page costs us
_present: Final[ContextVar[Mapping[str, str]]] = ContextVar("board_ids", default=_NONE)


@contextmanager
def bound(**ids: object) -> Iterator[None]:
    """Every log line of the block bears these ids. One that is empty is left out."""
    token = _present.set({**_present.get(), **{name: str(value) for name, value in ids.items() if value}})
    try:
        yield
    finally:
        _present.reset(token)


def begin(request_id: str) -> Token[Mapping[str, str]]:
    """The same for a request, and nothing but its id, until `end`: quicker."""
    return _present.set({"request_id": request_id})


def end(before: Token[Mapping[str, str]]) -> None:
    _present.reset(before)


def present() -> Mapping[str, str]:
    return _present.get()


def request_id() -> str:
    """That of the request because of which this is done; empty if it is done because it was time for it."""
    return _present.get().get("request_id", "")


def id_of(request: HttpRequest) -> str:
    """The one that a proxy of `TRUSTED_PROXIES` has given it, if nothing strange is in it, else a new one."""
    given = str(request.META.get("HTTP_X_REQUEST_ID", ""))
    if given and _SAFE.fullmatch(given) and is_from_trusted_proxy(request):
        return given
    return f"{random.getrandbits(128):032x}"
