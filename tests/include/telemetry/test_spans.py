"""Spans as a collector gets them: decoded from what was posted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.contracts.errors import ReadFailed, Refused
from include.telemetry import export, spans
from include.telemetry.spans import ended, note, stage
from include.telemetry.stages import BRIEFING_ENDED, COLLECT, INTAKE, VOTE
from include.telemetry.subject import place
from tests.otlp import Collector, attributes

CANARY = "canary-7f3a says hunter2"
STATUS_ERROR = 2


@stage(COLLECT)
def read(*, incident_id: str, briefing: int, tool: str, trouble: Exception | None = None) -> str:
    note(tool=tool)
    if trouble is not None:
        raise trouble
    return "what was read"


def test_the_steps_of_a_briefing_and_its_end_are_one_trace(collector: Collector) -> None:
    assert read(incident_id="inc_1", briefing=1, tool="query_logs") == "what was read"
    ended(BRIEFING_ENDED, begun=datetime(2026, 11, 20, 10, tzinfo=UTC), incident="inc_1", briefing=1, state="briefed")
    found = collector.by_name(2)
    step, root = found["execute_tool query_logs"], found["invoke_workflow incident_triage"]
    assert step.trace_id == root.trace_id == place("inc_1.b1").trace_id.to_bytes(16)
    assert (step.parent_span_id, root.parent_span_id) == (root.span_id, b"")
    assert root.start_time_unix_nano == 1_795_168_800 * 10**9
    assert step.start_time_unix_nano < step.end_time_unix_nano
    assert attributes(step) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.agent.name": "incident_triage",
        "gen_ai.tool.name": "query_logs",
        "holdpoint.incident": "inc_1",
        "holdpoint.briefing": 1,
    }
    assert attributes(root)["holdpoint.state"] == "briefed"
    (resource,) = {str(each.resource) for request in collector.requests() for each in request.resource_spans}
    assert "holdpoint" in resource
    assert set(collector.paths) == {"/v1/traces"}


def test_h12_an_error_leaves_as_its_code(collector: Collector) -> None:
    for trouble in (ReadFailed(CANARY, next_step=CANARY), RuntimeError(CANARY), KeyError(CANARY)):
        with pytest.raises(type(trouble)):
            read(incident_id="inc_1", briefing=1, tool="query_logs", trouble=trouble)
    sent = collector.wait(3)
    assert [attributes(span)["error.type"] for span in sent] == ["read_failed", "RuntimeError", "KeyError"]
    assert {span.status.code for span in sent} == {STATUS_ERROR}
    assert not any(span.events or span.status.message for span in sent)
    assert b"canary" not in b"".join(collector.bodies)


def test_h12_what_is_noted_without_being_an_id_or_a_word_does_not_leave(collector: Collector) -> None:
    read(incident_id=CANARY, briefing=1, tool=CANARY)
    (span,) = collector.wait(1)
    assert span.name == "execute_tool"
    assert b"canary" not in b"".join(collector.bodies)


def test_a_refusal_names_its_rule(collector: Collector) -> None:
    @stage(VOTE)
    def cast() -> None:
        note(hold="hold_1", decision="approve")
        raise Refused(CANARY, next_step=CANARY, rule="independence")

    with pytest.raises(Refused):
        cast()
    (span,) = collector.wait(1)
    said = attributes(span)
    assert (said["error.type"], said["holdpoint.rule"]) == ("refused", "independence")
    assert b"canary" not in b"".join(collector.bodies)


def test_what_is_nobodys_briefing_stands_in_a_trace_of_its_own(collector: Collector) -> None:
    @stage(INTAKE)
    def commit() -> None:
        note(posts=3)

    commit()
    commit()
    first, second = collector.wait(2)
    assert first.trace_id != second.trace_id
    assert (first.name, attributes(first)["holdpoint.posts"]) == ("holdpoint.intake.commit", 3)


def test_a_step_links_to_the_span_that_airflow_has_open(collector: Collector) -> None:
    from opentelemetry.sdk.trace import TracerProvider

    with TracerProvider().get_tracer("airflow").start_as_current_span("task") as task:
        read(incident_id="inc_1", briefing=1, tool="query_logs")
    (span,) = collector.wait(1)
    (link,) = span.links
    assert link.trace_id == task.get_span_context().trace_id.to_bytes(16)
    assert span.trace_id == place("inc_1.b1").trace_id.to_bytes(16)


def test_what_airflow_does_not_sample_leaves_all_the_same(collector: Collector) -> None:
    """Where Airflow does not trace, a task still has a span open, and that one is not sampled."""
    from opentelemetry import trace

    task = trace.NonRecordingSpan(trace.SpanContext(1, 2, is_remote=True, trace_flags=trace.TraceFlags.DEFAULT))
    with trace.use_span(task):
        read(incident_id="inc_1", briefing=1, tool="query_logs")
        ended(BRIEFING_ENDED, begun=datetime.now(UTC), incident="inc_1", briefing=1, state="briefed")
    first, second = collector.wait(2)
    assert first.trace_id == second.trace_id == place("inc_1.b1").trace_id.to_bytes(16)


def test_all_spans_of_a_trace_are_sampled_or_none(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    monkeypatch.setattr(export, "_way", None)
    for number in range(40):
        read(incident_id=f"inc_{number}", briefing=1, tool="query_logs")
        ended(BRIEFING_ENDED, begun=datetime.now(UTC), incident=f"inc_{number}", briefing=1, state="briefed")
    ended(BRIEFING_ENDED, begun=datetime.now(UTC), incident="inc_1", briefing=1, state="briefed")
    expected = [place(f"inc_{number}.b1").trace_id for number in range(40)]
    kept = {trace.to_bytes(16) for trace in expected if trace & (2**64 - 1) < 2**63}
    assert 5 < len(kept) < 35
    counted: dict[bytes, int] = {}
    for span in collector.wait(2 * len(kept)):
        counted[span.trace_id] = counted.get(span.trace_id, 0) + 1
    assert set(counted) == kept
    assert min(counted.values()) == 2


def test_trouble_in_telemetry_is_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setenv("HOLDPOINT_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(export, "send", broken)
    assert read(incident_id="inc_1", briefing=1, tool="query_logs") == "what was read"
    monkeypatch.setattr(spans, "_span", broken)
    assert read(incident_id="inc_1", briefing=1, tool="query_logs") == "what was read"
