"""What the proxies of docs/deploy say by themselves, and what they let through.

In place of the board stands one that answers with what it was asked.
"""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final, override
from uuid import uuid4

import pytest

from tests.chaos.processes import until
from tests.integration.deploying.fresh import DEPLOY, HOST, Server, listens, program
from tests.integration.deploying.visitor import Answer, announced, fetch

pytestmark = [pytest.mark.integration, pytest.mark.any_database]

MEGABYTE: Final = 1_000_000
OF_THE_BOARD: Final = {
    "Content-Security-Policy": "default-src 'self'",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=60",
    "X-Content-Type-Options": "nosniff",
}


class _Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        heard = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        for name, value in (OF_THE_BOARD | {"Content-Length": str(len(heard))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(heard)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Not a word."""


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def alone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Nothing listens behind it."""
    name: str = request.param
    program(name)
    server = Server(tmp_path_factory.mktemp("srv-board"), mail_port=0)
    pictures = server.folder / "data" / "media" / "images"
    pictures.mkdir(parents=True)
    (pictures / "team.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with server.behind(name):
        until(lambda: listens(server.https_port), f"{name} listens")
        yield server


@pytest.fixture
def before_a_board(alone: Server) -> Iterator[Server]:
    with ThreadingHTTPServer(("127.0.0.1", alone.web_port), _Echo) as board:
        thread = Thread(target=board.serve_forever)
        thread.start()
        yield alone
        board.shutdown()
        thread.join()


def assert_told(answer: Answer) -> None:
    headers = answer.headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    (policy,) = headers.get_all("Content-Security-Policy") or [""]
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))


def test_what_the_proxy_answers_by_itself_tells_browsers_as_much_as_the_board(alone: Server) -> None:
    answers = {
        "/media/images/team.png": 200,
        "/media/images/nothing.png": 404,
        "/media/documents/contract.pdf": 404,
        "/metrics": 404,
        "/en/jobs/": 502,
    }
    for path, status in answers.items():
        answer = fetch(alone, path)
        assert answer.status == status, path
        assert_told(answer)


def test_a_refusal_of_a_large_body_does_too(before_a_board: Server) -> None:
    answer = announced(before_a_board, "/en/jobs/", octets=28 * MEGABYTE)
    assert answer.status == 413
    assert_told(answer)


def test_pictures_are_kept_for_a_year_and_what_is_none_is_not(alone: Server) -> None:
    assert "immutable" in fetch(alone, "/media/images/team.png").headers["Cache-Control"]
    assert "Cache-Control" not in fetch(alone, "/media/images/nothing.png").headers


def test_what_the_board_says_is_passed_on_once_and_as_it_is(before_a_board: Server) -> None:
    answer = fetch(before_a_board, "/en/jobs/")
    assert answer.status == 200
    assert {name: answer.headers.get_all(name) for name in OF_THE_BOARD} == {
        name: [value] for name, value in OF_THE_BOARD.items()
    }


def test_no_client_chooses_the_id_of_its_request_or_the_trace_that_it_belongs_to(before_a_board: Server) -> None:
    chosen = {
        "X-Request-ID": uuid4().hex,
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate": "a=b",
    }
    first, second = (json.loads(fetch(before_a_board, "/en/jobs/", headers=chosen).body) for _ in range(2))
    for heard in (first, second):
        assert re.fullmatch("[A-Za-z0-9-]{8,64}", heard["x-request-id"])
        assert heard["x-request-id"] != chosen["X-Request-ID"]
        assert not {"traceparent", "tracestate"} & set(heard)
        assert heard["host"] == HOST
    assert first["x-request-id"] != second["x-request-id"]


def test_that_of_containers_is_no_other() -> None:
    """But for where things are, and the words of Caddy 2.7 for what Debian's is told in others."""
    one, other = (
        (DEPLOY / name).read_text().partition("\n")[2].replace(*differing)
        for name, differing in {
            "Caddyfile": (HOST, "{$BOARD_HOST}"),
            "Caddyfile.compose": ("web:8000", "127.0.0.1:8000"),
        }.items()
    )
    assert (
        re.sub(r"\t*# \(Caddy of Debian.*\n\t*buffer_requests\n(\t*)max_buffer_size", r"\1request_buffers", one)
        == other
    )
