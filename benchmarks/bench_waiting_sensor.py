"""Holds that wait in mode `sensor`, as deferred runs: another DAG's hop beside 100, 500, 1,500 of them.

It has no limit to keep: the figures are what Airflow makes of parked runs, and the reason for `on_approval`. The runs are
stand-ins (`benchmarks/dags/parked.py`), so that it takes minutes and not hours. BENCH_SIZES="100 500" measures less.
"""

from __future__ import annotations

import os
import time

from benchmarks.result import Result
from benchmarks.stage import stage
from benchmarks.waiting import PATIENCE_S, add_holds, hops, median
from include.store.database import Store
from lab.airflow import LocalAirflow

DAG_ID, HOLD = "parked", "hold_" + "0" * 26  # as benchmarks/dags/parked.py has them
SIZES = sorted(int(size) for size in os.environ.get("BENCH_SIZES", "100 500 1500").split())
PER_LOOP = "AIRFLOW__SCHEDULER__MAX_DAGRUNS_PER_LOOP_TO_SCHEDULE"
QUICKER = "500"
NO_LIMIT = float("inf")


def _park(airflow: LocalAirflow, first: int, end: int) -> float:
    """Seconds until that many runs wait in the triggerer."""
    began = time.monotonic()
    for number in range(first, end):
        airflow.send("POST", f"/api/v2/dags/{DAG_ID}/dagRuns", {"logical_date": None, "dag_run_id": f"parked-{number}"})
    path = f"/api/v2/dags/{DAG_ID}/dagRuns/~/taskInstances?task_id=await_approval&state=deferred&limit=1"
    while time.monotonic() < began + PATIENCE_S:
        parked = airflow.get(path)["total_entries"]
        if parked >= end:
            return time.monotonic() - began
        print(f"  {parked} of {end} wait", flush=True)
        time.sleep(10)
    raise TimeoutError(f"not all of {end} wait after {PATIENCE_S:.0f} s")


def main() -> None:
    with stage({"AIRFLOW__TRIGGERER__CAPACITY": "10000"}) as scene:
        store, airflow = Store.open(scene.store_url), scene.airflow
        add_holds(store, 1, "on_approval", id=HOLD)  # so that no run of `gated_change` is started for it
        hops(airflow, "warm")
        alone = median([hop for number in range(4) for hop in hops(airflow, f"alone-{number}")])
        before = 0
        for size in SIZES:
            parked_s = _park(airflow, before, size)
            before = size
            _report(airflow, f"beside {size:,} runs that wait", alone, f"beside-{size}", parked_s=round(parked_s))
        airflow.extra = {**airflow.extra, PER_LOOP: QUICKER}
        airflow.kill_component("scheduler")
        airflow.start_component("scheduler")
        airflow.wait_healthy()
        hops(airflow, "warm-again")
        _report(airflow, f"the same, max_dagruns_per_loop_to_schedule {QUICKER}", alone, "quicker")
        store.dispose()


def _report(airflow: LocalAirflow, what: str, alone: float, run_id: str, **shown: object) -> None:
    found = [hop for number in range(2) for hop in hops(airflow, f"{run_id}-{number}")]
    shown |= {"hop_s": round(median(found), 2), "longest_s": round(max(found), 2), "alone_s": round(alone, 3)}
    Result(f"waiting: a hop {what} / alone", median(found) / alone, NO_LIMIT, absolutes=shown).print()


if __name__ == "__main__":
    main()
