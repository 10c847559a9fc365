"""What the two benchmarks of waiting share: holds in the store, and how long another DAG's hop is beside them.

A hop is the time from the end of one task to the start of the next: the scheduler's answer, and a process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import delete, insert

from include.store.database import Store, new_id, now
from include.store.tables.hold import hold
from include.store.tables.hold import plan as plan_table
from include.store.times import from_text, to_text
from lab.airflow import LocalAirflow

DAG = "hops"
PATIENCE_S = 10_800.0


def add_holds(store: Store, count: int, mode: str, **fields: str) -> list[str]:
    """Proposed holds with a whole day to be approved; nothing but their rows, because nobody decides on them here."""
    with store.begin() as conn:
        at = from_text(now(conn))
        rows = [_row(at, mode) | fields for _ in range(count)]
        conn.execute(insert(plan_table), [{"id": row["plan_id"], "digest": row["plan_digest"], "body": "{}"} for row in rows])
        conn.execute(insert(hold), rows)
    return [str(row["id"]) for row in rows]


def _row(at: datetime, mode: str) -> dict[str, str | int]:
    plan_id = new_id("plan")
    return {
        "id": new_id("hold"),
        "plan_id": plan_id,
        "plan_digest": plan_id.ljust(64, "0"),
        "environment": "lab",
        "state": "proposed",
        "revision": 0,
        "title": "Restart orders",
        "risk": "low",
        "release_mode": mode,
        "proposed_at": to_text(at),
        "approve_by": to_text(at + timedelta(days=1)),
        "execute_by": to_text(at + timedelta(days=2)),
    }


def drop_holds(store: Store) -> None:
    with store.begin() as conn:
        conn.execute(delete(hold))
        conn.execute(delete(plan_table))


def hops(airflow: LocalAirflow, run_id: str) -> list[float]:
    """Run the DAG of empty tasks once; the seconds of each of its hops."""
    airflow.send("POST", f"/api/v2/dags/{DAG}/dagRuns", {"logical_date": None, "dag_run_id": run_id})
    path = f"/api/v2/dags/{DAG}/dagRuns/{run_id}/taskInstances"
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        tasks = airflow.get(path)["task_instances"]
        if tasks and all(task["end_date"] for task in tasks):
            return list(_between(sorted(tasks, key=lambda task: str(task["start_date"]))))
        time.sleep(0.5)
    raise TimeoutError(f"{run_id} did not end in {PATIENCE_S:.0f} s")


def _between(tasks: list[dict[str, str]]) -> Iterator[float]:
    for before, after in pairwise(tasks):
        yield (datetime.fromisoformat(after["start_date"]) - datetime.fromisoformat(before["end_date"])).total_seconds()


def median(times: list[float]) -> float:
    return statistics.median(times)
