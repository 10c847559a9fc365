"""Recall and false alarms of the labelled set, ours beside detect-secrets'.

python -m tests.include.script_review.secrets.labelled.measure [--all]          --all: each file that one of them gets wrong
python -m tests.include.script_review.secrets.labelled.measure --tree PATH      the alarms of both over a tree, to be read
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

from include.contracts.script_review import Confidence
from include.script_review.review import read
from include.script_review.secrets.find import secrets
from include.script_review.source import Source
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
    print(f"{label:16}{of:>10}" + "".join(f"{number:>8}{100 * number / of:>6.1f} %" for number in counts))


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


def over_tree(root: Path) -> None:
    """Text files of at most 60 KB, in an order that their names do not decide, up to 4 MB; alarms by line."""
    found: dict[str, set[tuple[str, int]]] = {"ours": set(), "detect-secrets": set()}
    files = sorted(
        (path for path in root.rglob("*") if path.is_file()),
        key=lambda path: sha256(str(path.relative_to(root)).encode()).digest(),
    )
    count = size = 0
    with default_settings():
        for path in files:
            source = read(str(path.relative_to(root)), path.read_bytes()) if path.stat().st_size <= 60_000 else None
            if not isinstance(source, Source):
                continue
            count, size = count + 1, size + len(source.data)
            if size > 4_000_000:
                break
            found["ours"] |= {(source.path, source.place(one.start)[0]) for one in secrets(source)}
            theirs = SecretsCollection()
            theirs.scan_file(str(path))
            found["detect-secrets"] |= {(source.path, one.line_number) for _, one in theirs}
    print(f"{count} files, {size} bytes; " + ", ".join(f"{name} {len(lines)}" for name, lines in found.items()))
    for name, other in (("ours", "detect-secrets"), ("detect-secrets", "ours")):
        for path, line in sorted(found[name] - found[other]):
            print(f"only {name}: {path}:{line}")


if __name__ == "__main__":
    over_tree(Path(sys.argv[2])) if sys.argv[1:2] == ["--tree"] else main()
