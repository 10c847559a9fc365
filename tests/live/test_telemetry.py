"""Spans out of Airflow's own task processes, which it ends in its own way; and its API server's numbers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from include.telemetry.subject import place
from tests.live.conftest import METRICS_TOKEN
from tests.otlp import attributes

pytestmark = pytest.mark.live


def test_h12_every_task_of_a_run_sends_its_step_and_no_content(live: Any) -> None:
    body = live.body()
    incident_id = live.post(body)
    live.wait_until_briefed(incident_id)
    where = place(f"{incident_id}.b1").trace_id.to_bytes(16)
    planned = len(live.reads(incident_id)) - 1  # one of them is the runbooks', which is no call of a tool

    def mine() -> list[Any]:
        found = [span for span in live.collector.spans() if span.trace_id == where]
        names = [span.name.partition(" ")[0] for span in found]
        complete = {"holdpoint.briefing.begin", "retrieval", "holdpoint.draft", "holdpoint.escalate", "invoke_workflow"}
        return found if complete <= set(names) and names.count("execute_tool") >= planned else []

    spans = live.wait("the spans of all tasks", mine)
    (root,) = [span for span in spans if span.name == "invoke_workflow incident_triage"]
    assert {span.parent_span_id for span in spans if span is not root} == {root.span_id}
    assert {attributes(span)["holdpoint.incident"] for span in spans} == {incident_id}
    assert all(span.links for span in spans), "each links to its task's span"
    assert str(body["title"]).encode() not in b"".join(live.collector.bodies)


def test_the_api_server_says_its_numbers_to_who_has_the_token(live: Any) -> None:
    url = f"http://127.0.0.1:{live.airflow.port}/holdpoint/metrics"
    assert httpx.get(url, timeout=30).status_code == 401
    text = httpx.get(url, headers={"Authorization": f"Bearer {METRICS_TOKEN}"}, timeout=30).text
    assert "holdpoint_store_up 1.0" in text
    assert 'holdpoint_heartbeat_timestamp_seconds{process="api"}' in text
