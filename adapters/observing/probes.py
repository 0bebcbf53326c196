"""`/healthz`, `/readyz` and the metrics: for machines that look after the board.

They are answered before any other middleware: a probe names no host of the board, speaks no https, and must get no redirect, no
cookie and no page. Who has the token of the metrics sees what was found, all others whether it is well.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.log import log_response

from adapters.observing import exposition, health
from adapters.observing.health import Report, State
from adapters.observing.masking import masked

ALIVE: Final = "/healthz"
READY: Final = "/readyz"
OF_THIS_HOST: Final = "/web"
"""Below the path of the metrics."""


def answer(request: HttpRequest) -> HttpResponse | None:
    """Nothing, if it is no probe; or one for the metrics that does not show the token: to whom nothing is there."""
    path = request.path_info
    if path == ALIVE:
        return _told({"state": "alive"})
    if path == READY:
        return _ready(request)
    if path.startswith(settings.METRICS_PATH) and may_see(request):
        return _metrics(path.removeprefix(settings.METRICS_PATH))
    return None


def may_see(request: HttpRequest) -> bool:
    """Whether the request shows `METRICS_TOKEN` (RFC 6750 §2.1)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = scheme.lower() == "bearer" and bool(settings.METRICS_TOKEN)
    return given and constant_time_compare(token.strip(), settings.METRICS_TOKEN)


def _ready(request: HttpRequest) -> HttpResponse:
    report = health.report()
    told: dict[str, object] = {"state": "ready" if report.is_ready else "not ready"}
    if may_see(request):
        told["checks"] = _in_detail(report)
    if report.is_ready:
        return _told(told)
    return _unlogged(_told(told, HTTPStatus.SERVICE_UNAVAILABLE), request)


def _in_detail(report: Report) -> list[dict[str, object]]:
    return [
        {"name": check.name, "vital": check.is_vital, "state": finding.state.value}
        | ({} if finding.state is State.OK else {"says": masked(finding.says), "do": finding.do})
        for check, finding in report.findings
    ]


def _metrics(which: str) -> HttpResponse | None:
    try:
        match which:
            case "":
                told = exposition.of_the_board()
            case rest if rest == OF_THIS_HOST:
                told = exposition.of_this_host()
            case _:
                return None
    except DatabaseError:
        return _told({"state": "no database"}, HTTPStatus.SERVICE_UNAVAILABLE)
    return _not_stored(HttpResponse(told, content_type=exposition.CONTENT_TYPE))


def _told(what: dict[str, object], status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return _not_stored(JsonResponse(what, status=status))


def _unlogged(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Django would log each 503 as an error, as often as anybody asks."""
    log_response("%s", "not ready", response=response, request=request, level="debug")
    return response


def _not_stored(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
