"""`incident_triage` on a live Airflow over real processes: one run, one brief, nothing lost, whatever is killed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from include.drafting.grounding import check_brief
from include.store import desk, ledger, reads
from include.store.verify import verify
from lab import faults

pytestmark = pytest.mark.live


def test_a_real_fault_becomes_a_cited_brief_for_a_named_owner(live: Any) -> None:
    """Watcher to webhook to run to brief; every fact checked against the evidence in the store."""
    faults.switch_on(live.scene.estate, "wrong_port")
    try:
        row = live.wait(
            "an incident of shop-orders",
            lambda: next((r for r in live.incidents() if r["service"] == "shop-orders" and r["source"] == "lab"), None),
        )
        brief = live.wait_for_brief(row["id"])
    finally:
        faults.switch_off(live.scene.estate, "wrong_port")
    with live.store.read() as conn:
        evidence = reads.evidence_by_ids(conn, brief.retrieved)
    check_brief(brief, evidence)
    assert brief.facts
    assert brief.escalation.owner == "tomas"
    assert "deploy" in brief.hypotheses[0].statement.lower()
    live.wait_until_briefed(row["id"])
    live.wait("the page, sent once", lambda: [page["state"] for page in live.pages(row["id"])] == ["sent"])
    with live.store.read() as conn:
        assert desk.by_incident(conn, row["id"])["state"] == "open"
        kinds = [entry.kind for entry in ledger.entries(conn, subject=row["id"])]
    for kind in ("incident.opened", "dispatch.triggered", "briefing.begun", "tool.called", "brief.drafted", "incident.escalated"):
        assert kind in kinds
    assert verify(live.store).ok


@contextmanager
def _logs_gone(live: Any) -> Iterator[None]:
    """The front end's log files moved away, so that the read of them fails for real. (Orders, which another test deploys to,
    may be starting anew, and would make its file again.)"""
    log = Path(live.scene.estate.facts()["services"]["shop-frontend"]["log"])
    away = log.parent.parent / "moved-away"
    away.mkdir()
    for file in log.parent.glob(f"{log.name}*"):
        file.rename(away / file.name)
    try:
        yield
    finally:
        for file in away.iterdir():
            file.replace(log.parent / file.name)
        away.rmdir()


def test_a_failed_read_is_red_is_cleared_as_the_ui_does_and_the_next_version_has_it(live: Any) -> None:
    with _logs_gone(live):
        incident_id = live.post(live.body(service="shop-frontend"))
        first = live.wait_for_brief(incident_id)
        live.wait_until_briefed(incident_id)
    (run,) = live.runs_of(incident_id)
    live.wait("the run's end", lambda: live.run_ended(run["dag_run_id"]))
    failed = [ti for ti in live.task_instances(run["dag_run_id"]) if ti["state"] == "failed"]
    assert failed
    assert {ti["task_id"] for ti in failed} == {"collect_evidence"}
    gaps = [gap for gap in first.missing if gap.kind == "failed"]
    assert {gap.tool for gap in gaps} == {"query_logs"}
    body = {
        "dry_run": False,
        "dag_run_id": run["dag_run_id"],
        "task_ids": [["collect_evidence", ti["map_index"]] for ti in failed],
        "include_downstream": True,
        "only_failed": False,
        "reset_dag_runs": True,
    }
    live.airflow.send("POST", "/api/v2/dags/incident_triage/clearTaskInstances", body)
    second = live.wait_for_brief(incident_id, version=2)
    assert not [gap for gap in second.missing if gap.kind == "failed" and gap.tool == "query_logs"]
    live.wait("the second run's end", lambda: live.run_ended(run["dag_run_id"]))
    assert len(live.pages(incident_id)) == 1, "clearing must not page twice"
    with live.store.read() as conn:
        number = desk.by_incident(conn, incident_id)["number"]
        assert len(desk.comments_of(conn, number)) == 2


@contextmanager
def _airflow_locked(live: Any) -> Iterator[None]:
    """Airflow's database locked by a third hand: a trigger waits there, whatever is committed elsewhere."""
    with closing(sqlite3.connect(live.airflow.home / "airflow.db", timeout=60, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            conn.execute("ROLLBACK")


def test_kill_9_of_the_api_server_between_commit_and_trigger(live: Any) -> None:
    with _airflow_locked(live):
        incident_id = live.post()
        live.wait("the run's id written down", lambda: live.dispatched(incident_id)["state"] == "triggered", 20)
        live.airflow.kill_component("api-server")
    assert live.dispatched(incident_id)["claimed_at"] is None
    live.airflow.start_component("api-server")
    live.airflow.wait_healthy()
    live.wait_for_brief(incident_id, timeout_s=120)
    live.wait_until_briefed(incident_id)
    assert len(live.runs_of(incident_id)) == 1
    assert live.brief(incident_id, 2) is None
    assert len(live.pages(incident_id)) == 1


def test_kill_9_of_the_scheduler_mid_run(live: Any) -> None:
    incident_id = live.post()
    live.wait("the run at work", lambda: live.dispatched(incident_id)["state"] == "claimed", 60)
    live.airflow.kill_component("scheduler")
    time.sleep(1)
    live.airflow.start_component("scheduler")
    live.wait_for_brief(incident_id, timeout_s=180)
    live.wait_until_briefed(incident_id, timeout_s=120)
    assert len(live.runs_of(incident_id)) == 1
    assert len(live.pages(incident_id)) == 1


def test_a_run_that_somebody_started_under_another_incidents_name_does_nothing(live: Any) -> None:
    incident_id = live.post()
    live.wait_until_briefed(incident_id)
    conf = {"incident": incident_id, "briefing": 1}
    live.airflow.send("POST", "/api/v2/dags/incident_triage/dagRuns", {"logical_date": None, "dag_run_id": "squat", "conf": conf})
    live.wait("the second run's end", lambda: live.run_ended("squat"))
    states = {ti["task_id"]: ti["state"] for ti in live.task_instances("squat")}
    assert states["read_alert"] == "skipped"
    assert states["escalate"] == "skipped"
    assert live.brief(incident_id, 2) is None
    assert len(live.pages(incident_id)) == 1


def test_no_evidence_at_all_still_escalates(live: Any) -> None:
    incident_id = live.post(live.body(service="a-service-nobody-knows"))
    brief = live.wait_for_brief(incident_id)
    live.wait_until_briefed(incident_id)
    assert brief.service is None
    assert brief.escalation.owner == "maya"
    assert [page["recipient"] for page in live.pages(incident_id)] == ["maya"]


def test_asked_from_airflows_trigger_form_with_ones_own_permissions(live: Any) -> None:
    conf = {"question": "Why is checkout slow?", "service": "shop-frontend"}
    body = {"logical_date": None, "dag_run_id": "asked-by-form", "conf": conf}
    live.airflow.send("POST", "/api/v2/dags/incident_triage/dagRuns", body)
    live.wait("the run's end", lambda: live.run_ended("asked-by-form"), 120)
    row = next(r for r in live.incidents() if r["question"] == conf["question"])
    assert row["principal"] == "maya"
    assert live.brief(row["id"], 1).principal == "maya"


def test_h12_content_of_evidence_is_nowhere_in_airflow(live: Any) -> None:
    """A canary in restricted and in ordinary evidence: no XCom, log, rendered field, conf or page shows it."""
    facts = live.scene.estate.facts()
    restricted, ordinary = f"canary-restricted-{time.time_ns()}", f"canary-ordinary-{time.time_ns()}"
    with Path(facts["auth"]["sshd_log"]).open("a") as file:
        stamp = time.strftime("%b %e %H:%M:%S", time.gmtime(time.time() - 60))
        for _ in range(30):
            file.write(f"{stamp} shop-1 sshd[4242]: Failed password for {restricted} from 203.0.113.77 port 50022 ssh2\n")
    with Path(facts["services"]["shop-frontend"]["log"]).open("a") as file:
        at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - 30))
        file.write(
            f'{{"at": "{at}", "level": "error", "service": "shop-frontend", "message": "{ordinary} failed", "trace": ""}}\n'
        )
    incident_id = live.post(live.body(service="shop-frontend", description="many failed logons, brute force suspected"))
    brief = live.wait_for_brief(incident_id)
    live.wait_until_briefed(incident_id)
    assert brief.label == "security"
    stored = _bytes_below(live.airflow.home / "holdpoint")
    assert restricted.encode() in stored, "the canary must have been read, or this test proves nothing"
    assert ordinary.encode() in stored
    (run,) = live.runs_of(incident_id)
    live.wait("the run's end", lambda: live.run_ended(run["dag_run_id"]))
    seen_by_airflow = _bytes_below(live.airflow.home, without=live.airflow.home / "holdpoint")
    for canary in (restricted, ordinary):
        assert canary.encode() not in seen_by_airflow
    pages = (live.scene.folder / "pages.jsonl").read_bytes()
    assert restricted.encode() not in pages
    with live.store.read() as conn:
        number = desk.by_incident(conn, incident_id)["number"]
        for comment in desk.comments_of(conn, number):
            assert restricted not in comment["body"] or comment["label"] == "security"
    tickets = _search_as(live, "jonas")
    assert restricted not in tickets


def _bytes_below(folder: Path, without: Path | None = None) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file() and (without is None or without not in path.parents)]
    return b"".join(path.read_bytes() for path in files)


def _search_as(live: Any, person: str) -> str:
    """What this person's search of the desk shows, whole."""
    from datetime import UTC, datetime, timedelta

    from include.catalogue.loader import EXAMPLE, load_catalogue
    from include.policy.permit import readable_labels

    catalogue = load_catalogue(EXAMPLE, "")
    until = datetime.now(UTC) + timedelta(minutes=1)
    labels = readable_labels(catalogue, person, "search_tickets", "shop-frontend", "lab", today=until.date())
    with live.store.read() as conn:
        found, _ = desk.search_tickets(conn, "shop", until - timedelta(days=1), until, 100, labels=labels)
    return repr(found)


def test_the_brief_is_a_page_for_who_may_read_it_and_404_for_others(live: Any) -> None:
    import httpx

    incident_id = live.post(live.body(service="shop-frontend", description="failed logons, brute force suspected"))
    assert live.wait_for_brief(incident_id).label == "security"
    live.wait_until_briefed(incident_id)
    (run,) = live.runs_of(incident_id)
    links = live.airflow.get(f"/api/v2/dags/incident_triage/dagRuns/{run['dag_run_id']}/taskInstances/draft_brief/links")
    assert links["extra_links"] == {"Brief": f"/holdpoint/incidents/{incident_id}?version=1"}
    url = f"http://127.0.0.1:{live.airflow.port}/holdpoint/incidents/{incident_id}"
    version = {"version": "1"}
    maya, ruth = ({"Authorization": f"Bearer {live.airflow.token(name)}"} for name in ("maya", "ruth"))
    page = httpx.get(url, params=version, headers=maya, timeout=30)
    assert page.status_code == 200
    assert "DRAFT" in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    refused = httpx.get(url, params=version, headers=ruth, timeout=30)
    missing = httpx.get(f"{url}nope", params=version, headers=ruth, timeout=30)
    assert (refused.status_code, missing.status_code) == (404, 404)
    anonymous = httpx.get(url, timeout=30, follow_redirects=False)
    assert anonymous.status_code == 303
    assert "login" in anonymous.headers["location"]


def test_the_ledger_of_all_this_verifies_from_the_command_line(live: Any) -> None:
    env = {"HOLDPOINT_STORE": live.scene.store_url, "PATH": "/usr/bin:/bin", "HOLDPOINT_PYTHON": sys.executable}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [root / "holdpoint", "ledger", "verify", "--json"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
