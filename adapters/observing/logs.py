"""How log lines look: for machines (JSON), or for people.

Everybody logs by Python's own `logging`; structlog only writes the lines, so that those of Django and of libraries look the same. Each
bears the ids of `ids.py`, and what is given as `extra`.
"""

import logging
import re
import sys
import threading
from collections.abc import Mapping, MutableMapping
from functools import partial
from types import TracebackType
from typing import Final, Literal

from django.http import HttpRequest
from structlog.processors import ExceptionRenderer, JSONRenderer, StackInfoRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.types import EventDict, Processor, WrappedLogger

from adapters.observing import ids, tracing
from adapters.observing.masking import masked
from adapters.observing.routes import route_of

logger = logging.getLogger(__name__)

type Format = Literal["json", "line"]

DEVELOPERS_SERVER: Final = "django.server"
"""Its lines are those of an access log. Gunicorn has none of ours."""
_QUERY: Final = re.compile(r"\?\S*")
OWN: Final = frozenset({"timestamp", "level", "logger", "event", "exception", "stack"})
"""What a line for people shows by itself."""
_NOT_OURS: Final = ("request", "response", "status_code", "server_time", "taskName", "message", "asctime")
"""What Django and Python add to a record: objects, and what stands there anyhow. And what other handlers do."""


def _without_path(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Django names the path of a request that went wrong, in which there may be a token: the name of its route says what it was."""
    record, said = line["_record"], line.pop("positional_args", ())
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        line.setdefault("request_id", request.META.get(ids.OF_REQUEST, ""))
        if said and isinstance(said, tuple) and line["logger"].startswith("django."):  # its last part
            line["event"] = str(record.msg) % (*said[:-1], route_of(request))
    elif line["logger"] == DEVELOPERS_SERVER:
        line["event"] = _QUERY.sub("", line["event"])
    for name in _NOT_OURS:
        line.pop(name, None)
    return line


def _with_ids(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    line.update(ids.present())
    return line


def _with_trace(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    trace_id = tracing.trace_id()
    if trace_id:
        line["trace_id"] = trace_id
    return line


def _for_people(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    """The usual line, the ids behind it, and what was going on below."""
    beside = "".join(f" {name}={value}" for name, value in line.items() if name not in OWN)
    below = "".join(f"\n{line[name]}" for name in ("stack", "exception") if line.get(name))
    return f"{line['timestamp']} {str(line['level']).upper()} {line['logger']}: {line['event']}{beside}{below}"


def _masked(_logger: WrappedLogger, _method: str, line: str | bytes | MutableMapping[str, object]) -> str:
    return masked(str(line))


_BEFORE: Final[tuple[Processor, ...]] = (
    _with_ids,
    add_log_level,
    add_logger_name,
    ExtraAdder(),
    _without_path,
    _with_trace,
    StackInfoRenderer(),
    ExceptionRenderer(),
)
_LAST: Final[Mapping[Format, tuple[Processor, ...]]] = {
    "json": (TimeStamper(fmt="iso", utc=True), JSONRenderer(ensure_ascii=False, default=str)),
    "line": (TimeStamper(fmt="%Y-%m-%d %H:%M:%S%z", utc=False), _for_people),
}


def formatter(kind: Format) -> logging.Formatter:
    """For `LOGGING` in the settings."""
    return ProcessorFormatter(
        foreign_pre_chain=list(_BEFORE),
        pass_foreign_args=True,
        processors=[ProcessorFormatter.remove_processors_meta, *_LAST[kind], _masked],
    )


def log_what_nobody_catches() -> None:
    """Python itself would write it past the form, and past what masks addresses."""

    def in_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logger.critical("The process ends: nobody caught what went wrong", exc_info=(kind, error, trace))

    def in_thread(of: threading.ExceptHookArgs) -> None:
        name = "" if of.thread is None else of.thread.name
        if of.exc_value is not None:
            trace = (of.exc_type, of.exc_value, of.exc_traceback)
            logger.error("The thread ends: nobody caught what went wrong", exc_info=trace, extra={"of_thread": name})

    sys.excepthook = in_process
    threading.excepthook = in_thread


def logging_in(kind: Format, *, level: str) -> dict[str, object]:
    """Django's `LOGGING`: all lines go to standard error, in one form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"board": {"()": partial(formatter, kind)}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "board"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would write past the form, and past what masks addresses
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # a line for every page that Wagtail indexes is too much
            "django_tasks": {"level": "WARNING"},
            "django_tasks_db": {"level": "WARNING"},
            "django.tasks": {"level": "WARNING"},
            # the board has its own words for these: `board.security`, which name nobody
            "axes": {"level": "CRITICAL"},
            # and one for every step of a conversation with the demo's mail server
            "mail.log": {"level": "WARNING"},
        },
    }
