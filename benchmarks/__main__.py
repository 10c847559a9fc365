"""`make bench`: every benchmark in a process of its own, then one table. Exit 1 where a ratio misses its limit.

python -m benchmarks [NAME …]     names without `bench_`, with - for _; default all but those that take a quarter of an hour
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ON_REQUEST = {"waiting-sensor"}


def main() -> int:
    known = sorted(path.stem.removeprefix("bench_").replace("_", "-") for path in HERE.glob("bench_*.py"))
    chosen = sys.argv[1:] or sorted(set(known) - ON_REQUEST)
    if unknown := sorted(set(chosen) - set(known)):
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    results = [result for name in chosen for result in _run(name)]
    print(f"\n{'ratio':>8}  {'limit':<14}{'':4}{'what':<64}absolutes")
    for row in results:
        bound = "to know" if row["limit"] in (None, float("inf")) else f"{row.get('bound', 'at most')} {row['limit']}"
        absolutes = ", ".join(f"{key} {value}" for key, value in row.get("absolutes", {}).items())
        print(f"{row['ratio']:>8}  {bound:<14}{'ok' if row['ok'] else 'NO':<4}{row['name']:<64}{absolutes}")
    return 0 if results and all(row["ok"] for row in results) else 1


def _run(name: str) -> list[dict[str, Any]]:
    """The JSON lines of one benchmark; a benchmark that dies is a result that fails."""
    print(f"bench: {name}", flush=True)
    rows = []
    command = [sys.executable, "-m", f"benchmarks.bench_{name.replace('-', '_')}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as done:
        for line in done.stdout or ():
            if line.startswith("{"):
                rows.append(json.loads(line))
            else:
                print(line, end="", flush=True)  # how far it is
    if done.returncode != 0 and all(row.get("ok") for row in rows):
        rows.append({"name": f"{name} ended with status {done.returncode}", "ratio": 0, "limit": 0, "ok": False})
    return rows


if __name__ == "__main__":
    sys.exit(main())
