"""Sends requests that no browser makes, and keeps what went wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.test import Client

from tests.integration.attacks.broken import Body

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

MOST_SECONDS: Final = 2.0
"""Of processor time for one answer: twenty times what the slowest page takes, and far less than what backtracking would."""


@dataclass
class Attack:
    """Sends requests and keeps what went wrong, so that all of it is seen at once."""

    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    most_seconds: float = MOST_SECONDS
    wrong: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    def send(
        self, method: str, path: str, body: Body | None = None, *, query: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        path, _, own = path.partition("?")
        both = "&".join(part for part in (own, query) if part)
        content, kind = (b"", "text/plain") if body is None else (body.content, body.kind)
        began = time.process_time()
        extra: Mapping[str, Any] = {"QUERY_STRING": both, **(body.headers if body else {}), **_as_wsgi(headers)}
        answer = self.client.generic(method, path, content, kind, **extra)
        content = b"".join(answer) if answer.streaming else answer.content
        taken = time.process_time() - began
        self.sent += 1
        name = f"{method[:10]} {path[:200]} ?{query[:200]} {str(body)[:200]} {str(headers)[:200]}"
        if answer.status_code >= 500:
            self.wrong[name] = f"{answer.status_code}: {getattr(answer, 'exc_info', None)}"
        elif taken > self.most_seconds:
            self.wrong[name] = f"{taken:.1f} s"
        elif b"Traceback (most recent call last)" in content or "X-Evil" in answer.headers:
            self.wrong[name] = f"{answer.status_code}: {content[:500]!r}"
        return answer


def _as_wsgi(headers: Mapping[str, str]) -> dict[str, str]:
    own = {"Content-Type": "CONTENT_TYPE", "Content-Length": "CONTENT_LENGTH"}
    return {own.get(name, f"HTTP_{name.upper().replace('-', '_')}"): value for name, value in headers.items()}
