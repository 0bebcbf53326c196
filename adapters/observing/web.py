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
from adapters.web import kept_pages
from adapters.web.client_address import is_from_trusted_proxy

logger = logging.getLogger("board.requests")

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS: Final = READING | {"POST", "PUT", "PATCH", "DELETE"}
FAULT: Final = 500

type Statement = Callable[[str, object, bool, dict[str, object]], object]


@dataclass(slots=True)
class _Queries:
    """Stands around each statement (Django's `execute_wrapper`). The stamps of kept pages go past it: that is their point."""

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

    First of all middleware: a probe comes without the board's host name and without https, and what is kept (`KeptPages`) has no id.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probed = probes.answer(request)
        if probed is not None:
            return probed
        request_id = request.META[ids.OF_REQUEST] = ids.id_of(request)
        began, queries = perf_counter(), _Queries()
        with ids.bound(request_id=request_id), connection.execute_wrapper(queries):
            response = self._traced(request) if tracing.is_on() else self.get_response(request)
            seconds = perf_counter() - began
            route = route_of(request)
            method = request.method if request.method in METHODS else "other"
            _count(request, route, str(method), response.status_code, seconds, queries)
            if _is_logged(str(method), response.status_code):
                about = {"method": method, "route": route, "status": response.status_code}
                logger.info("request", extra=about | {"ms": round(seconds * 1000, 1), "queries": queries.number})
        response.headers[ids.HEADER] = request_id
        return response

    def _traced(self, request: HttpRequest) -> HttpResponseBase:
        before = request.headers.get("traceparent", "") if is_from_trusted_proxy(request) else ""
        method = str(request.method)
        with tracing.span(method, {"http.request.method": method}, after=before, is_request=True) as span:
            response = self.get_response(request)
            if span is not None:
                route = route_of(request)
                span.update_name(f"{method} {route}")
                span.set_attributes({"http.route": route, "http.response.status_code": response.status_code})
        return response


def _is_logged(method: str, status: int) -> bool:
    match settings.LOG_REQUESTS:
        case "all":
            return True
        case "none":
            return False
        case _:
            return method not in READING or status >= FAULT


def _count(request: HttpRequest, route: str, method: str, status: int, seconds: float, queries: _Queries) -> None:
    figures.answered.add((route, method, str(status)))
    if kept_pages.was_kept(request):
        return
    figures.REQUEST_SECONDS.labels(route).observe(seconds)
    if queries.number:
        figures.QUERIES.labels(route).inc(queries.number)
        figures.QUERY_SECONDS.labels(route).inc(queries.seconds)
