"""This review beside the one before it: what is new, what was known, what is fixed, and what nobody can say.

A finding is fixed only where the file was looked at again, as closely as before; everything else that is no longer found is
`unseen`. A file that was only renamed keeps its findings: same digest, old path gone, new path not there before.
"""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from include.contracts.errors import BadInput
from include.contracts.script_review import FileReview, Finding, Looked, ScriptReview

MAX_BYTES = 128 * 1024 * 1024
_AGAIN = "give the file that `scripts review --format json` wrote, or leave --since out"


class _Written(ScriptReview):
    """What was written may say itself what it was compared with; that is not compared again."""

    since: dict[str, Any] | None = None


@dataclass(frozen=True)
class Compared:
    """`suppressed`: for what authors have given a reason since. `rules_changed`: then "new" may be the rules' doing."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    unseen: tuple[Finding, ...]
    rules_changed: bool

    def to_json(self) -> dict[str, Any]:
        """What stands in the review itself by its fingerprint, what does not in full."""
        now = {name: [each.fingerprint for each in getattr(self, name)] for name in ("new", "known", "suppressed")}
        gone = {name: [each.to_json() for each in getattr(self, name)] for name in ("fixed", "unseen")}
        return {**now, **gone, "rules_changed": self.rules_changed}


def previous(path: Path) -> ScriptReview:
    """The review that was written to a file as JSON.

    :raises BadInput: it cannot be read, is too large or says something else
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > MAX_BYTES:
            raise BadInput(f"The previous review is no file of at most {MAX_BYTES // 1024 // 1024} MiB.", next_step=_AGAIN)
        written = _Written.model_validate_json(path.read_bytes())
    except (OSError, ValueError, ValidationError) as error:
        raise BadInput(f"The previous review cannot be read ({type(error).__name__}).", next_step=_AGAIN) from None
    return ScriptReview(files=written.files, summary=written.summary, rules=written.rules)


def compare(before: ScriptReview, now: ScriptReview) -> Compared:
    """What became of each finding of two reviews."""
    old, renamed = {file.path: file for file in before.files}, _renamed(before, now)
    parts: dict[str, list[Finding]] = {name: [] for name in ("new", "known", "suppressed", "fixed", "unseen")}
    for file in now.files:
        earlier = old.pop(renamed.get(file.path, file.path), None)
        for name, finding in _of_file(earlier, file, renamed=file.path in renamed):
            parts[name].append(finding)
    parts["unseen"] += [finding for file in old.values() for finding in file.findings if finding.suppressed_by is None]
    return Compared(**{name: tuple(found) for name, found in parts.items()}, rules_changed=before.rules != now.rules)


def _renamed(before: ScriptReview, now: ScriptReview) -> dict[str, str]:
    """New path -> old path. A copy is not a move: the old path has to be gone."""
    old, new = {file.path for file in before.files}, {file.path for file in now.files}
    gone: dict[str, list[str]] = {}
    for file in before.files:
        if file.path not in new and file.digest is not None:
            gone.setdefault(file.digest, []).append(file.path)
    found = {}
    for file in now.files:
        if file.path not in old and file.digest is not None and gone.get(file.digest):
            found[file.path] = gone[file.digest].pop(0)
    return found


def _of_file(before: FileReview | None, now: FileReview, *, renamed: bool) -> Iterator[tuple[str, Finding]]:
    """In a renamed file every fingerprint is another one, but nothing has moved: there the place tells."""
    key: Callable[[Finding], object] = _place if renamed else _fingerprint
    earlier = before.findings if before is not None else ()
    was_open = Counter(key(each) for each in earlier if each.suppressed_by is None)
    was_suppressed = Counter(key(each) for each in earlier if each.suppressed_by is not None)
    for finding in now.findings:
        if finding.suppressed_by is None:
            yield "known" if _take(was_open, key(finding)) else "new", finding
        elif not _take(was_suppressed, key(finding)):
            _take(was_open, key(finding))
            yield "suppressed", finding
    if before is not None:
        lost = "unseen" if _look(now) < _look(before) else "fixed"
        yield from ((lost, finding) for finding in _left(earlier, was_open, key))


def _left(earlier: Iterable[Finding], left: Counter[object], key: Callable[[Finding], object]) -> Iterator[Finding]:
    for finding in earlier:
        if finding.suppressed_by is None and _take(left, key(finding)):
            yield finding


def _take(counts: Counter[object], key: object) -> bool:
    """One of them, where there is one."""
    if counts[key] <= 0:
        return False
    counts[key] -= 1
    return True


def _fingerprint(finding: Finding) -> object:
    return finding.fingerprint


def _place(finding: Finding) -> object:
    return finding.rule, finding.line, finding.column


def _look(file: FileReview) -> tuple[int, float]:
    """How closely a file was looked at; more is closer."""
    return -list(Looked).index(file.coverage.looked), file.coverage.share
