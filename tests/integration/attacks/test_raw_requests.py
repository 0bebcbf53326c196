"""What no HTTP client sends, over a socket to a real gunicorn: it answers or hangs up, and goes on for all others."""

from __future__ import annotations

import gzip
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.integration.cms.factories import make_job

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ROOT: Final = Path(__file__).parents[3]
PATIENCE: Final = 120.0
HOST: Final = b"Host: localhost\r\n"
FORM: Final = b"Content-Type: application/x-www-form-urlencoded\r\n"
FOLLOW: Final = b"POST /jobs/baker/subscribe/ HTTP/1.1\r\n" + HOST + FORM
ASK: Final = b"GET /jobs/baker/ HTTP/1.1\r\n" + HOST


def ask(path: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"


REQUESTS: Final = {
    "nothing": b"",
    "an empty line": b"\r\n" * 100,
    "no version": b"GET /jobs/\r\n\r\n",
    "version 0.9": b"GET /jobs/ HTTP/0.9\r\n\r\n",
    "version 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "version 9.9": b"GET /jobs/ HTTP/9.9\r\n" + HOST + b"\r\n",
    "no host": b"GET /jobs/ HTTP/1.1\r\n\r\n",
    "version 1.0 without host": b"GET /jobs/ HTTP/1.0\r\n\r\n",
    "two hosts": ASK + b"Host: evil.example\r\n\r\n",
    "a host with a line break": b"GET / HTTP/1.1\r\nHost: localhost\r\n evil.example\r\n\r\n",
    "another host in the address": b"GET http://evil.example/jobs/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address of no web": b"GET gopher://localhost/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "the server itself": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT localhost:25 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method in small letters": b"get /jobs/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an unknown method": b"BAKE /jobs/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "a long method": b"A" * 10_000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method of signs": b"\xff\x00 / HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in the path": ask(b"/jobs/\0baker/"),
    "NUL in the path, encoded": ask(b"/jobs/%00/"),
    "any bytes in the path": ask(b"/jobs/\xff\xfe\x80/?q=\xff"),
    "invalid UTF-8": ask(b"/jobs/%ff%fe/?q=%ff%fe"),
    "an overlong encoding": ask(b"/%c0%ae%c0%ae/%c0%afetc/passwd"),
    "half a surrogate pair": ask(b"/jobs/%ed%a0%80/?q=%ed%a0%80"),
    "percent signs": ask(b"/%/%%/%zz/?%=%&%zz"),
    "spaces in the path": ask(b"/jobs/ /x y/"),
    "dots": ask(b"/../../../../etc/passwd"),
    "backslashes": ask(b"/\\..\\..\\x"),
    "two slashes": ask(b"//evil.example/%2f.."),
    "a fragment": ask(b"/jobs/#x?y#z"),
    "static files outside": ask(b"/static/../../manage.py"),
    "static files outside, encoded": ask(b"/static/%2e%2e/%2e%2e/manage.py"),
    "a static file of any bytes": ask(b"/static/%00%ff"),
    "a long address": ask(b"/jobs/?q=" + b"a" * 100_000),
    "a long path": ask(b"/" + b"a" * 3_900),
    "a long number": ask(b"/jobs/?page=" + b"9" * 3_900),
    "many headers": ASK + b"".join(b"X-%d: 1\r\n" % number for number in range(1_000)) + b"\r\n",
    "a long header": ASK + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
    "a header without a colon": ASK + b"nonsense\r\n\r\n",
    "a header without a name": ASK + b": nonsense\r\n\r\n",
    "a header with a space before its colon": ASK + b"Content-Length : 5\r\n\r\nabcde",
    "a folded header": ASK + b"X: a\r\n\tb\r\n\r\n",
    "NUL in a header": ASK + b"X: a\0b\r\n\r\n",
    "any bytes in headers": ASK + b"Accept-Language: \xff\xfe\r\nCookie: \xff=\xff\r\nReferer: \xff\r\n\r\n",
    "a line that ends too soon": ASK + b"X: a\rb\nY: c\r\n\r\n",
    "lines that end as on Unix": b"GET /jobs/ HTTP/1.1\nHost: localhost\n\n",
    "names with underscores": ASK + b"X_Forwarded_Proto: https\r\nContent_Length: 5\r\n\r\n",
    "two lengths": FOLLOW + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\naddress=a",
    "a length with a sign": FOLLOW + b"Content-Length: +9\r\n\r\naddress=a",
    "a length below zero": FOLLOW + b"Content-Length: -1\r\n\r\naddress=a",
    "a length in hexadecimal": FOLLOW + b"Content-Length: 0x9\r\n\r\naddress=a",
    "a length that is no number": FOLLOW + b"Content-Length: nine\r\n\r\naddress=a",
    "a length of many digits": FOLLOW + b"Content-Length: " + b"9" * 200 + b"\r\n\r\naddress=a",
    "a length of more digits than are read": FOLLOW + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\naddress=a",
    "a length that is not kept": FOLLOW + b"Content-Length: 1000\r\n\r\naddress=a",
    "a length that is too short": FOLLOW + b"Content-Length: 3\r\n\r\naddress=ana@example.org",
    "no length": FOLLOW + b"\r\naddress=a",
    "a length and chunks": FOLLOW
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
    "chunks twice": FOLLOW + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "chunks of no size": FOLLOW + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "chunks below zero": FOLLOW + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
    "a huge chunk": FOLLOW + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
    "chunks that end too soon": FOLLOW + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "chunks with extensions": FOLLOW
    + b'Transfer-Encoding: chunked\r\n\r\n9;x="\xff"\r\naddress=a\r\n0\r\nX: y\r\n\r\n',
    "another coding": FOLLOW + b"Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "an unknown coding": FOLLOW + b"Transfer-Encoding: \xffchunked\r\n\r\n0\r\n\r\n",
    "a compressed form": FOLLOW
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(gzip.compress(b"address=a"))
    + gzip.compress(b"address=a"),
    "multipart that ends too soon": b"POST /jobs/baker/subscribe/ HTTP/1.1\r\n"
    + HOST
    + b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9999\r\n\r\n"
    + b'--b\r\nContent-Disposition: form-data; name="address"\r\n\r\na',
    "a body that is asked for first": FOLLOW + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\naddress=a",
    "another expectation": FOLLOW + b"Content-Length: 9\r\nExpect: 200-maybe\r\n\r\naddress=a",
    "a body of a question": ASK + b"Content-Length: 9\r\n\r\naddress=a",
    "another protocol": ASK
    + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    "a greeting of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2,
    "a greeting of SMTP": b"EHLO localhost\r\nMAIL FROM:<a@example.org>\r\n",
    "the protocol of proxies": b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + ASK + b"\r\n",
    "any bytes": bytes(range(256)) * 100,
    "half a request": ASK[:-10],
    "requests in a row": ASK + b"\r\n" + b"GET / HTTP/1.1\r\n" + HOST + b"\r\n" + b"BAKE",
}


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    log: Path

    def send(self, request: bytes) -> bytes:
        """All that it answers until it hangs up, which it does at the latest when this side has said its last."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            answer = b""
            try:
                line.sendall(request)
                line.shutdown(socket.SHUT_WR)
                while received := line.recv(65_536):
                    answer += received
            except (ConnectionError, TimeoutError) as stopped:
                answer += b"Nothing came for too long" if isinstance(stopped, TimeoutError) else b""
        return answer


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Server]:
    """On a copy of the database of the tests, with a posting in it."""
    folder = tmp_path_factory.mktemp("gunicorn")
    database, log = folder / "board.sqlite3", folder / "log"
    with django_db_blocker.unblock(), transaction.atomic():
        make_job()
        database.write_bytes(connection.connection.serialize())
        transaction.set_rollback(True)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "TEST_DATABASE_URL": f"sqlite:///{database}",
    }
    command = "gunicorn config.wsgi --bind 127.0.0.1:0 --workers 1 --threads 4 --timeout 100 --graceful-timeout 1"
    with (
        log.open("wb") as written,
        subprocess.Popen(
            [sys.executable, "-m", *command.split()], cwd=ROOT / "site", env=environment, stdout=written, stderr=written
        ) as process,
    ):
        try:
            running = Server(_port(log, process), log)
            assert running.send(ask(b"/jobs/baker/")).startswith(b"HTTP/1.1 200 "), log.read_text()
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def _port(log: Path, process: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + PATIENCE
    while (found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", log.read_text())) is None:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)  # until the next look
    return int(found[1])


def test_whatever_comes_over_the_line_is_answered_or_hung_up_on(server: Server) -> None:
    wrong: dict[str, str] = {}
    for name, request in REQUESTS.items():
        answer = server.send(request)
        for status in re.findall(rb"^HTTP/1\.[01] (\d{3})", answer, re.MULTILINE):
            if status >= b"500" and status not in {b"501", b"505"}:
                wrong[name] = answer[:500].decode("latin-1")
        if b"Traceback" in answer or b"Nothing came for too long" in answer:
            wrong[name] = answer[:500].decode("latin-1")
    assert wrong == {}
    assert server.send(ask(b"/jobs/baker/")).startswith(b"HTTP/1.1 200 ")
    log = server.log.read_text()
    assert "Internal Server Error" not in log
    assert "WORKER TIMEOUT" not in log


def test_no_second_request_is_smuggled_in_the_body_of_another(server: Server) -> None:
    """A proxy and the board must agree where a request ends (RFC 9112 §6.3)."""
    for name in ("a length and chunks", "two lengths", "a length with a sign", "chunks twice", "an unknown coding"):
        answers = server.send(REQUESTS[name]).count(b"HTTP/1.1 ")
        assert answers <= 1, name


def test_those_who_say_nothing_keep_nobody_waiting(server: Server) -> None:
    """A line is open and idle, another is in the middle of a request; a third one is answered all the same."""
    address = ("127.0.0.1", server.port)
    with socket.create_connection(address), socket.create_connection(address) as half:
        half.sendall(FOLLOW + b"Content-Length: 1000\r\n\r\naddress=")
        assert server.send(ask(b"/jobs/baker/")).startswith(b"HTTP/1.1 200 ")
