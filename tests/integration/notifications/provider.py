"""A mail provider's HTTP interface on this machine: Mailgun's, as its documentation describes it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Final, Self, override
from urllib.parse import parse_qs

PATH: Final = "/v3/board.example.org/messages"


@dataclass(frozen=True, slots=True)
class Call:
    """What it was given. `variables` are those of each recipient."""

    fields: dict[str, list[str]]
    variables: dict[str, dict[str, str]]

    @property
    def recipients(self) -> list[str]:
        return self.fields["to"]

    def filled(self, name: str, recipient: str) -> str:
        """The field as that recipient gets it."""
        (text,) = self.fields[name]
        for variable, value in self.variables.get(recipient, {}).items():
            text = text.replace(f"%recipient.{variable}%", value)
        return text


@dataclass
class Provider:
    """`status` (and `body`) are what it answers; one that `hangs` does so only when it ends.

    Refuses a call as a whole if one of its recipients is in `refused`, as Mailgun does with addresses that cannot be."""

    refused: set[str] = field(default_factory=set)
    status: int = 200
    body: str | None = None
    calls: list[Call] = field(default_factory=list)
    tried: int = 0
    hangs: bool = False
    ended: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v3"

    def recipients(self) -> Counter[str]:
        return Counter(recipient for call in self.calls for recipient in call.recipients)

    def answer(self, path: str, content: str) -> tuple[int, str]:
        self.tried += 1
        if self.hangs:
            self.ended.wait()
        fields = parse_qs(content, keep_blank_values=True)
        variables = json.loads(fields.get("recipient-variables", ["{}"])[0])
        if self.status != HTTPStatus.OK:
            return self.status, self.body or json.dumps({"message": f"No, says {fields['to'][0]}'s provider"})
        if path != PATH:
            return 404, "{}"
        if self.refused & set(fields["to"]):
            return 400, json.dumps({"message": "to parameter is not a valid address. please check documentation"})
        self.calls.append(Call(fields, variables))
        return 200, self.body or json.dumps({"id": "<1@mailgun.test>", "message": "Queued. Thank you."})

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, body = provider.answer(self.path, content)
                if provider.ended.is_set():
                    return
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            @override
            def log_message(self, format: str, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
