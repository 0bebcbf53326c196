"""What a task does: it renders one recipient's mail and sends it. To be imported when Django is set up."""

import threading
from typing import Final
from uuid import UUID

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from tests.benchmarks import ours

BACKEND: Final = "django.core.mail.backends.smtp.EmailBackend"


class _Own(threading.local):
    backend: BaseEmailBackend | None = None


_own: Final = _Own()


def deliver(subscription_id: str, address: str) -> None:
    """The connection stays open between tasks: each thread and process has one. Most programs open one for each mail."""
    if _own.backend is None:
        _own.backend = get_connection(BACKEND)
        _own.backend.open()
    ours.letter(UUID(subscription_id), address, _own.backend).send()
