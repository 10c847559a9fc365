"""Hadolint for Dockerfiles, and of it what is no matter of taste."""

from __future__ import annotations

import json
from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.linters.hit import Kept, LinterHit, kept, one_line
from include.script_review.linters.process import LinterError, ran
from include.script_review.source import Source

_RISKY, _LOW = Category.RISKY_OPERATION, Severity.LOW
_TAG = "The same file gives another image tomorrow, and what ran before cannot be built again."

_IGNORE = re2.compile(r"(?i)#\s*hadolint\s+ignore\s*=\s*([A-Z0-9, ]+)")
_LONGEST = 2_000
TABLE: dict[str, Kept] = {
    "DL3006": Kept(category=Category.MISSING_ROLLBACK, severity=_LOW, why=_TAG, fix="Name a version, or a digest."),
    "DL3007": Kept(category=Category.MISSING_ROLLBACK, severity=_LOW, why=_TAG, fix="Name a version, or a digest."),
    "DL3004": Kept(
        category=_RISKY,
        severity=_LOW,
        why="`sudo` in an image lets the account that is meant to be without rights become root.",
        fix="Do it as root before `USER`, and leave `sudo` out of the image.",
    ),
    "DL4006": Kept(
        category=Category.WEAK_LOGGING,
        severity=_LOW,
        why="Only the last command of a pipe counts: a download that failed still gives an image.",
        fix='Put `SHELL ["/bin/bash", "-o", "pipefail", "-c"]` before it.',
    ),
    "DL3024": Kept(
        category=_RISKY, severity=_LOW, why="The later stage hides the earlier one.", fix="Give each stage a name of its own."
    ),
    "SC2164": Kept(
        category=_RISKY,
        severity=_LOW,
        why="If the folder is missing, the commands behind it work on whatever folder it was before.",
        fix="Use `WORKDIR`.",
    ),
}


def lint(source: Source) -> Iterator[LinterHit]:
    """What it says about one file; LinterError where it cannot read it."""
    code, said = ran("hadolint", ["--no-fail", "--no-color", "--format=json", "--disable-ignore-pragma", "-"], source.data)
    if code != 0:
        raise LinterError(f"it ended with {code}")
    yield from found(source, said)


def found(source: Source, said: bytes) -> Iterator[LinterHit]:
    """Its answer, as hits. It names a place only by its line: the hit is that line."""
    try:
        rows = [
            (str(one["code"]), min(max(1, int(one["line"])), len(source.starts)), str(one["message"])) for one in json.loads(said)
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LinterError("its answer is not what it should be") from error
    broken = next((line for code, line, _ in rows if code == "DL1000"), None)
    if broken is not None:
        raise LinterError(f"it cannot parse it: line {broken}")
    for code, line, message in rows:
        if code in TABLE:
            start = source.offset(line, 1)
            yield kept(
                f"hadolint-{code}",
                TABLE[code],
                start,
                source.offset(line, len(source.line(line)) + 1),
                message,
                _allowed(source, code, line),
            )


def _allowed(source: Source, code: str, line: int) -> str | None:
    """The comment over the instruction that asks for silence about this code. It is shown, not obeyed in silence."""
    above = line - 1
    while above and (text := source.line(above).strip()[:_LONGEST]).startswith("#"):
        found = _IGNORE.search(text)
        if found is not None and code in found[1].upper():
            return one_line(text.lstrip("# "))
        above -= 1
    return None
