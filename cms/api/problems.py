"""What went wrong, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from django.http import HttpResponse
from ninja import Field, Schema

CONTENT_TYPE: Final = "application/problem+json"


class Complaint(Schema):
    """What is wrong with one parameter."""

    parameter: str
    detail: str


class Problem(Schema):
    """An error (RFC 9457). `type` is always `about:blank`: the status says what kind of problem it is."""

    type: str = "about:blank"
    title: str = Field(description="The name of the status.")
    status: int
    detail: str = Field(description="What is wrong this time, in English.")
    errors: list[Complaint] = Field(description="One for each parameter that is wrong.")


class Refused(Exception):
    """The request is not answered as it was meant."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status: Final = status
        self.detail: Final = detail


def problem(status: HTTPStatus, detail: str, errors: Sequence[Complaint] = ()) -> HttpResponse:
    body = Problem(title=status.phrase, status=status.value, detail=detail, errors=list(errors))
    return HttpResponse(body.model_dump_json(), status=status, content_type=CONTENT_TYPE)
