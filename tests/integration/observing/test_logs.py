"""Log lines: in one form, with the ids of the request, without what is nobody's business."""

from __future__ import annotations

import logging
import re
import sys
import threading
from http import HTTPStatus
from typing import NoReturn
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from adapters.observing import ids
from adapters.observing.logs import formatter, log_what_nobody_catches
from config import urls
from tests.integration.observing.lines import written
from tests.unit.test_masking import TOKEN

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def broken(_request: HttpRequest, token: str) -> NoReturn:
    raise RuntimeError(f"ana@example.org has {token}")


def fine(_request: HttpRequest) -> HttpResponse:
    logging.getLogger("elsewhere").info("Read %d of %s", 7, "x", extra={"delivery_id": 12})
    return HttpResponse()


urlpatterns = [
    path("broken/<str:token>/", broken, name="broken"),
    path("fine/", fine, name="fine"),
    *urls.urlpatterns,
]


@pytest.fixture(autouse=True)
def _addresses(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = __name__


def test_a_line_of_any_library_is_json_and_bears_the_id_of_the_request(client: Client) -> None:
    with written() as lines:
        answer = client.get("/fine/")
    (line,) = lines.all("Read 7 of x")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["level"], line["logger"], line["delivery_id"]) == ("info", "elsewhere", 12)


def test_what_goes_wrong_is_told_by_its_route_without_token_address_or_query(client: Client) -> None:
    client.raise_request_exception = False
    with written() as lines:
        answer = client.get(f"/broken/{TOKEN}/?q=nurse")
        client.get(f"/nowhere/{TOKEN}/ana@example.org/?q=nurse")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    (error,) = lines.all("Internal Server Error: broken")
    assert error["request_id"] == answer.headers["X-Request-ID"]
    assert "RuntimeError" in str(error["exception"])
    (missing,) = lines.all("Not Found: none")
    assert missing["request_id"]
    for secret in (TOKEN, TOKEN[-20:], "example.org", "nurse"):
        assert secret not in lines.text


def test_requests_that_may_change_something_have_a_line_and_others_only_if_that_is_wanted(
    client: Client, settings: LazySettings
) -> None:
    with written() as lines:
        client.get("/fine/")
        client.post("/fine/?q=nurse", {"address": "ana@example.org"})
    (line,) = lines.all("request")
    assert (line["method"], line["route"], line["status"], line["queries"]) == ("POST", "fine", 200, 0)
    settings.LOG_REQUESTS = "all"
    with written() as lines:
        client.get("/fine/")
    assert len(lines.all("request")) == 1
    settings.LOG_REQUESTS = "none"
    with written() as lines:
        client.post("/fine/")
    assert not lines.all("request")


def test_ids_end_with_what_they_belong_to() -> None:
    with ids.bound(request_id="one"), ids.bound(event_id="two", batch_id=None):
        assert ids.present() == {"request_id": "one", "event_id": "two"}
    assert not ids.present()


def test_a_line_for_people_has_the_same_and_is_masked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter("line"))
    logger = logging.getLogger("board.for_people")
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "propagate", False)
    with ids.bound(event_id="e1"):
        try:
            raise ValueError("ana@example.org")
        except ValueError:
            logger.exception("Read %s", "ben@example.org", extra={"batch_id": 3})
    said = capsys.readouterr().err
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d{4} ERROR ", said)
    assert " ERROR board.for_people: Read … event_id=e1 batch_id=3\nTraceback" in said
    assert said.endswith("ValueError: …\n")


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("0123-abcdEF", True),
        ("short", False),
        (str(UUID(int=7, version=4)), True),
        ("1a" * 20, False),
        ("x\u00e9y$" * 3, False),
    ],
)
def test_the_id_of_a_trusted_proxy_is_kept_if_nothing_strange_is_in_it(
    client: Client, settings: LazySettings, given: str, is_kept: bool
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1/32"]
    with written() as lines:
        answer = client.get("/fine/", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is is_kept
    (line,) = lines.all("Read 7 of x")
    assert line["request_id"] == answer.headers["X-Request-ID"]


def test_nobody_else_chooses_an_id(client: Client) -> None:
    answer = client.get("/fine/", headers={"X-Request-ID": "0123-abcdEF"})
    assert len(answer.headers["X-Request-ID"]) == 32
    assert answer.headers["X-Request-ID"] != "0123-abcdEF"


def test_what_nobody_catches_is_a_line_like_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    log_what_nobody_catches()
    with written() as lines:
        thread = threading.Thread(target=lambda: broken(HttpRequest(), TOKEN), name="mail")
        thread.start()
        thread.join()
        try:
            broken(HttpRequest(), TOKEN)
        except RuntimeError as error:
            sys.excepthook(RuntimeError, error, error.__traceback__)
    assert [line["level"] for line in lines.all()] == ["error", "critical"]
    assert all("RuntimeError: … has …" in str(line["exception"]) for line in lines.all())


def test_the_developers_server_does_not_say_what_was_searched_for() -> None:
    with written() as lines:
        logging.getLogger("django.server").info('"%s" %s %s', "GET /jobs/?q=nurse HTTP/1.1", "200", "5")
    assert [line["event"] for line in lines.all()] == ['"GET /jobs/ HTTP/1.1" 200 5']
