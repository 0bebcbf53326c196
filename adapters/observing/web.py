"""What is noted of each request, before any other middleware sees it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from adapters.observing import figures, ids, probes, tracing
from adapters.observing.routes import route_of
from adapters.web.client_address import is_from_trusted_proxy

logger = logging.getLogger("board.requests")

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS: Final = READING | {"POST", "PUT", "PATCH", "DELETE"}
OTHER: Final = "other"
"""Whatever else somebody may send."""
FAULT: Final = 500
ALL: Final = "all"
NONE: Final = "none"
"""Of `LOG_REQUESTS`."""
QUERIES: Final = "board.queries"

type Statement = Callable[[str, object, bool, dict[str, object]], object]


@dataclass(slots=True)
class _Queries:
    """Stands around each statement (Django's `execute_wrapper`)."""

    number: int = 0
    seconds: float = 0.0

    def __call__(self, execute: Statement, sql: str, params: object, many: bool, context: dict[str, object]) -> object:
        began = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.number += 1
            self.seconds += perf_counter() - began


class Observed:
    """Answers probes; gives each other request an id, and counts it.

    First of all middleware: a probe comes without the board's host name and without https, and what is kept (`KeptPages`) has no id. What
    is done here is done for each page that is given again, so there is little of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probed = probes.answer(request)
        if probed is not None:
            return probed
        request_id = request.META[ids.OF_REQUEST] = ids.id_of(request)
        method = request.method if request.method in METHODS else OTHER
        began = perf_counter()
        before = ids.begin(request_id)
        try:
            response = self._traced(request, str(method)) if tracing.is_on() else self.get_response(request)
            route, status = route_of(request), response.status_code
            figures.answered.add((route, str(method), str(status)))
            if method not in READING or status >= FAULT or settings.LOG_REQUESTS == ALL:
                _log(request, str(method), status, seconds=perf_counter() - began)
        finally:
            ids.end(before)
        response.headers[ids.HEADER] = request_id
        return response

    def _traced(self, request: HttpRequest, method: str) -> HttpResponseBase:
        before = request.headers.get("traceparent", "") if is_from_trusted_proxy(request) else ""
        with tracing.span(method, {"http.request.method": method}, after=before, is_request=True) as span:
            response = self.get_response(request)
            if span is not None:
                route = route_of(request)
                span.update_name(f"{method} {route}")
                span.set_attributes({"http.route": route, "http.response.status_code": response.status_code})
        return response


class Measured:
    """Measures how long it takes to make an answer, and what the database has to do with it. Behind `KeptPages`: of what is really made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began, queries = perf_counter(), _Queries()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        route = route_of(request)
        figures.REQUEST_SECONDS.labels(route).observe(perf_counter() - began)
        request.META[QUERIES] = queries.number
        if queries.number:
            figures.QUERIES.labels(route).inc(queries.number)
            figures.QUERY_SECONDS.labels(route).inc(queries.seconds)
        return response


def _log(request: HttpRequest, method: str, status: int, *, seconds: float) -> None:
    if settings.LOG_REQUESTS != NONE:
        about = {"method": method, "route": route_of(request), "status": status, "ms": round(seconds * 1000, 1)}
        logger.info("request", extra=about | {"queries": request.META.get(QUERIES, 0)})
