"""Numbers that the database has no room for are a mistake of who has sent them, wherever they are looked up.

Django knows that no row has such a number (`WHERE id = …`), but not that none of several is one (`WHERE id IN (…)`), which filters of
lists in the admin ask, ours and Wagtail's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.defaults import bad_request

SAID: Final = ("too large to convert to SQLite INTEGER", "out of range")
"""By Python's driver of SQLite, and by PostgreSQL."""


class OutOfRange:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OverflowError | DataError) and any(words in str(exception) for words in SAID):
            return bad_request(request, exception)
        return None
