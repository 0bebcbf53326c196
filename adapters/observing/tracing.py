"""Traces by OpenTelemetry, if it is installed (the extra `otel`) and the standard variables ask for it (`OTEL_…`); else nothing at all.

A trace goes from the request by the outbox to the listeners of its events. A batch of mails may be due to several of them, and is sent
much later: it is a trace of its own with a link (https://opentelemetry.io/docs/concepts/signals/traces/#span-links). No span has an
address, a path or a word in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from adapters.observing import ids

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanContext, Tracer

NAME: Final = "board"
ASKED_FOR_BY: Final = ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
LONGEST: Final = 55
"""Characters of a `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header)."""

type Attributes = Mapping[str, str | int]


class _Chosen:
    """The tracer of this process; none unless traces are wanted."""

    tracer: Tracer | None = None


def is_wanted() -> bool:
    asked = any(os.environ.get(name, "none") not in {"", "none"} for name in ASKED_FOR_BY)
    return (
        asked
        and os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true"
        and os.environ.get(ASKED_FOR_BY[0]) != "none"
    )


def start() -> None:
    """Called once, when the board starts. What is exported where, and how much of it, is for OpenTelemetry's own variables to say."""
    if not is_wanted():
        return
    if find_spec("opentelemetry.sdk") is None or find_spec("opentelemetry.exporter") is None:
        raise RuntimeError("OTEL_… asks for traces, and OpenTelemetry is not installed: uv sync --no-dev --extra otel")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = os.environ.get("OTEL_SERVICE_NAME") or NAME
    provider = TracerProvider(resource=Resource.create({"service.name": named}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use(provider.get_tracer(NAME))


def is_on() -> bool:
    return _Chosen.tracer is not None


def use(tracer: Tracer | None) -> None:
    _Chosen.tracer = tracer


@contextmanager
def span(
    name: str, attributes: Attributes, *, after: str = "", linked_to: str = "", is_request: bool = False
) -> Iterator[Span | None]:
    """What happens in the block, as part of the trace that goes on: of `after`, a `traceparent`, if that is given.

    With `linked_to` it begins a trace of its own with a link to that one. Gives nothing if there are no traces.
    """
    tracer = _Chosen.tracer
    if tracer is None:
        yield None
        return
    from opentelemetry import context as contexts
    from opentelemetry import trace

    links = [trace.Link(linked)] if (linked := _span_of(linked_to)) is not None else []
    context = _context(after) if after else contexts.Context() if linked_to else None
    kind = trace.SpanKind.SERVER if is_request else trace.SpanKind.INTERNAL
    with tracer.start_as_current_span(name, context=context, kind=kind, attributes=attributes, links=links) as begun:
        yield begun


def traceparent() -> str:
    """Where the trace is at the moment, for what goes on with it elsewhere; empty if there is none."""
    if _Chosen.tracer is None:
        return ""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


def cause() -> dict[str, str]:
    """The columns with which a row remembers because of what it is: for whoever goes on with it in another process."""
    return {"request_id": ids.request_id(), "traceparent": traceparent()}


def trace_id() -> str:
    if _Chosen.tracer is None:
        return ""
    from opentelemetry import trace

    found = trace.get_current_span().get_span_context()
    return trace.format_trace_id(found.trace_id) if found.is_valid else ""


def _context(of: str) -> Context:
    from opentelemetry import context as contexts
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": of}, context=contexts.Context())


def _span_of(of: str) -> SpanContext | None:
    if not of:
        return None
    from opentelemetry import trace

    found = trace.get_current_span(_context(of)).get_span_context()
    return found if found.is_valid else None
