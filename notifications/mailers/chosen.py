"""The mailer for the mail backend that the settings name."""

import logging
from dataclasses import dataclass
from threading import local
from typing import Final

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from notifications.mailers.django_backend import DjangoMailer
from notifications.mailers.port import Mailer
from notifications.mailers.smtp import SmtpMailer

_DEPENDS_ON: Final = (
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_HOST_USER",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_USE_TLS",
    "EMAIL_USE_SSL",
    "EMAIL_SSL_CERTFILE",
    "EMAIL_SSL_KEYFILE",
    "EMAIL_TIMEOUT",
    "EMAIL_FILE_PATH",
    "ANYMAIL",
    "MAIL_CONNECTIONS",
    "MAIL_BATCH",
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Chosen:
    mailer: Mailer
    settings: str


_of_this_thread: Final = local()


def mailer() -> Mailer:
    """The same from call to call in each thread, with its connections, until the settings that it depends on change."""
    now = repr([getattr(settings, name, None) for name in _DEPENDS_ON])
    chosen = _current()
    if chosen is None or chosen.settings != now:
        close()
        chosen = _of_this_thread.chosen = _Chosen(_made(), now)
    return chosen.mailer


def close() -> None:
    """End this thread's connections; sending opens them again."""
    chosen = _current()
    if chosen is not None:
        chosen.mailer.close()


def _current() -> _Chosen | None:
    chosen: _Chosen | None = getattr(_of_this_thread, "chosen", None)
    return chosen


def _made() -> Mailer:
    path = settings.EMAIL_BACKEND
    if path.startswith("anymail."):
        from notifications.mailers.anymail import AnymailMailer

        return AnymailMailer()
    backend: object = import_string(path)
    if isinstance(backend, type) and issubclass(backend, EmailBackend):
        return SmtpMailer(backend, connections=settings.MAIL_CONNECTIONS)
    return DjangoMailer()
