"""Evidence: its text is safe, bounded and citable by position; its id speaks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contracts.base import plain_text
from include.contracts.errors import ReadFailed
from include.contracts.evidence import Evidence, ReadRequest
from include.contracts.tools.get_service_status import Process, ServiceStatus
from include.contracts.tools.query_logs import LogLine, LogLines
from include.evidence.build import MAX_TEXT, bounded, build_evidence, evidence_ids, failed, pending
from include.evidence.subject import alert_evidence, question_evidence
from tests.include.drafting.test_extractive_properties import incident

AT = datetime(2026, 11, 20, 10, 5, tzinfo=UTC)


def logs(*messages: str) -> LogLines:
    lines = tuple(LogLine(at=AT, level="error", message=text, file="a.log") for text in messages)
    return LogLines(log_lines=lines, scanned=len(lines), matched=len(lines), truncated=False)


def build(output: Any, tool: str = "query_logs") -> Evidence:
    request = ReadRequest(tool=tool, params={"service": "shop-orders"})
    return build_evidence(
        id="e1", request=request, principal="maya", label="internal", place="logs\na.log", output=output, collected_at=AT
    )


def test_text_is_one_observation_a_line_with_its_digest() -> None:
    found = build(logs("one", "two"))
    assert found.text.split("\n") == ["2026-11-20T10:05:00Z ERROR a.log: one", "2026-11-20T10:05:00Z ERROR a.log: two"]
    assert found.digest == sha256(found.text.encode()).hexdigest()
    assert found.place == "logs a.log"
    assert found.output["matched"] == 2


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_message_stays_on_its_line_and_is_safe(messages: list[str]) -> None:
    found = build(logs(*messages))
    assert len(found.text.split("\n")) == max(1, len(messages))
    plain_text(found.text)
    assert LogLines.model_validate_json(json.dumps(found.output)).text_lines() == (found.text.split("\n") if messages else [])


def test_a_break_in_a_description_does_not_make_two_observations() -> None:
    process = Process(name="a", state="FATAL", pid=0, since=None, exit_status=None, description="x\r\ny\u2028z")
    found = build(ServiceStatus(processes=(process, process), observed_at=AT), "get_service_status")
    assert len(found.text.split("\n")) == 2
    assert "x ⏎ y\\u{2028}z" in found.text


def test_invisible_characters_are_written_out_even_at_the_length_limit() -> None:
    found = build(logs("\u200b" * 8_000))
    assert "\\u{200B}" in found.text
    assert "\u200b" not in found.text


def test_what_is_too_long_is_cut_with_a_visible_line() -> None:
    found = build(logs(*["m" * 7_900] * 200))
    assert len(found.text) <= MAX_TEXT
    assert "… cut here: " in found.text.rsplit("\n", 1)[1]
    assert "of 200 lines are not kept" in found.text
    assert bounded("short") == "short"


def test_cutting_never_splits_a_line() -> None:
    text = "\n".join(f"line {n}" for n in range(100))
    kept = bounded(text, 300).split("\n")
    assert all(line == f"line {n}" for n, line in enumerate(kept[:-1]))
    assert len(bounded(text, 300)) <= 300


def test_ids_speak_and_are_unique() -> None:
    requests = [
        ReadRequest(tool="query_logs", params={"service": "shop-orders"}),
        ReadRequest(tool="query_logs", params={"service": "shop-orders"}),
        ReadRequest(tool="query_metric_range", params={"service": "a", "metric": "latency-p95"}),
        ReadRequest(tool="query_logs", params={"service": "x" * 63}),
        ReadRequest(tool="query_logs", params={"service": "x" * 63}),
    ]
    ids = evidence_ids(requests)
    assert ids[:3] == ["query_logs.shop-orders", "query_logs.shop-orders.2", "query_metric_range.a.latency-p95"]
    assert len(set(ids)) == 5
    assert max(map(len, ids)) <= 63


def test_gaps_say_why_on_one_line() -> None:
    request = ReadRequest(tool="query_logs", params={"service": "shop-orders"})
    gap = failed(request, ReadFailed("the\nhost \u200bdid not answer " + "x" * 500, next_step="try later"))
    assert gap.reason.startswith("the host \\u{200B}did not answer")
    assert len(gap.reason) == 300
    assert failed(request, ReadFailed(" ", next_step="x")).reason == "(no reason given)"
    assert pending(request).kind == "pending"


def test_the_alert_is_evidence(make_alert: Any) -> None:
    alert = make_alert(
        description="two\nlines", links=("https://grafana.example/d/1",), owner="Team A", labels={"b": "2", "a": "1\n2"}
    )
    found = alert_evidence(alert, incident(), collected_at=AT)
    assert found.text.split("\n") == [
        "2026-11-20T10:00:00Z lab alert HighErrorRate (warning) on shop-orders in lab is firing",
        "description: two ⏎ lines",
        "owner: Team A",
        "label a: 1 ⏎ 2",
        "label b: 2",
        "link: https://grafana.example/d/1",
    ]
    assert found.tool == "alert"
    assert found.digest == sha256(found.text.encode()).hexdigest()


@pytest.mark.parametrize(("question", "said"), [("Why is it\nslow?", "Why is it ⏎ slow?"), (None, "HighErrorRate")])
def test_a_question_is_evidence(question: str | None, said: str) -> None:
    item = incident().model_copy(update={"question": question, "principal": "maya"})
    assert question_evidence(item, collected_at=AT).text == f"maya asks: {said}"
