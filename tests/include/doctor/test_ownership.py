from __future__ import annotations

from collections.abc import Callable
from typing import Any

from include.doctor.finding import Finding, Level
from include.doctor.ownership import check_raci_rows, check_tools, check_workflows
from include.doctor.surroundings import Surroundings
from tests.architecture.trees import Spoiled

TRIAGE = "- {kind: workflow, name: incident_triage,"
GONE = (
    '- {kind: workflow, name: old_triage, responsible: maya, accountable: maya, reviewed: "2026-10-05", review_interval_days: 90}'
)
LOGS = "- {kind: credential, name: holdpoint_logs,"
MAIL = "- name: mail\n  owner: maya\n  kind: smtp\n  conn_id: {conn_id}\n  clears: [public]\n- name: pager-log"


def found(catalogue: Any, here: Surroundings) -> list[Finding]:
    return [finding for check in (check_tools, check_workflows, check_raci_rows) for finding in check(catalogue, here)]


def test_the_example_is_owned(catalogue: Any, here: Surroundings):
    assert found(catalogue, here) == []


def test_h13_a_tool_whose_owner_role_nobody_has(edited: Callable[..., Any], here: Surroundings):
    (finding,) = found(edited(("people.yaml", "roles: [release, on-call, shop-owner]", "roles: [on-call, shop-owner]")), here)
    assert (finding.level, finding.subject) == (Level.ERROR, "tool list_recent_deployments")
    assert "'release'" in finding.problem


def test_h13_a_tool_that_nobody_is_accountable_for(edited: Callable[..., Any], here: Surroundings):
    findings = found(edited(("raci.yaml", 'kind: tool, name: "*"', "kind: tool, name: no_such_tool")), here)
    assert any(f.level is Level.ERROR and f.subject == "tool query_logs" and "raci.yaml" in f.problem for f in findings)
    assert [f.subject for f in findings if f.level is Level.WARNING] == ["raci.yaml (tool:no_such_tool)"]


def test_h13_a_credential_that_nobody_is_accountable_for(edited: Callable[..., Any], here: Surroundings):
    (finding,) = found(edited(("raci.yaml", LOGS, "#")), here)
    assert (finding.level, finding.subject) == (Level.ERROR, "tool query_logs")
    assert "holdpoint_logs" in finding.problem


def test_h13_a_workflow_without_a_raci_row(edited: Callable[..., Any], here: Surroundings):
    (finding,) = found(edited(("raci.yaml", TRIAGE, "#")), here)
    assert (finding.level, finding.subject) == (Level.ERROR, "workflow incident_triage")


def test_h13_a_new_dag_file_without_a_row(catalogue: Any, here: Surroundings, spoiled: Spoiled):
    spoiled.plant("dags/new_sweep.py", 'DAG(dag_id="new_sweep",\n    tags=["sweep", "holdpoint"])')
    assert [finding.subject for finding in found(catalogue, here)] == ["workflow new_sweep"]


def test_a_hosts_dag_is_not_ours_to_own(catalogue: Any, here: Surroundings, spoiled: Spoiled):
    spoiled.plant("dags/theirs.py", 'from plugins.operators.host import Host\nDAG(dag_id="theirs", tags=["etl"])')
    assert found(catalogue, here) == []


def test_a_row_for_what_is_gone(edited: Callable[..., Any], here: Surroundings):
    (finding,) = found(edited(("raci.yaml", TRIAGE, f"{GONE}\n{TRIAGE}")), here)
    assert (finding.level, finding.subject) == (Level.WARNING, "raci.yaml (workflow:old_triage)")


def test_a_channels_credential(edited: Callable[..., Any], here: Surroundings):
    owned = edited(("channels.yaml", "- name: pager-log", MAIL.format(conn_id="holdpoint_paging")))
    assert found(owned, here) == []
    (finding,) = found(edited(("channels.yaml", "- name: pager-log", MAIL.format(conn_id="company_mail"))), here)
    assert (finding.level, finding.subject) == (Level.ERROR, "credential company_mail")


def test_an_approval_sources_credential(edited: Callable[..., Any], here: Surroundings):
    (finding,) = found(edited(("raci.yaml", "- {kind: credential, name: holdpoint_servicenow,", "#")), here)
    assert (finding.level, finding.subject) == (Level.ERROR, "credential holdpoint_servicenow")
    assert "the approval source servicenow" in finding.problem
