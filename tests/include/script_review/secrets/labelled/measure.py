"""Recall and false alarms of the labelled set, ours beside detect-secrets'.

python -m tests.include.script_review.secrets.labelled.measure [--all]     --all: each file that one of them gets wrong
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

from include.contracts.script_review import Confidence
from tests.include.script_review.secrets.labelled import positives
from tests.include.script_review.secrets.labelled.labelled import NEGATIVE, POSITIVE, File, ours

PARTS = {
    "tokens": positives.TOKENS,
    "keys": positives.KEYS,
    "connections": positives.CONNECTIONS,
    "addresses": positives.ADDRESSES,
    "literals": positives.LITERALS,
}
Finds = Callable[[File], bool]


def main() -> None:
    names: dict[str, Finds] = {"ours": _ours, "ours, not low": _sure, "detect-secrets": _theirs}
    with default_settings():
        wrong = {name: {file for file in POSITIVE if not finds(file)} for name, finds in names.items()}
        alarms = {name: {file for file in NEGATIVE if finds(file)} for name, finds in names.items()}
    print(f"{'':16}{'positives':>10}" + "".join(f"{name:>16}" for name in names))
    start = 0
    for part, rows in PARTS.items():
        files = POSITIVE[start : start + len(rows)]
        start += len(rows)
        _row(part, len(files), [len(files) - sum(file in wrong[name] for file in files) for name in names])
    _row("found", len(POSITIVE), [len(POSITIVE) - len(wrong[name]) for name in names])
    _row("false alarms", len(NEGATIVE), [len(alarms[name]) for name in names])
    if "--all" in sys.argv:
        for name in names:
            for file in (*wrong[name], *alarms[name]):
                print(f"{name}: {'missed' if file in wrong[name] else 'false'} {file.path}: {file.text[:160]!r}")


def _row(label: str, of: int, counts: list[int]) -> None:
    print(f"{label:16}{of:>10}" + "".join(f"{number:>9}{100 * number / of:>5.1f} %" for number in counts))


def _ours(file: File) -> bool:
    found = ours(file)
    return bool(file.hits(found) if file.end else found)


def _sure(file: File) -> bool:
    found = [one for one in ours(file) if one.confidence is not Confidence.LOW]
    return bool(file.hits(found) if file.end else found)


def _theirs(file: File) -> bool:
    """By line, since they say no column; any alarm counts for a file without a secret."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, file.path)
        path.write_text(file.text, encoding="utf-8")
        found = SecretsCollection()
        found.scan_file(str(path))
    first = file.text.count("\n", 0, file.start) + 1
    last = file.text.count("\n", 0, file.end) + 1
    return any(not file.end or first <= one.line_number <= last for _, one in found)


if __name__ == "__main__":
    main()
