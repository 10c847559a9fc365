"""A briefing and a hold from their beginning to their end, as a collector sees them: whole, joined, without a word of content."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import ReadFailed, Refused
from include.contracts.hold import HoldState
from include.contracts.tools.get_service_status import Process, ServiceStatus
from include.delivery.reconcile import reconcile
from include.holds.observe import begin as claim
from include.holds.observe import observe
from include.store import hold_runs
from include.store.database import Store
from include.store.tables.incident import dispatch
from include.telemetry.subject import place
from include.triage.collect import Answer, collect
from include.triage.runbooks import retrieve
from tests.briefing import AT, RUN, Stages, endpoint, post
from tests.clock import clock  # noqa: F401
from tests.holds_kit import Kit, kit  # noqa: F401
from tests.otlp import Collector, attributes
from tests.plans_kit import request
from tests.votes_kit import Ground

CANARY = "canary7f3a"
PEOPLE = (b"maya", b"tomas", b"priya")


def told() -> Answer:
    since = datetime(2026, 11, 20, 9, tzinfo=UTC)  # as the plan has it
    process = Process(name="shop-orders", state="RUNNING", pid=4217, since=since, exit_status=None, description=CANARY)
    return Answer(ServiceStatus(processes=(process,), observed_at=AT), CANARY)


def a_reader(contract: Any, query: Any, principal: str) -> Answer:
    del query, principal
    if contract.name != "get_service_status":
        raise ReadFailed(f"{CANARY} did not answer", next_step=CANARY)
    return told()


@pytest.fixture
def stages(store: Store, catalogue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collector: Collector) -> Stages:
    from include.alerts.intake import commit

    del collector
    monkeypatch.setenv("HOLDPOINT_PAGES", str(tmp_path / "pages.jsonl"))
    alarm = post(catalogue, f"{CANARY} error rate", description=f"the {CANARY} is hot", labels={"alertname": CANARY})
    with store.begin() as conn:
        (answer,) = commit(conn, catalogue, [alarm])
    return Stages(store, catalogue, str(answer.outcomes[0].incident_id))


def test_h12_a_briefing_is_one_trace_and_says_nothing_of_its_content(stages: Stages, collector: Collector) -> None:
    planned = stages.begin()
    collect(stages.store, stages.catalogue, read_id=planned["get_service_status"], run=RUN, reader=a_reader)
    with pytest.raises(ReadFailed):
        collect(stages.store, stages.catalogue, read_id=planned["query_logs"], run=RUN, reader=a_reader)
    retrieve(stages.store, stages.catalogue, **stages.ids)
    stages.draft()
    stages.escalate()
    found = collector.by_name(8)
    assert set(found) == {
        "holdpoint.intake.commit",
        "holdpoint.briefing.begin",
        "execute_tool get_service_status",
        "execute_tool query_logs",
        "retrieval",
        "holdpoint.draft",
        "holdpoint.escalate",
        "invoke_workflow incident_triage",
    }
    where = place(f"{stages.incident_id}.b1")
    steps = {name: span for name, span in found.items() if name != "holdpoint.intake.commit"}
    assert {span.trace_id for span in steps.values()} == {where.trace_id.to_bytes(16)}
    root = steps.pop("invoke_workflow incident_triage")
    assert {span.parent_span_id for span in steps.values()} == {root.span_id} == {where.root_id.to_bytes(8)}
    assert root.start_time_unix_nano < min(span.start_time_unix_nano for span in steps.values())
    assert attributes(root)["holdpoint.state"] == "briefed"
    read = attributes(found["execute_tool get_service_status"])
    assert (read["gen_ai.tool.call.id"], read["holdpoint.run"]) == (planned["get_service_status"], RUN)
    assert read["holdpoint.characters"] > 0
    assert attributes(found["execute_tool query_logs"])["error.type"] == "read_failed"
    assert attributes(found["retrieval"])["holdpoint.hits"] > 0
    assert attributes(found["holdpoint.draft"])["holdpoint.version"] == 1
    intake = attributes(found["holdpoint.intake.commit"])
    assert [intake[f"holdpoint.{name}"] for name in ("posts", "alerts", "opened", "unreadable")] == [1, 1, 1, 0]
    sent = b"".join(collector.bodies)
    assert CANARY.encode() not in sent
    assert b"shop-orders" not in sent
    assert not [name for name in PEOPLE if name in sent]


def test_a_cleared_escalation_does_not_end_the_briefing_once_more(stages: Stages, collector: Collector) -> None:
    stages.begin()
    stages.draft()
    stages.escalate()
    stages.escalate()
    names = [span.name for span in collector.wait(6)]
    assert names.count("holdpoint.escalate") == 2
    assert names.count("invoke_workflow incident_triage") == 1


def test_a_briefing_that_reconcile_gives_up_on_ends_as_escalated(stages: Stages, collector: Collector) -> None:
    stages.begin()
    with stages.store.begin() as conn:
        conn.execute(dispatch.update().values(claimed_at="2026-01-01T00:00:00.000000Z"))
        conn.execute(dispatch.update().values(created_at="2026-01-01T00:00:00.000000Z"))
    assert reconcile(stages.store, stages.catalogue, endpoint).escalated == 1
    root = collector.by_name(3)["invoke_workflow incident_triage"]
    assert attributes(root)["holdpoint.state"] == "escalated"


@pytest.fixture
def ground(store: Store, kit: Kit, collector: Collector) -> Ground:  # noqa: F811
    del collector
    return Ground(store, kit)


def test_h12_a_hold_is_one_trace_and_says_nothing_of_its_plan(ground: Ground, collector: Collector) -> None:
    hold = ground.propose(request(title=f"Restart {CANARY}", reason=f"The {CANARY} is exhausted."))
    with ground.store.begin() as conn:
        run = str(hold_runs.name_run(conn, hold.id, actor="dispatcher@service"))
    claim(ground.store, hold_id=hold.id, run=run)
    observe(ground.store, ground.kit.catalogue, hold_id=hold.id, step=1, run=run, reader=lambda *_: told().output)
    with pytest.raises(Refused):
        ground.approve(hold, "maya")
    ground.approve(hold, "tomas")
    attempt = ground.consume(hold)
    spans = collector.wait(6)
    where = place(hold.id)
    assert {span.trace_id for span in spans} == {where.trace_id.to_bytes(16)}
    assert sorted(span.name for span in spans) == [
        "execute_tool get_service_status",
        "holdpoint.hold.consume",
        "holdpoint.hold.propose",
        "holdpoint.hold.vote",
        "holdpoint.hold.vote",
        "invoke_workflow gated_change",
    ]
    votes = [attributes(span) for span in spans if span.name == "holdpoint.hold.vote"]
    assert [(vote.get("error.type"), vote.get("holdpoint.rule"), vote.get("holdpoint.state")) for vote in votes] == [
        ("refused", "independence", None),
        (None, None, "approved"),
    ]
    root = next(span for span in spans if span.name == "invoke_workflow gated_change")
    assert attributes(root)["holdpoint.state"] == HoldState.EXECUTING.value
    consumed = next(attributes(span) for span in spans if span.name == "holdpoint.hold.consume")
    assert (consumed["holdpoint.attempt"], consumed["holdpoint.hold"]) == (attempt.id, hold.id)
    sent = b"".join(collector.bodies)
    assert CANARY.encode() not in sent
    assert not [name for name in (*PEOPLE, b"shop-orders", b"4217", hold.plan_digest.encode()) if name in sent]


def test_a_rejected_hold_is_over(ground: Ground, collector: Collector) -> None:
    ground.reject(ground.propose(), "tomas", reason=f"{CANARY}: not now.")
    root = collector.by_name(3)["invoke_workflow gated_change"]
    assert attributes(root)["holdpoint.state"] == "rejected"
    assert CANARY.encode() not in b"".join(collector.bodies)


def test_garbage_that_is_proposed_leaves_its_code_and_nothing_else(ground: Ground, collector: Collector) -> None:
    from include.contracts.errors import BadInput
    from include.holds.propose import propose

    signed = ground.vote(ground.propose(), "tomas")
    with pytest.raises(BadInput):
        propose(ground.store, ground.kit.roots, f'{{"{CANARY}": 1}}', signed)
    span = next(span for span in collector.wait(2) if attributes(span).get("error.type") == "bad_input")
    assert span.name == "holdpoint.hold.propose"
    assert CANARY.encode() not in b"".join(collector.bodies)
