"""The catalogue of events, made from the event types, their docstrings and the handlers that are connected."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Final, get_args

from adapters import signals
from adapters.codec import EVENT_TYPES, FORMAT_VERSION
from adapters.signals import EventSignal
from jobs_domain.events import AnyEvent

INTRODUCTION: Final = f"""\
# Events

What can happen on the board, what raises it, when it is *not* sent, and who listens. Made by `manage.py events`; the tests fail if this
file is stale.

Each event is written to the outbox in the transaction of the state that it tells of, and brought to its handlers by the worker: to each by
itself, at least once. Handlers are idempotent by `event.event_id`. The stored format is version {FORMAT_VERSION}.
"""


def signals_by_event() -> dict[str, tuple[str, EventSignal[AnyEvent]]]:
    """For an event's name: the name of its signal and the signal."""
    named = {name: value for name, value in vars(signals).items() if isinstance(value, EventSignal)}
    return {signal.event_type.__name__: (name, signal) for name, signal in named.items()}


def render() -> str:
    """The whole catalogue as Markdown."""
    by_event = signals_by_event()
    parts = [INTRODUCTION, "\n".join(_diagram(by_event))]
    parts.extend("\n".join(_section(name, event, *by_event[name])) for name, event in EVENT_TYPES.items())
    return "\n".join(parts)


def _diagram(by_event: dict[str, tuple[str, EventSignal[AnyEvent]]]) -> Iterator[str]:
    yield "```mermaid"
    yield "flowchart LR"
    for event, (name, signal) in by_event.items():
        yield f"    {event}([{event}]) --> {name}{{{{{name}}}}}"
        for uid in signal.listeners:
            yield f"    {name} --> {uid.replace('.', '_')}[{uid}]"
    yield "```"
    yield ""


def _section(name: str, event: type[AnyEvent], signal_name: str, signal: EventSignal[AnyEvent]) -> Iterator[str]:
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(event.__doc__ or ""))
    yield f"## {name}"
    yield ""
    for paragraph in paragraphs:
        for line in re.sub(r"\n(?!Raised by:|Not sent:)", " ", paragraph).splitlines():
            term, colon, rest = line.partition(": ")
            yield f"- **{term}**{colon}{rest}" if term in {"Raised by", "Not sent"} else line
        yield ""
    yield "| field | type |"
    yield "|---|---|"
    for field in fields(event):
        yield f"| `{field.name}` | `{_type_name(field.type)}` |"
    yield ""
    yield f"Signal: `adapters.signals.{signal_name}`. Listeners:"
    yield ""
    if not signal.listeners:
        yield "- nobody"
    for listener in signal.listeners.values():
        yield f"- `{listener.uid}`: {listener.why}"
    yield ""


def _type_name(hint: object) -> str:
    if isinstance(hint, type) and not get_args(hint):
        return hint.__name__
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(hint)).replace("|", "\\|")
