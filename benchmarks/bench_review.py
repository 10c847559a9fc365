"""The review of PowerShell against parsing it.

All rules over each file, from its bytes to its findings ÷ the bare parse of the same text by tree-sitter: CPU time, interleaved,
over the PowerShell of a large package. Where a process's memory lies moves its figure by a tenth, so the median of five processes
counts. JSON: `{"name", "ratio", "limit", "ok", …}`, times in milliseconds.

    python -m benchmarks.bench_review [--rounds 5] [--processes 5]
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.corpus import scripts
from include.script_review.powershell.tree import parse
from include.script_review.review import Unread, read, review_unit

LIMIT = 2.5


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="The review of PowerShell against parsing it.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=5, help="0: measure here, and print that alone")
    options = parser.parse_args(argv)
    if not options.processes:
        print(json.dumps(measured(options.rounds)))
        return 0
    return 0 if run(options.rounds, options.processes) else 1


def run(rounds: int, processes: int) -> bool:
    scripts(".ps1")  # fetched before, not by each
    command = [sys.executable, "-m", "benchmarks.bench_review", "--processes", "0", "--rounds", str(rounds)]
    made = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(processes)]
    ratios = sorted(round(one["review_ms"] / one["parse_ms"], 2) for one in made)
    middle = sorted(made, key=lambda one: one["review_ms"] / one["parse_ms"])[len(made) // 2]
    ratio = ratios[len(ratios) // 2]
    ok = ratio <= LIMIT
    absolutes = {**middle, "least": ratios[0], "most": ratios[-1]}
    name = "review of PowerShell, all rules / bare parse"
    print(json.dumps({"name": name, "ratio": ratio, "limit": LIMIT, "ok": ok, "absolutes": absolutes}))
    return ok


def measured(rounds: int) -> dict[str, float]:
    """The best of the rounds in this process."""
    files = {str(path): path.read_bytes() for path in scripts(".ps1", ".psm1")}
    texts = [one.data for one in (read(path, data) for path, data in files.items()) if not isinstance(one, Unread)]
    work: dict[str, Callable[[], object]] = {
        "review_ms": lambda: [review_unit({path: data}) for path, data in files.items()],
        "parse_ms": lambda: [parse(text) for text in texts],
    }
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds + 1):
        for name, each in work.items():
            gc.collect()
            began = time.process_time()
            each()
            taken[name].append((time.process_time() - began) * 1_000)
    best = {name: round(min(times[1:]), 1) for name, times in taken.items()}  # the first round compiles patterns
    return {**best, "files": len(files), "kilobytes": sum(map(len, files.values())) // 1_000}


if __name__ == "__main__":
    sys.exit(main())
