"""Forms of the public pages are protected without a cookie: by where the browser says that the request comes from."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from adapters import hourly
from adapters.hourly import Counted


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser sent this request on behalf of another site.

    All current browsers say so in `Sec-Fetch-Site` (W3C Fetch Metadata §2.3), older ones in `Origin` (RFC 6454 §7). A client that
    sends neither is no browser and carries nobody's authority.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        sender = urlsplit(origin)
    except ValueError:
        return True
    return (sender.scheme, sender.netloc) != (request.scheme, request.get_host())


def forbidden(request: HttpRequest) -> HttpResponse:
    hourly.count(Counted.FROM_ELSEWHERE)
    return render(request, "adapters/forbidden_origin.html", status=HTTPStatus.FORBIDDEN)
