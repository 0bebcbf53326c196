"""Somebody who comes through the proxy, under the board's name and by TLS, from an address of the loopback network."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, override
from urllib.parse import urlencode

from tests.integration.deploying.fresh import HOST, START_SECONDS, Server

ESTABLISHED: Final = "01"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class _Connection(http.client.HTTPSConnection):
    """Reaches the proxy on this machine under the board's name."""

    def __init__(self, server: Server, client: str, patience: float = START_SECONDS) -> None:
        self._context_of_test = ssl.create_default_context(cafile=server.folder / "fullchain.pem")
        self._client = client
        self._patience = patience
        super().__init__("127.0.0.1", server.https_port)

    @override
    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), self._patience, source_address=(self._client, 0))
        self.sock = self._context_of_test.wrap_socket(plain, server_hostname=HOST)


def fetch(
    server: Server,
    path: str,
    form: Mapping[str, str] | None = None,
    *,
    client: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    patience: float = START_SECONDS,
) -> Answer:
    """As a browser at this address of the loopback network."""
    connection = _Connection(server, client, patience)
    sent = {"Host": HOST, "Origin": f"https://{HOST}"} | dict(headers or {})
    if form is not None:
        body, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    try:
        connection.request("GET" if body is None else "POST", path, body, sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def announced(server: Server, path: str, *, octets: int) -> Answer:
    """The answer to a body that is said to be so long, before any of it is sent."""
    connection = _Connection(server, "127.0.0.1")
    try:
        connection.putrequest("POST", path, skip_host=True)
        for name, value in (("Host", HOST), ("Content-Length", str(octets))):
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@contextmanager
def slow(server: Server, path: str, *, octets: int = 40, of_them: int = 11) -> Iterator[None]:
    """Somebody who has begun to send a form, and stays in the middle of it."""
    connection = _Connection(server, "127.0.0.1")
    connection.putrequest("POST", path, skip_host=True)
    for name, value in (
        ("Host", HOST),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", str(octets)),
    ):
        connection.putheader(name, value)
    connection.endheaders(b"address=ana".ljust(of_them, b"a"))
    try:
        yield
    finally:
        connection.close()


def taken_in(server: Server) -> int:
    """How many visitors the proxy has at this moment of whom it has read all that they have sent (proc_net_tcp(5))."""
    port = f":{server.https_port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    queues = {
        side: [row[4].split(":") for row in rows if row[3] == ESTABLISHED and row[number].endswith(port)]
        for number, side in ((1, "proxy"), (2, "visitors"))
    }
    unread = [received for _, received in queues["proxy"]] + [unsent for unsent, _ in queues["visitors"]]
    return 0 if any(int(octets, 16) for octets in unread) else len(queues["proxy"])


def inside(server: Server, path: str, **headers: str) -> int:
    """The answer of the web processes themselves, as whoever is on the machine asks them; 0 if nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.web_port, timeout=START_SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
