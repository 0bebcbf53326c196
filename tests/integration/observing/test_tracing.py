"""Traces: from the request by the outbox to the listeners, and linked to the batches; without a word of personal data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from adapters.observing import tracing
from notifications.models import Notification
from tests.chaos import urls
from tests.integration.notifications.world import BETTER_PAID, follow, show, work
from tests.integration.observing.lines import written
from tests.unit.examples import ANA

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

BEFORE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
"""A proxy's, as in https://www.w3.org/TR/trace-context/#examples-of-http-traceparent-headers."""


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(provider.get_tracer("tests"))
    yield exporter
    tracing.use(None)


@pytest.fixture(autouse=True)
def _addresses(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.chaos.urls"
    settings.TRUSTED_PROXIES = ["127.0.0.1/32"]


def named(spans: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.name == name]


def trace_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.trace_id)


def test_a_click_is_one_trace_from_the_proxy_to_the_listeners_and_batches_are_linked_to_it(
    client: Client, spans: InMemorySpanExporter
) -> None:
    urls.show(3000)
    follow(ANA)
    spans.clear()
    client.post("/chaos/publish/4000/", headers={"traceparent": BEFORE})
    with written() as lines:
        work()
    (request,) = [span for span in spans.get_finished_spans() if span.kind is SpanKind.SERVER]
    assert request.attributes is not None
    assert request.attributes["http.response.status_code"] == 200
    assert request.name == "POST tests.chaos.urls.publish"
    assert f"{trace_of(request):032x}" == BEFORE.split("-")[1]
    (dispatch,) = named(spans, "dispatch PostingRevised")
    assert trace_of(dispatch) == trace_of(request)
    assert dispatch.parent is not None
    assert request.context is not None
    assert dispatch.parent.span_id == request.context.span_id
    (batch,) = named(spans, "send batch")
    assert trace_of(batch) != trace_of(request)
    (link,) = batch.links
    assert dispatch.context is not None
    assert (link.context.trace_id, link.context.span_id) == (dispatch.context.trace_id, dispatch.context.span_id)
    (line,) = lines.all("batch sent")
    assert line["trace_id"] == f"{trace_of(batch):032x}"


def test_nobody_but_a_trusted_proxy_begins_a_trace_for_us(
    client: Client, spans: InMemorySpanExporter, settings: LazySettings
) -> None:
    settings.TRUSTED_PROXIES = []
    client.post("/chaos/publish/4000/", headers={"traceparent": BEFORE})
    (request,) = [span for span in spans.get_finished_spans() if span.kind is SpanKind.SERVER]
    assert request.parent is None


def test_a_request_to_follow_is_seen_to_in_its_trace_and_no_span_names_anybody(
    client: Client, spans: InMemorySpanExporter
) -> None:
    show()
    work()
    spans.clear()
    client.post("/chaos/follow/?q=whispered", {"address": ANA.value, "stamp": ""})
    work()
    told = repr([(span.name, dict(span.attributes or {}), span.events) for span in spans.get_finished_spans()])
    for secret in ("ana", "whispered", "/chaos"):
        assert secret not in told
    (request,) = [span for span in spans.get_finished_spans() if span.kind is SpanKind.SERVER]
    assert {trace_of(span) for span in named(spans, "see to a request to follow")} == {trace_of(request)}
    assert {trace_of(span) for span in named(spans, "dispatch SubscriptionRequested")} == {trace_of(request)}


def test_without_traces_nothing_is_written_down_for_them(client: Client) -> None:
    with transaction.atomic():
        show()
        follow(ANA)
        show(BETTER_PAID)
    work()
    assert not Notification.objects.exclude(traceparent="").exists()
    assert tracing.trace_id() == ""


@pytest.mark.parametrize(
    ("variables", "is_wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
    ],
)
def test_only_opentelemetrys_own_variables_turn_it_on(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], is_wanted: bool
) -> None:
    for name in (*tracing.ASKED_FOR_BY, "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert tracing.is_wanted() is is_wanted
