"""One lab and one live Airflow for all live tests of a session: real processes, ended at the end whatever happened."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from include.store import briefs, deliveries, dispatches, incidents, reads
from include.store.database import Store
from include.store.tables.incident import incident
from lab.airflow import LocalAirflow
from lab.demo import Scene
from tests.otlp import Collector, collecting

METRICS_TOKEN = "live-tests-metrics-token"
GENERIC_TOKEN = "live-tests-generic-token"


@dataclass
class Live:
    """What the tests speak to, and a few questions they all ask."""

    scene: Scene
    store: Store
    collector: Collector
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    @property
    def airflow(self) -> LocalAirflow:
        return self.scene.airflow

    def body(self, **fields: Any) -> dict[str, Any]:
        """A firing alert of the generic source that no other test has sent."""
        name = f"live test {'abcdefghijklmnopqrstuvwxyz'[next(self._numbers) % 26]}{time.time_ns():x}"
        base = {"title": name, "id": name, "service": "shop-orders", "environment": "lab", "severity": "critical"}
        return base | {"status": "firing", "started_at": datetime.now(UTC).isoformat()} | fields

    def post(self, body: dict[str, Any] | None = None) -> str:
        """Post an alert; the incident it became."""
        url = f"http://127.0.0.1:{self.airflow.port}/holdpoint/alerts/generic"
        answer = httpx.post(
            url, content=json.dumps(body or self.body()), headers={"Authorization": f"Bearer {GENERIC_TOKEN}"}, timeout=60
        )
        assert answer.status_code == 202, answer.text
        (incident_id,) = answer.json()["incidents"]
        return str(incident_id)

    def wait(self, what: str, condition: Callable[[], Any], timeout_s: float = 90.0) -> Any:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.3)
        pytest.fail(f"{what}: not within {timeout_s:.0f} s; logs in {self.airflow.home / 'logs'}")

    def dispatched(self, incident_id: str, briefing: int = 1) -> Any:
        with self.store.read() as conn:
            return dispatches.get(conn, incident_id, briefing)

    def brief(self, incident_id: str, version: int) -> Any:
        with self.store.read() as conn:
            row = briefs.of_version(conn, incident_id, version)
            return briefs.read(row) if row is not None else None

    def wait_for_brief(self, incident_id: str, version: int = 1, timeout_s: float = 90.0) -> Any:
        return self.wait(f"brief {version} of {incident_id}", lambda: self.brief(incident_id, version), timeout_s)

    def wait_until_briefed(self, incident_id: str, timeout_s: float = 90.0) -> None:
        self.wait("the briefing's end", lambda: self.dispatched(incident_id)["state"] in {"briefed", "escalated"}, timeout_s)

    def reads(self, incident_id: str) -> list[dict[str, Any]]:
        with self.store.read() as conn:
            return [dict(row) for row in reads.of_briefing(conn, incident_id, 1)]

    def pages(self, incident_id: str) -> list[dict[str, Any]]:
        with self.store.read() as conn:
            return [dict(row) for row in deliveries.of_incident(conn, incident_id)]

    def incidents(self) -> list[dict[str, Any]]:
        with self.store.read() as conn:
            return [dict(row) for row in conn.execute(select(incident)).mappings()]

    def get(self, incident_id: str) -> Any:
        with self.store.read() as conn:
            return incidents.get(conn, incident_id)

    def runs_of(self, incident_id: str) -> list[dict[str, Any]]:
        """Airflow's runs whose conf names the incident."""
        runs = self.airflow.get("/api/v2/dags/incident_triage/dagRuns?limit=1000")["dag_runs"]
        return [run for run in runs if (run.get("conf") or {}).get("incident") == incident_id]

    def task_instances(self, run_id: str) -> list[dict[str, Any]]:
        path = f"/api/v2/dags/incident_triage/dagRuns/{run_id}/taskInstances?limit=100"
        return list(self.airflow.get(path)["task_instances"])

    def run_ended(self, run_id: str) -> bool:
        return self.airflow.get(f"/api/v2/dags/incident_triage/dagRuns/{run_id}")["state"] in {"success", "failed"}


@pytest.fixture(scope="package")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder: Path = tmp_path_factory.mktemp("live") / "with a space"
    scene = Scene.build(folder)
    with collecting() as collector:
        said = {"HOLDPOINT_SECRET_GENERIC": GENERIC_TOKEN, "HOLDPOINT_METRICS_TOKEN": METRICS_TOKEN}
        scene.airflow.extra = {**scene.airflow.extra, **said, "HOLDPOINT_OTLP_ENDPOINT": collector.url}
        try:
            scene.start()
            store = Store.open(scene.store_url)
            yield Live(scene, store, collector)
            store.dispose()
        finally:
            scene.stop()
