"""What scripts of any other site may read: it is public, and does not depend on who asks (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from django.http.response import HttpResponseBase

PREFIX = "Access-Control-"


def open_to_all[R: HttpResponseBase](response: R) -> R:
    response.headers[f"{PREFIX}Allow-Origin"] = "*"
    response.headers[f"{PREFIX}Expose-Headers"] = "ETag, Last-Modified"
    return response
