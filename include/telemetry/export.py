"""Spans leave: a bounded queue, a thread that posts it, and no waiting for either. The only file that imports OpenTelemetry.

A provider of our own beside Airflow's: its traces are one a run, ours one a briefing or hold, and a span links to Airflow's task
span where there is one. A process has one, made with its first span; a forked child makes its own.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags, Tracer

from include.telemetry.spans import Span
from include.telemetry.subject import Place
from include.telemetry.version import VERSION

QUEUE = 512  # spans; what comes while it is full is dropped
BATCH = 128
EVERY_MS = 200
POST_S = 2.0  # a post, with its retries
GRACE_S = 0.5  # what an ending process waits for spans under way; nothing where the collector failed before


class _Ids(RandomIdGenerator):
    """Random ids, but for the span above a workflow, whose ids are given."""

    def __init__(self) -> None:
        self.given = threading.local()

    def generate_span_id(self) -> int:
        found = getattr(self.given, "place", None)
        return found.root_id if found is not None else super().generate_span_id()

    def generate_trace_id(self) -> int:
        found = getattr(self.given, "place", None)
        return found.trace_id if found is not None else super().generate_trace_id()


class _Watched(SpanExporter):
    """Remembers whether the collector took the last batch: nobody waits for one that does not answer."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self.broken = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._inner.export(spans)
        self.broken = result is not SpanExportResult.SUCCESS
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()


class _Way(NamedTuple):
    target: str
    provider: TracerProvider
    tracer: Tracer
    ids: _Ids
    exporter: _Watched


_way: _Way | None = None
_lock = threading.Lock()


def send(target: str, span: Span) -> None:
    """Put a span into the queue. Posts nothing itself."""
    way = open_way(target)
    way.ids.given.place = span.place if span.is_root else None
    try:
        made = way.tracer.start_span(
            span.name,
            context=_below(way.provider, span.place) if span.place and not span.is_root else Context(),
            attributes=span.attributes,
            links=_links(),
            start_time=span.begun,
        )
    finally:
        way.ids.given.place = None
    if span.failed:
        made.set_status(Status(StatusCode.ERROR))
    made.end(span.ended)


def _below(provider: TracerProvider, place: Place) -> Context:
    """As a child of the workflow's span; sampled as that will be, by the trace's id."""
    # Not None: the sampler would follow the span that is open, and Airflow's is not sampled where Airflow does not trace.
    decision = provider.sampler.should_sample(Context(), place.trace_id, "invoke_workflow").decision
    flags = TraceFlags(TraceFlags.SAMPLED if decision is Decision.RECORD_AND_SAMPLE else TraceFlags.DEFAULT)
    above = SpanContext(place.trace_id, place.root_id, is_remote=True, trace_flags=flags)
    return trace.set_span_in_context(NonRecordingSpan(above), Context())


def _links() -> list[Link]:
    """To the span that Airflow, or who else traces here, has open."""
    current = trace.get_current_span().get_span_context()
    return [Link(current)] if current.is_valid else []


def open_way(target: str) -> _Way:
    """The process's way to the collector, made where there is none yet; connects to nothing."""
    global _way  # noqa: PLW0603 - one for the process
    with _lock:
        if _way is None or _way.target != target:
            if _way is not None:
                _end(_way)
            _way = _make(target)
        return _way


def _make(target: str) -> _Way:
    ids, exporter = _Ids(), _Watched(OTLPSpanExporter(endpoint=target, timeout=POST_S))
    provider = TracerProvider(resource=_resource(), id_generator=ids, shutdown_on_exit=False)  # it would wait for half a minute
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=QUEUE, max_export_batch_size=BATCH, schedule_delay_millis=EVERY_MS)
    )
    atexit.unregister(_at_exit)
    atexit.register(_at_exit)  # here, not at import: Airflow runs in a task's process only what was registered there
    return _Way(target, provider, provider.get_tracer("holdpoint", VERSION), ids, exporter)


def _resource() -> Resource:
    """OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before what we say of ourselves."""
    ours: dict[str, Any] = {"service.name": "holdpoint", "service.version": VERSION}
    if os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", ""):
        del ours["service.name"]
    return Resource.create(ours)


def _end(way: _Way) -> None:
    """Let what is under way leave, for a moment; what does not is lost."""
    ending = threading.Thread(target=way.provider.shutdown, name="holdpoint-telemetry-end", daemon=True)
    with suppress(RuntimeError):  # the interpreter takes no new threads any more
        ending.start()
        ending.join(0.0 if way.exporter.broken else GRACE_S)


def _at_exit() -> None:
    if _way is not None:
        _end(_way)


def _forget() -> None:
    """In a forked child: the parent's threads are not here, and its queue is not ours to send."""
    global _way, _lock
    _way, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)
