"""The review of PowerShell against parsing it.

All rules over each file, from its bytes to its findings ÷ the bare parse of the same text by tree-sitter: CPU time of one
process, interleaved, over the PowerShell of a large package. JSON: `{"name", "ratio", "limit", "ok", …}`, times in milliseconds.

    python -m benchmarks.bench_review [--rounds 5]
"""

from __future__ import annotations

import argparse
import gc
import json
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
    return 0 if run(parser.parse_args(argv).rounds) else 1


def run(rounds: int) -> bool:
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
    ratio = best["review_ms"] / best["parse_ms"]
    ok = ratio <= LIMIT
    absolutes = {**best, "files": len(files), "kilobytes": sum(map(len, files.values())) // 1_000}
    name = "review of PowerShell, all rules / bare parse"
    print(json.dumps({"name": name, "ratio": round(ratio, 2), "limit": LIMIT, "ok": ok, "absolutes": absolutes}))
    return ok


if __name__ == "__main__":
    sys.exit(main())
