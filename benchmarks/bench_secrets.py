"""Our search for secrets against detect-secrets over the same tree.

Each file from the disk to its findings with their lines ÷ the same by detect-secrets' Python API with its default plugins:
CPU time of one process, one after the other, over a sample of the text files of the installed packages. No network is asked:
neither side verifies what it finds. The output is a JSON object: `{"name", "ratio", "limit", "ok", …}`, times in seconds.

    python -m benchmarks.bench_secrets [--megabytes 2] [--rounds 2]
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

from benchmarks.result import Result
from include.script_review.review import Unread, read
from include.script_review.secrets.find import secrets

LIMIT = 0.2
SUFFIXES = {".py", ".json", ".yaml", ".yml", ".sh", ".ps1", ".cfg", ".ini", ".toml", ".md", ".js", ".sql", ".xml"}
MOST_BYTES = 200_000  # of one file, so that the sample has many


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Our search for secrets against detect-secrets.")
    parser.add_argument("--megabytes", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args(argv)
    return 0 if run(options.megabytes, options.rounds) else 1


def run(megabytes: float, rounds: int) -> bool:
    files = _sample(int(megabytes * 1_000_000))
    sizes = sum(path.stat().st_size for path in files)
    with default_settings():
        work: dict[str, Callable[[list[Path]], int]] = {"ours": _ours, "theirs": _theirs}
        for each in work.values():
            each(files[:5])  # compiled patterns and imports are paid once a process
        taken: dict[str, list[float]] = {name: [] for name in work}
        alarms = {}
        for _ in range(rounds):
            for name, each in work.items():
                gc.collect()
                began = time.process_time()
                alarms[name] = each(files)
                taken[name].append(time.process_time() - began)
    best = {name: min(times) for name, times in taken.items()}
    result = Result(
        "our search for secrets / detect-secrets",
        best["ours"] / best["theirs"],
        LIMIT,
        absolutes={
            **{f"{name}_s": round(seconds, 2) for name, seconds in best.items()},
            **{f"{name}_alarms": number for name, number in alarms.items()},
            "files": len(files),
            "kilobytes": sizes // 1_000,
        },
    )
    result.print()
    return result.ok


def _sample(size: int) -> list[Path]:
    """Files of the installed packages in an order that their names do not decide, up to so many bytes."""
    home = Path(sysconfig.get_path("purelib"))
    found = (path for path in home.rglob("*") if path.suffix in SUFFIXES and path.is_file() and path.stat().st_size <= MOST_BYTES)
    chosen, total = [], 0
    for path in sorted(found, key=lambda path: hashlib.sha256(str(path.relative_to(home)).encode()).digest()):
        total += path.stat().st_size
        if total > size:
            break
        chosen.append(path)
    return chosen


def _ours(files: list[Path]) -> int:
    found = 0
    for path in files:
        source = read(str(path), path.read_bytes())
        if not isinstance(source, Unread):
            found += len([source.place(one.start) for one in secrets(source)])
    return found


def _theirs(files: list[Path]) -> int:
    found = SecretsCollection()
    for path in files:
        found.scan_file(str(path))
    return sum(one.line_number > 0 for _, one in found)


if __name__ == "__main__":
    sys.exit(main())
