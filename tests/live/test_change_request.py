"""`change_request` on a live Airflow: notes become a package and an offered plan, whose hold is released by signatures."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from include.cab.offer import PRINCIPAL
from include.cab.request import request_change
from include.holds.digest import body_of
from include.holds.propose import draft, propose
from include.store import changes, desk, dispatches, incidents
from include.store.verify import verify
from tests.holds_kit import store_time
from tests.live.test_gated_change import Change, Signing, kit  # noqa: F401
from tests.plans_kit import proposal
from tests.preparing import NOTES

pytestmark = pytest.mark.live
DAG = "/api/v2/dags/change_request"
CANARY = "canary-7f3a91"


def prepared(live: Any, change_id: str) -> Any:
    """The request's package, once its run has routed it."""

    def over() -> bool:
        with live.store.read() as conn:
            return (dispatches.get(conn, change_id, 1) or {})["state"] in {"briefed", "escalated"}

    live.wait(f"the preparation of {change_id}", over, 120.0)
    with live.store.read() as conn:
        row = changes.latest(conn, change_id)
    assert row is not None, "it was escalated without a package"
    return changes.read(row)


def run_of(live: Any, change_id: str) -> str:
    with live.store.read() as conn:
        return str((dispatches.get(conn, change_id, 1) or {})["run_id"])


def test_notes_become_a_package_a_plan_and_a_hold_that_others_release(live: Any, kit: Signing) -> None:  # noqa: F811
    notes = NOTES.replace("Window: 2026-12-05 22:00 to 22:30 UTC\n", "").replace("Maya Okafor", f"Maya Okafor {CANARY}")
    asked = request_change(live.store, kit.roots.catalogue, principal="maya", notes=notes, environment="lab")
    package = prepared(live, asked.change_id)
    assert (package.services, package.assessment.rollback.value) == (("shop-orders",), "present")
    assert any("shop-orders is RUNNING" in fact.statement for fact in package.facts), "as the real supervisor says"
    run = run_of(live, asked.change_id)
    live.wait("the run's end", lambda: live.airflow.get(f"{DAG}/dagRuns/{run}")["state"] in {"success", "failed"})
    tasks = {
        (task["task_id"], task["state"])
        for task in live.airflow.get(f"{DAG}/dagRuns/{run}/taskInstances?limit=100")["task_instances"]
        if task["task_id"] != "build_context"
    }
    names = ("read_notes", "retrieve_runbooks", "assess_change", "draft_cab", "file_draft", "propose_plan", "route_for_approval")
    assert tasks == {(name, "success") for name in names}
    with live.store.read() as conn:
        ticket = desk.by_incident(conn, asked.change_id)
        request, _ = changes.offer_of(conn, asked.change_id)
    assert ticket is not None
    assert ticket["assignee"] == "tomas"
    assert request is not None
    _nothing_of_the_notes_is_in_airflow(live)
    hold = _proposed(live, kit, request)
    hold.vote("tomas")
    assert hold.ends() == "success"
    assert "hold.approved" in hold.kinds()
    assert verify(live.store).ok


def _proposed(live: Any, kit: Signing, request: Any) -> Change:  # noqa: F811
    with live.store.read() as conn:
        plan = draft(conn, kit.roots, request, "maya", drafted_by=(PRINCIPAL,))
    signed = proposal(kit, plan, "maya", store_time(live.store))  # type: ignore[arg-type]
    return Change(live, kit, propose(live.store, kit.roots, body_of(plan), signed).id)


def _nothing_of_the_notes_is_in_airflow(live: Any) -> None:
    """H12: neither in its database (XCom, conf, rendered fields) nor in a task's log."""
    home = Path(live.airflow.home)
    with sqlite3.connect(f"file:{home / 'airflow.db'}?mode=ro", uri=True) as conn:
        assert not [line for line in conn.iterdump() if CANARY in line]
    assert not [path for path in (home / "logs").rglob("*.log") if CANARY in path.read_text(errors="replace")]


def test_notes_typed_into_airflows_form_have_the_permissions_of_who_typed_them(live: Any) -> None:
    body = {"logical_date": None, "conf": {"notes": "# Move\n\nWe move shop-payments tonight.", "environment": "lab"}}
    run = live.airflow.send("POST", f"{DAG}/dagRuns", body)["dag_run_id"]

    def mine() -> Any:
        with live.store.read() as conn:
            return dispatches.of_run(conn, run)

    change_id = live.wait("the form's request", mine, 120.0)["incident_id"]
    package = prepared(live, change_id)
    assert (package.principal, package.assessment.rollback.value) == ("maya", "missing")
    with live.store.read() as conn:
        assert incidents.get(conn, change_id).principal == "maya"
        assert changes.offer_of(conn, change_id)[0] is None
