"""1,500 holds that wait in mode `on_approval`: another DAG's hop beside them over the same with none, in turns."""

from __future__ import annotations

import os

from benchmarks.result import Result
from benchmarks.stage import stage
from benchmarks.waiting import add_holds, drop_holds, hops, median
from include.store.database import Store

HOLDS = int(os.environ.get("BENCH_HOLDS", "1500"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "6"))


def main() -> None:
    beside: list[float] = []
    alone: list[float] = []
    with stage() as scene:
        store = Store.open(scene.store_url)
        hops(scene.airflow, "warm")
        for number in range(ROUNDS):
            drop_holds(store)
            alone += hops(scene.airflow, f"alone-{number}")
            add_holds(store, HOLDS, "on_approval")
            beside += hops(scene.airflow, f"beside-{number}")
        runs = scene.airflow.get("/api/v2/dags/gated_change/dagRuns?limit=1")["total_entries"]
        store.dispose()
    ours, floor = median(beside), median(alone)
    shown = {"hop_s": round(ours, 3), "alone_s": round(floor, 3), "holds": HOLDS, "hops": len(beside)}
    Result(f"waiting: a hop beside {HOLDS:,} holds on_approval / alone", ours / floor, 1.2, absolutes=shown).print()
    Result("waiting: runs that exist for holds on_approval before they are approved", runs, 0).print()


if __name__ == "__main__":
    main()
