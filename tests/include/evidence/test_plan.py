"""Which reads are planned: by the catalogue and the grants, never beyond them, and the rest is listed with a reason."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.contracts.evidence import GapKind
from include.contracts.incident import Classification, Incident, Intent, Risk
from include.contracts.tool import ToolClass
from include.contracts.tools import TOOLS, tools_of
from include.evidence.plan import ReadPlan, dependencies_in_sight, plan_reads, planned_tools
from tests.include.drafting.test_extractive_properties import incident

TODAY = date(2026, 11, 20)
SECURITY = Classification(intent=Intent.SECURITY, risk=Risk.HIGH, reasons=("Logons.",))
DIAGNOSE = Classification(intent=Intent.DIAGNOSE, risk=Risk.HIGH, reasons=("An alert.",))


def about(service: str | None = "shop-frontend", **fields: Any) -> Incident:
    return incident().model_copy(update={"service": service, **fields})


def plan(catalogue: Any, item: Incident, classification: Classification = DIAGNOSE) -> ReadPlan:
    return plan_reads(catalogue, item, classification, today=TODAY)


def tools_for(found: ReadPlan, service: str) -> list[str]:
    return [read.request.tool for read in found.reads if read.request.params["service"] == service]


@pytest.fixture
def changed(tmp_path: Path) -> Any:
    """`changed(table, edit)`: the example catalogue with one table's rows edited."""

    def change(table: str, edit: Any) -> Any:
        folder = tmp_path / "catalogue"
        shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
        path = folder / f"{table}.yaml"
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        # BaseLoader keeps everything as text; numbers are told apart by the loader's own models, so write them back plainly.
        edited = edit(rows)
        path.write_text(yaml.safe_dump(_typed(edited), allow_unicode=True, sort_keys=False), encoding="utf-8")
        return load_catalogue(folder, "")

    return change


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_typed(each) for each in value]
    return int(value) if isinstance(value, str) and value.isdigit() else value


def test_every_read_tool_is_planned_or_retrieved_beside_it() -> None:
    assert planned_tools() == {contract.name for contract in tools_of(ToolClass.READ)}


def test_the_service_and_its_direct_dependencies_are_read(catalogue: Any) -> None:
    found = plan(catalogue, about())
    own = tools_for(found, "shop-frontend")
    assert own[:2] == ["get_service_status", "query_logs"]
    assert {"search_cmdb", "search_tickets", "list_recent_alerts", "get_metrics"} <= set(own)
    assert set(tools_for(found, "shop-orders")) == {
        "get_service_status",
        "query_logs",
        "list_active_alerts",
        "list_recent_deployments",
    }
    assert tools_for(found, "shop-payments") == []


def test_requests_are_what_the_tools_take(catalogue: Any) -> None:
    for read in plan(catalogue, about(), SECURITY).reads:
        model = TOOLS[read.request.tool].input_model
        assert model.model_validate_json(json.dumps(read.request.params)).to_json() == read.request.params


def test_windows_follow_from_the_incident_alone(catalogue: Any) -> None:
    first = plan(catalogue, about())
    later = plan(catalogue, about(opened_at=datetime(2026, 11, 21, tzinfo=UTC), briefing=3))
    assert first == later
    logs = [read.request.params for read in first.reads if read.request.tool == "query_logs"][:2]
    assert [(each["since"], each["until"]) for each in logs] == [
        ("2026-11-20T09:05:00Z", "2026-11-20T10:20:00Z"),
        ("2026-11-20T03:05:00Z", "2026-11-20T09:05:00Z"),
    ]
    deployments = next(read.request.params for read in first.reads if read.request.tool == "list_recent_deployments")
    assert deployments["since"] == "2026-11-19T10:05:00Z"


def test_the_same_instant_in_another_zone_asks_the_same(catalogue: Any) -> None:
    from datetime import timezone

    at = about().started_at
    moved = at.astimezone(timezone(timedelta(hours=5, minutes=30))) + timedelta(milliseconds=250)
    assert plan(catalogue, about(started_at=moved)) == plan(catalogue, about())


def test_logons_are_read_first_in_a_security_incident_and_not_otherwise(catalogue: Any) -> None:
    assert plan(catalogue, about(), SECURITY).reads[0].request.tool == "get_recent_failed_logons"
    assert plan(catalogue, about(), SECURITY).reads[0].label == "security"
    other = plan(catalogue, about())
    assert "get_recent_failed_logons" not in {read.request.tool for read in other.reads}
    assert any(gap.tool == "get_recent_failed_logons" and "security incidents only" in gap.reason for gap in other.not_asked)


def test_what_is_not_asked_says_why(catalogue: Any) -> None:
    gaps = plan(catalogue, about("shop-orders"), SECURITY).not_asked
    reasons = {(gap.tool, gap.params.get("service")): gap.reason for gap in gaps}
    # The workflow has no grant for logons on shop-orders, so that tool is not even named there.
    assert ("get_recent_failed_logons", "shop-orders") not in reasons
    assert "only its status, logs, alerts and deployments" in reasons["get_metrics", "shop-payments"]
    assert "depends on shop-orders" in reasons["query_logs", "shop-frontend"]
    far = plan(catalogue, about()).not_asked
    assert any(gap.params.get("service") == "shop-payments" and "more than one dependency away" in gap.reason for gap in far)
    assert all(gap.kind is GapKind.NOT_ASKED for gap in (*gaps, *far))


def test_a_system_the_service_is_not_in_is_not_asked(changed: Any) -> None:
    def without_metrics(rows: Any) -> Any:
        for row in rows:
            row["systems"].pop("metrics", None)
        return rows

    found = plan(changed("services", without_metrics), about())
    assert "get_metrics" not in tools_for(found, "shop-frontend")
    assert any(gap.tool == "get_metrics" and "does not say where" in gap.reason for gap in found.not_asked)


def test_only_some_metrics_are_read_and_the_rest_is_named(changed: Any) -> None:
    def many(rows: Any) -> Any:
        for row in rows:
            if row["name"] == "shop-frontend":
                row["systems"]["prometheus"] = {"queries": {f"m{n}": "up" for n in range(8)} | {"Bad Name": "up"}}
        return rows

    found = plan(changed("services", many), about())
    asked = [read.request.params["metric"] for read in found.reads if read.request.tool == "query_metric_range"]
    assert asked == ["m0", "m1", "m2", "m3", "m4", "m5"]
    left = " ".join(gap.reason for gap in found.not_asked if gap.tool == "query_metric_range")
    assert "m6" in left
    assert "m7" in left
    assert "Bad Name" in left


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"service": None}, "no service of the catalogue"),
        ({"service": "nowhere"}, "no service of the catalogue"),
        ({"environment": None}, "no environment is known"),
        ({"environment": "staging"}, "not in the environment staging"),
    ],
)
def test_without_a_target_nothing_is_read(catalogue: Any, fields: dict[str, Any], why: str) -> None:
    found = plan(catalogue, about(**fields))
    assert found.reads == ()
    assert found.not_asked
    assert all(why in gap.reason for gap in found.not_asked)


# --- H12: permission before retrieval --------------------------------------------------------------------------------


def test_h12_no_grant_no_read_no_hint(catalogue: Any) -> None:
    for principal in ("nobody@service", "stranger", "incident_triage"):
        found = plan(catalogue, about(principal=principal), SECURITY)
        assert found == ReadPlan((), ())


def test_h12_a_principal_gets_what_its_grants_say_and_no_word_of_the_rest(catalogue: Any) -> None:
    found = plan(catalogue, about(principal="jonas"), SECURITY)
    named = {read.request.tool for read in found.reads} | {gap.tool for gap in found.not_asked}
    assert named <= {"search_tickets", "search_cmdb", "list_recent_alerts", "query_approved_runbook"}
    assert {read.request.tool for read in found.reads} == {"search_tickets", "search_cmdb", "list_recent_alerts"}


def test_h12_a_restricted_dependency_is_neither_read_nor_named(changed: Any) -> None:
    def restrict(rows: Any) -> Any:
        for row in rows:
            if row["name"] == "shop-orders":
                row["classification"] = "restricted"
        return rows

    catalogue = changed("services", restrict)
    found = plan(catalogue, about())
    text = json.dumps([gap.to_json() for gap in found.not_asked] + [read.request.to_json() for read in found.reads])
    assert "shop-orders" not in text
    assert "shop-payments" not in text, "it is known through the restricted entry alone"
    assert dependencies_in_sight(catalogue, about(), today=TODAY) == {"shop-frontend": ("shop-orders",)}


def test_h12_dependencies_are_not_followed_without_the_right_to_read_the_entry(changed: Any) -> None:
    def no_cmdb(rows: Any) -> Any:
        for row in rows:
            row["tools"] = [name for name in row["tools"] if name != "search_cmdb"] or ["open_ticket"]
        return rows

    found = plan(changed("grants", no_cmdb), about())
    assert {read.request.params["service"] for read in found.reads} == {"shop-frontend"}
    assert "shop-orders" not in json.dumps([gap.to_json() for gap in found.not_asked])


def test_h12_an_expired_grant_gives_nothing(changed: Any) -> None:
    def expire(rows: Any) -> Any:
        for row in rows:
            row["expires"] = "2026-11-19"
        return rows

    assert plan(changed("grants", expire), about(), SECURITY) == ReadPlan((), ())


def test_the_label_is_the_higher_of_tool_and_service(changed: Any) -> None:
    def secure(rows: Any) -> Any:
        for row in rows:
            row["classification"] = "public"
        return rows

    assert {read.label for read in plan(changed("services", secure), about()).reads} == {"internal"}
