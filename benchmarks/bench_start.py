"""Starting: a DAG file's import over `airflow.sdk`'s, `./holdpoint --help` over a bare interpreter. Whole processes, in turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.result import Result

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7


def _seconds(*command: str) -> float:
    env = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "PYTHONPATH": str(ROOT),
        "AIRFLOW_HOME": str(ROOT / "var" / "bench"),
    }
    began = time.perf_counter()
    subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def _compare(name: str, subject: list[str], floor: list[str], limit: float) -> Result:
    """Medians over interleaved rounds, after one that is not counted."""
    pairs = [(_seconds(*subject), _seconds(*floor)) for _ in range(ROUNDS + 1)][1:]
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Result(name, ours / bare, limit, absolutes={"subject_s": round(ours, 3), "floor_s": round(bare, 3)})


def main() -> None:
    load = "import runpy, sys; runpy.run_path(sys.argv[1])"
    for dag in sorted((ROOT / "dags").glob("*.py")):
        subject = [sys.executable, "-c", load, str(dag)]
        _compare(
            f"import dags/{dag.name} / import airflow.sdk",
            subject,
            [sys.executable, "-c", "from airflow.sdk import DAG, Param, BaseOperator"],
            1.2,
        ).print()
    _compare(
        "./holdpoint --help / a bare interpreter", [str(ROOT / "holdpoint"), "--help"], [sys.executable, "-c", "pass"], 12
    ).print()


if __name__ == "__main__":
    main()
