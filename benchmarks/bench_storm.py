"""A storm on the embedded default: 10,000 alerts of 200 incidents from 8 clients, over a bare durable insert in the same server.

Watched throughout: every post answered 202 and in the store, the scheduler healthy, no task's heartbeat missed, the one umbrella
brief within two minutes of the last post, and a brief for every incident that stands alone.

The floor is measured on an idle Airflow, in slices before the storm and, once all of its runs have ended, after it; the median of
the slices counts, since a disk and a shared machine drift within the minutes between. The storm shares the processors with the
runs that it causes, as it would in earnest. Beside the rates stand the API server's processor times, which a noisy machine moves
less.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psutil  # type: ignore[import-untyped]  # it comes with Airflow
from sqlalchemy import func, select

from benchmarks.result import Result
from benchmarks.stage import stage
from include.store import briefs, dispatches, incidents
from include.store.database import Store
from include.store.tables.incident import dispatch
from include.store.tables.intake import alert
from lab.demo import Scene

ALERTS, INCIDENTS, CLIENTS = int(os.environ.get("BENCH_ALERTS", "10000")), 200, 8
SLICES = 3  # of the floor, on either side of the storm
TOKEN = "bench-token"
UMBRELLA_WITHIN_S = 120.0


def _alert(number: int) -> bytes:
    name = f"storm alarm {'abcdefghijklmnopqrst'[number % 20]}{'abcdefghij'[number // 20 % 10]}"
    body = {"title": name, "id": name, "service": "shop-orders", "environment": "lab", "severity": "high", "status": "firing"}
    return json.dumps(body | {"started_at": datetime.now(UTC).isoformat()}).encode()


def _fire(port: int, method: str, path: str, count: int, body: Callable[[int], bytes]) -> tuple[float, int]:
    """(requests a second, how many were not answered 202) from 8 keep-alive clients."""
    refused = [0] * CLIENTS

    def client(own: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        for number in range(own, count, CLIENTS):
            connection.request(method, path, body(number), headers)
            answer = connection.getresponse()
            answer.read()
            refused[own] += answer.status != 202
        connection.close()

    threads = [threading.Thread(target=client, args=(own,)) for own in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.perf_counter() - began), sum(refused)


class _Watch(threading.Thread):
    """Asks for the scheduler's health every two seconds and counts the times it was not healthy."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(daemon=True)
        self.scene, self.asked, self.unhealthy, self.end = scene, 0, 0, threading.Event()

    def run(self) -> None:
        while not self.end.wait(2.0):
            try:
                health: Any = self.scene.airflow.get("/api/v2/monitor/health", token=None)
                healthy = health["scheduler"]["status"] == "healthy"
            except OSError:
                healthy = False
            self.asked += 1
            self.unhealthy += not healthy


def _umbrella_s(store: Store, since: float) -> float:
    """Seconds from `since` until the umbrella's brief; infinity when there is none in time."""
    while time.time() < since + UMBRELLA_WITHIN_S + 60:
        with store.read() as conn:
            row = incidents.latest(conn, "umbrella:storm")
            brief = briefs.latest(conn, row["id"]) if row is not None else None
        if brief is not None:
            return max(0.0, datetime.fromisoformat(brief["drafted_at"]).timestamp() - since)
        time.sleep(0.5)
    return float("inf")


def _failed_tasks(scene: Scene) -> int:
    path = "/api/v2/dags/incident_triage/dagRuns/~/taskInstances?state=failed&limit=1"
    return int(scene.airflow.get(path)["total_entries"])


def _wait_for_briefs(scene: Scene, store: Store) -> None:
    """Until every briefing that was asked for has its brief and no run is at work; five minutes at most."""
    for _ in range(600):
        with store.read() as conn:
            waiting = dispatches.waiting(conn)
        if not waiting and not _runs(scene, "queued") and not _runs(scene, "running"):
            return
        time.sleep(0.5)


def _runs(scene: Scene, state: str) -> int:
    return int(scene.airflow.get(f"/api/v2/dags/incident_triage/dagRuns?state={state}&limit=1")["total_entries"])


def _briefed(store: Store) -> tuple[int, int]:
    """(briefings that were asked for, those of them that have a brief)."""
    with store.read() as conn:
        states = list(conn.scalars(select(dispatch.c.state)))
    return len(states), states.count("briefed")


def _api_cpu_s(scene: Scene) -> float:
    """Processor seconds of the API server so far."""
    server = psutil.Process(int((scene.airflow.home / "api-server.pid").read_text()))
    times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def _floor(scene: Scene) -> list[tuple[float, int, float]]:
    """Slices of (requests a second, how many were not answered 202, milliseconds of the API server's processor a request)."""
    count = max(ALERTS // 16, 200)
    slices = []
    for _ in range(SLICES):
        before = _api_cpu_s(scene)
        rate, refused = _fire(scene.airflow.port, "GET", "/bare/insert", count, _alert)
        slices.append((rate, refused, (_api_cpu_s(scene) - before) * 1000 / count))
    return slices


def main() -> None:
    with stage({"HOLDPOINT_SECRET_GENERIC": TOKEN}) as scene:
        store = Store.open(scene.store_url)
        port = scene.airflow.port
        _fire(port, "GET", "/bare/insert", 200, _alert)
        slices = _floor(scene)
        watch = _Watch(scene)
        watch.start()
        before = _api_cpu_s(scene)
        rate, refused = _fire(port, "POST", "/holdpoint/alerts/generic", ALERTS, _alert)
        last, cpu_ms = time.time(), (_api_cpu_s(scene) - before) * 1000 / ALERTS
        umbrella = _umbrella_s(store, last)
        _wait_for_briefs(scene, store)
        watch.end.set()
        slices += _floor(scene)
        with store.read() as conn:
            kept = int(conn.scalar(select(func.count()).select_from(alert)) or 0)
        asked, briefed = _briefed(store)
        floor, floor_refused = statistics.median(each[0] for each in slices), sum(each[1] for each in slices)
        shown: dict[str, Any] = {"requests_s": round(rate), "floor_s": round(floor), "posts": ALERTS}
        shown |= {"floor_refused": floor_refused}
        shown |= {"floor_slices": [round(each[0]) for each in slices], "cpu_ms": round(cpu_ms, 2)}
        shown |= {"floor_cpu_ms": round(statistics.median(each[2] for each in slices), 2)}
        Result("storm: requests a second / a bare durable insert", rate / floor, 0.5, "at least", shown).print()
        Result("storm: alerts refused or lost", refused + ALERTS - kept, 0, absolutes={"kept": kept}).print()
        Result("storm: seconds from the last post to the umbrella's brief", umbrella, UMBRELLA_WITHIN_S).print()
        Result("storm: briefings without a brief", asked - briefed, 0, absolutes={"briefed": briefed}).print()
        Result("storm: unhealthy looks at the scheduler", watch.unhealthy, 0, absolutes={"looks": watch.asked}).print()
        Result("storm: tasks that failed (a missed heartbeat fails one)", _failed_tasks(scene), 0).print()


if __name__ == "__main__":
    main()
