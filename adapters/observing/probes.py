"""`/healthz`, `/readyz` and the metrics: for machines that look after the board.

They are answered before any other middleware: a probe names no host of the board, speaks no https, and must get no redirect, no
cookie and no page; browsers are told by them what they are told by every answer. Who has the token of the metrics sees what was found,
all others whether it is well.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.security import SecurityMiddleware
from django.utils.crypto import constant_time_compare
from django.utils.log import log_response

from adapters.observing import exposition, health
from adapters.observing.health import Report, State
from adapters.observing.masking import masked

ALIVE: Final = "/healthz"
READY: Final = "/readyz"
OF_THIS_HOST: Final = "/web"
"""Below the path of the metrics."""
FOR_BROWSERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def answer(request: HttpRequest) -> HttpResponse | None:
    """Nothing, if it is no probe; or one for the metrics that does not show the token: to whom nothing is there."""
    found = _found(request)
    return None if found is None else _with_headers(found, request)


def may_see(request: HttpRequest) -> bool:
    """Whether the request shows `METRICS_TOKEN` (RFC 6750 §2.1)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = scheme.lower() == "bearer" and bool(settings.METRICS_TOKEN)
    return given and constant_time_compare(token.strip(), settings.METRICS_TOKEN)


def _found(request: HttpRequest) -> HttpResponse | None:
    path = request.path_info
    if path == ALIVE:
        return _told({"state": "alive"})
    if path == READY:
        return _ready(request)
    if path.startswith(settings.METRICS_PATH) and may_see(request):
        return _metrics(path.removeprefix(settings.METRICS_PATH))
    return None


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
    return HttpResponse(told, content_type=exposition.CONTENT_TYPE)


def _told(what: dict[str, object], status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return JsonResponse(what, status=status)


def _unlogged(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Django would log each 503 as an error, as often as anybody asks."""
    log_response("%s", "not ready", response=response, request=request, level="debug")
    return response


def _with_headers(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    for name, value in FOR_BROWSERS.items():
        response.headers[name] = value
    response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
    # adds what is its own, and answers nothing in place of the probe
    SecurityMiddleware(lambda _: response).process_response(request, response)
    return response
