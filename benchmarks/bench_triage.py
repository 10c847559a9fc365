"""Alert to brief over an empty DAG of the same shape, on the same live Airflow, in turns."""

from __future__ import annotations

import json
import statistics
import time
from datetime import UTC, datetime

import httpx

from benchmarks.result import Result
from benchmarks.stage import stage
from include.store import briefs, reads
from include.store.database import Store
from lab.airflow import LocalAirflow
from lab.demo import Scene

ROUNDS = 9
TOKEN = "bench-token"


def _brief(scene: Scene, store: Store, number: int) -> tuple[float, int]:
    """(seconds from the post to the brief in the store, mapped reads)."""
    name = "bench" + "x" * number
    body = {"title": name, "id": name, "service": "shop-orders", "environment": "lab", "severity": "critical", "status": "firing"}
    body["started_at"] = datetime.now(UTC).isoformat()
    url = f"http://127.0.0.1:{scene.airflow.port}/holdpoint/alerts/generic"
    began = time.time()
    answer = httpx.post(url, content=json.dumps(body), headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
    (incident_id,) = answer.json()["incidents"]
    while True:
        with store.read() as conn:
            row = briefs.latest(conn, incident_id)
            # The runbooks have a task of their own; the others are mapped.
            made = sum(r["tool"] != "query_approved_runbook" for r in reads.of_briefing(conn, incident_id, 1))
        if row is not None:
            return datetime.fromisoformat(row["drafted_at"]).timestamp() - began, made
        time.sleep(0.2)


def _empty(airflow: LocalAirflow, number: int, mapped: int) -> float:
    """Seconds from the trigger to the end of the task in the brief's place."""
    run_id = f"bench-{number}"
    began = time.time()
    conf = {"logical_date": None, "dag_run_id": run_id, "conf": {"reads": mapped}}
    airflow.send("POST", "/api/v2/dags/empty_shape/dagRuns", conf)
    path = f"/api/v2/dags/empty_shape/dagRuns/{run_id}/taskInstances/draft_brief"
    while True:
        found = airflow.get(path)
        if found["end_date"]:
            return datetime.fromisoformat(found["end_date"]).timestamp() - began
        time.sleep(0.2)


def _settle(airflow: LocalAirflow) -> None:
    """Wait until no run is left at work, so that one does not pay for the other."""
    while any(
        airflow.get(f"/api/v2/dags/{dag}/dagRuns?state={state}&limit=1")["total_entries"]
        for dag in ("empty_shape", "incident_triage")
        for state in ("running", "queued")
    ):
        time.sleep(0.3)


def main() -> None:
    with stage({"HOLDPOINT_SECRET_GENERIC": TOKEN}) as scene:
        store = Store.open(scene.store_url)
        pairs = []
        for number in range(ROUNDS + 1):
            ours, mapped = _brief(scene, store, number)
            _settle(scene.airflow)
            floor = _empty(scene.airflow, number, mapped)
            _settle(scene.airflow)
            pairs.append((ours, floor))
        ours, floor = (statistics.median(side) for side in zip(*pairs[1:], strict=True))
        shown = {"brief_s": round(ours, 2), "empty_s": round(floor, 2), "mapped": mapped, "rounds": ROUNDS}
        Result("alert to brief / an empty DAG of the same shape", ours / floor, 1.25, absolutes=shown).print()


if __name__ == "__main__":
    main()
