"""Each question's figures, for who may read them and for who may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.contracts.errors import BadInput, NotFound
from include.fleet.registry import QUESTIONS
from include.store import tallies
from include.store.database import Store, new_id
from include.store.ledger import Entry, append, append_many
from include.store.tables.hold import hold as hold_table
from include.store.tables.hold import plan as plan_table
from tests.clock import Clock
from tests.include.fleet.conftest import Ask, Week, correct, rows, without_grants


@pytest.mark.both_databases
def test_the_answers_are_the_same_before_and_after_counting(store: Store, week: Week, ask: Ask) -> None:
    before = {name: ask(name).to_json() for name in QUESTIONS}
    tallies.catch_up(store)
    assert {name: ask(name).to_json() for name in QUESTIONS} == before
    json.dumps(before)


def test_workflows_by_whom_and_for_what(week: Week, ask: Ask) -> None:
    found = {row["workflow"]: row for row in rows(ask("workflows"))}
    triage = found["incident_triage"]
    assert triage["starts"] == 1
    assert triage["principals"] == [{"name": "incident_triage@service", "count": 1}]
    assert triage["services"] == [{"name": "shop-orders", "count": 1}]
    listed = ask("workflows").listed
    assert listed is not None
    assert [row["subject"] for row in listed.entries] == [week.incident]


def test_sources_retrieved_used_and_never_used(week: Week, ask: Ask) -> None:
    found = {row["source"]: row for row in rows(ask("sources"))}
    assert (found["tool:get_service_status"]["retrieved"], found["tool:get_service_status"]["used"]) == (1, 1)
    assert "tool:query_logs" not in found
    never = {row["source"]: row for row in rows(ask("sources"), 1)}
    assert never["tool:query_logs"] == {"source": "tool:query_logs", "owner": "maya", "retrieved": 0}
    assert "tool:get_service_status" not in never
    assert not {name for name in never if name.startswith("tool:open_ticket")}


def test_tools_by_outcome_with_parameters_and_evidence(week: Week, ask: Ask) -> None:
    found = {row["tool"]: row for row in rows(ask("tools"))}
    assert (found["get_service_status"]["answered"], found["get_service_status"]["failed"]) == (1, 0)
    assert found["query_logs"]["errors"] == [{"name": "read_failed", "count": 1}]
    listed = ask("tools").listed
    assert listed is not None
    called = next(row for row in listed.entries if row["tool"] == "get_service_status")
    assert called["params"]["service"] == "shop-orders"
    assert called["evidence"].startswith("ev_")
    assert all(row["verifies"] for row in listed.entries)


def test_approvals_and_how_long_they_took(store: Store, ask: Ask, clock: Clock) -> None:
    for seconds, outcome in ((60, "hold.approved"), (120, "hold.approved"), (7_000, "hold.rejected")):
        clock.move(-seconds)  # back, not ahead: tomorrow is not asked about
        hold = proposed(store)
        clock.move(0)
        with store.begin() as conn:
            append(conn, actor="tomas", kind=outcome, subject=hold, payload={"from": "proposed"})
    with store.begin() as conn:
        append(conn, actor="priya", kind="emergency.used", subject=hold, payload={"hold": hold})
    found = {row["outcome"]: row for row in rows(ask("approvals"))}
    assert {word: found[word]["count"] for word in ("requested", "granted", "denied", "emergency")} == {
        "requested": 3,
        "granted": 2,
        "denied": 1,
        "emergency": 1,
    }
    assert (found["granted"]["median_s"], found["granted"]["p90_s"]) == (60, 120)
    assert found["denied"]["median_s"] == 7_000
    assert rows(ask("approvals"), 1)[0]["service"] == "shop-payments"


def proposed(store: Store) -> str:
    """A hold with its row, as far as the times of decisions need it."""
    from include.store.database import now

    hold, plan = new_id("hold"), new_id("plan")
    with store.begin() as conn:
        append(conn, actor="maya", kind="hold.proposed", subject=hold, payload={"hold": hold, "services": ["shop-payments"]})
        conn.execute(plan_table.insert().values(id=plan, digest=hold, body="{}"))
        texts = {name: "x" for name in ("environment", "state", "title", "risk", "release_mode", "approve_by", "execute_by")}
        values = {"id": hold, "plan_id": plan, "plan_digest": hold, "revision": 0, "proposed_at": now(conn), **texts}
        conn.execute(hold_table.insert().values(**values))
    return hold


def test_failures_by_kind_and_rule(store: Store, week: Week, ask: Ask) -> None:
    with store.begin() as conn:
        append_many(
            conn,
            [
                Entry("reconcile@service", "briefing.overdue", week.incident, payload={"state": "triggered"}),
                Entry("source:generic", "incident.opened", week.incident, payload={"source": "generic", "problem": "no JSON"}),
                Entry("reconcile@service", "task.marked", week.incident, payload={"task": "draft_brief", "by": "maya"}),
            ],
        )
    found = {(row["what"], row["rule"]): row["count"] for row in rows(ask("failures"))}
    assert found["vote refused", "quorum"] == 1
    assert found["read failed", "read_failed (query_logs)"] == 1
    assert found["brief overdue", "triggered"] == 1
    assert found["unreadable post", "generic"] == 1
    assert found["task marked by hand", "draft_brief by maya"] == 1
    assert found["escalated", "with a brief"] == 1


def test_corrections_are_a_backlog_with_owners(store: Store, week: Week, ask: Ask) -> None:
    correct(store, week.incident, "misleading", "runbook:high-error-rate", mark="another")
    correct(store, week.incident, "summary", "summary", mark="a third")
    found = {row["source"]: row for row in rows(ask("corrections"))}
    assert (found["runbook:high-error-rate"]["misleading"], found["runbook:high-error-rate"]["owner"]) == (1, "maya")
    assert found["source:generic"]["total"] == 3
    assert any(name.startswith(("tool:", "incident:")) and row["correction"] for name, row in found.items())
    listed = ask("corrections").listed
    assert listed is not None
    assert {row["given"] for row in listed.entries} == {"correction", "misleading", "summary"}
    assert {row["kind"] for row in listed.entries} == {"feedback.given"}


def test_fatigue_names_who_approves_everything_within_seconds(store: Store, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "include.store.counted.Lookup.stated_at", lambda self, digest: {"quick": AGO[2], "slow": AGO[500]}[digest]
    )
    for person, read in (("tomas", "quick"), ("priya", "slow")):
        for _ in range(5):
            hold = new_id("hold")
            with store.begin() as conn:
                append(conn, actor="maya", kind="hold.proposed", subject=hold, payload={"services": ["shop-orders"]})
                append(conn, actor=person, kind="vote.cast", subject=hold, payload={"decision": "approve", "statement": read})
    found = ask("fatigue")
    assert {row["person"]: row["votes"] for row in rows(found)} == {"tomas": 5, "priya": 5}
    assert {row["person"]: row["busiest"] for row in rows(found)} == {"tomas": 5, "priya": 5}
    assert found.remarks[0] == "2 of 2 voters have never rejected a hold in this period."
    assert [remark.partition(" ")[0] for remark in found.remarks[1:]] == ["tomas"]


class _Ago:
    """A time so many seconds ago, as stored."""

    def __getitem__(self, seconds: int) -> str:
        from datetime import UTC, datetime, timedelta

        from include.store.times import to_text

        return to_text(datetime.now(UTC) - timedelta(seconds=seconds))


AGO = _Ago()


# -- H12 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counted", [False, True])
def test_h12_without_a_grant_there_is_no_trace_in_any_figure(
    store: Store, catalogue: Any, ask: Ask, request: pytest.FixtureRequest, counted: bool
) -> None:
    none = without_grants(catalogue)
    before = {name: ask(name, "jonas", none).to_json() for name in QUESTIONS}
    request.getfixturevalue("week")
    if counted:
        tallies.catch_up(store)
    after = {name: ask(name, "jonas", none).to_json() for name in QUESTIONS}
    assert after == before
    assert ask("tools", "jonas").to_json() != before["tools"]


def test_h12_a_payload_above_what_one_reads_is_not_counted(store: Store, week: Week, ask: Ask) -> None:
    said = {"tool": "get_recent_failed_logons", "params": {"service": "shop-orders"}, "label": "security", "evidence": "ev_x"}
    with store.begin() as conn:
        append(conn, actor="incident_triage@service", kind="tool.called", subject=week.incident, payload=said)
    for counted in (False, True):
        if counted:
            tallies.catch_up(store)
        for person, seen in (("jonas", False), ("maya", True)):
            text = json.dumps(ask("tools", person).to_json())
            assert ("failed_logons" in text) is seen, (person, counted)


def test_h12_a_runbook_that_one_may_not_read_is_not_named(store: Store, catalogue: Any, ask: Ask) -> None:
    incident = new_id("inc")
    said = {"tool": "query_approved_runbook", "retrieved": ["payment-data-exposed", "high-error-rate"], "label": "internal"}
    with store.begin() as conn:
        append(conn, actor="maya", kind="record.opened", subject="a-record", payload={"service": "shop-payments"})
        append(conn, actor="incident_triage@service", kind="tool.called", subject="a-record", payload=said)
        append(
            conn,
            actor="tomas",
            kind="feedback.given",
            subject="a-record",
            payload={"about": "runbook:payment-data-exposed", "kind": "misleading", "incident": incident},
        )
    for name in ("sources", "corrections"):
        assert "payment-data-exposed" not in json.dumps([rows(ask(name, "tomas"), n) for n in range(len(ask(name).tables))])
        assert "payment-data-exposed" in json.dumps(rows(ask(name, "priya")))


def test_h12_what_is_about_no_service_is_for_audit_review(store: Store, ask: Ask) -> None:
    with store.begin() as conn:
        append(conn, actor="holds@service", kind="statement.refused", subject="statement:x", payload={"rule": "signature"})
    assert not rows(ask("failures", "maya"))
    whole = [row for row in rows(ask("failures", "ruth")) if row["rule"] == "signature"]
    assert [row["count"] for row in whole] == [1]


def test_the_list_goes_on_with_the_number_it_names(store: Store, week: Week, ask: Ask) -> None:
    with store.begin() as conn:
        append_many(
            conn,
            [
                Entry("incident_triage@service", "tool.failed", week.incident, payload={"tool": "query_logs", "params": {"n": n}})
                for n in range(60)
            ],
        )
    seen: list[int] = []
    before = None
    for _ in range(3):
        listed = ask("tools", before=before).listed
        assert listed is not None
        seen += [row["seq"] for row in listed.entries]
        before = listed.before
    assert before is None
    assert len(seen) == len(set(seen)) == 63
    assert seen == sorted(seen, reverse=True)


# -- What is asked wrongly ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"since": "2026-1-1"},
        {"since": "20261120"},
        {"since": "2026-11-20T10:00:00"},
        {"since": "２０２６-11-20"},
        {"until": "2026-11-20\n"},
        {"since": "2026-11-20", "until": "2026-11-19"},
        {"since": "2020-01-01", "until": "2026-11-20"},
        {"since": "9999-12-31"},
        {"since": "x" * 100_000},
        {"before": 0},
        {"before": -1},
        {"before": 2**60},
    ],
)
def test_garbage_in_a_period_is_refused_with_what_to_do(ask: Ask, wanted: dict[str, Any]) -> None:
    for name in QUESTIONS:
        with pytest.raises(BadInput) as refused:
            ask(name, **wanted)
        assert refused.value.next_step
        assert len(str(refused.value)) < 400


@pytest.mark.parametrize("name", ["", "Tools", "tools ", "../tools", "__class__", "x" * 10_000])
def test_a_question_that_there_is_not(ask: Ask, name: str) -> None:
    with pytest.raises(NotFound) as refused:
        ask(name)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    "wanted", [{"until": "0001-01-01"}, {"since": "0001-01-01", "until": "0001-01-02"}, {"until": "9999-12-31"}]
)
def test_the_ends_of_time(ask: Ask, wanted: dict[str, str]) -> None:
    for name in QUESTIONS:
        ask(name, **wanted)


def test_a_payload_of_garbage_stops_no_question(store: Store, week: Week, ask: Ask) -> None:
    from tests.include.store.test_tallies import GARBAGE

    kinds = (
        "tool.called",
        "tool.failed",
        "brief.drafted",
        "vote.cast",
        "feedback.given",
        "vote.refused",
        "hold.approved",
        "task.marked",
    )
    with store.begin() as conn:
        append_many(
            conn,
            [
                Entry("eve", kind, week.incident, payload=payload)
                for kind in kinds
                for payload in GARBAGE
                if "label" not in payload
            ],
        )
    for name in QUESTIONS:
        json.dumps(ask(name).to_json())
    tallies.catch_up(store)
    for name in QUESTIONS:
        json.dumps(ask(name).to_json())
