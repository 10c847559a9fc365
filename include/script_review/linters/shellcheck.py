"""ShellCheck: of what it knows, the few things that a reviewer of automation needs to see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.linters.hit import Kept, LinterHit, kept
from include.script_review.linters.process import LinterError, ran
from include.script_review.source import Source

_RISKY, _LOGGING = Category.RISKY_OPERATION, Category.WEAK_LOGGING
_LOW, _MEDIUM = Severity.LOW, Severity.MEDIUM
_SPLITS = "The value is split at blanks and its wildcards are filled in: another file than the one that is meant may be hit."
_ALWAYS = "The condition is always the same, so what it guards is not guarded."

# Style, portability and what the review's own rules say better are left out on purpose.
TABLE: dict[int, Kept] = {
    2086: Kept(
        category=_RISKY, severity=_LOW, why=_SPLITS, fix='Put double quotes around it: `"$file"`.', confidence=Confidence.MEDIUM
    ),
    2046: Kept(
        category=_RISKY, severity=_LOW, why=_SPLITS, fix="Put double quotes around `$(...)`, or read the lines into an array."
    ),
    2068: Kept(category=_RISKY, severity=_LOW, why=_SPLITS, fix='Write `"$@"` with the quotes.'),
    2164: Kept(
        category=_RISKY,
        severity=_LOW,
        why="If the folder is missing, the commands behind it work on whatever folder it was before.",
        fix="Write `cd ... || exit 1`.",
    ),
    2094: Kept(
        category=_RISKY,
        severity=_MEDIUM,
        why="The file is emptied before it is read: its content is lost.",
        fix="Write to a new file, then move it over the old one.",
    ),
    2024: Kept(
        category=_RISKY,
        severity=_LOW,
        why="The file is opened by the caller and not by root: the write fails, or lands in a file with the wrong owner.",
        fix="Pipe into `sudo tee FILE >/dev/null`.",
    ),
    2088: Kept(
        category=_RISKY,
        severity=_LOW,
        why="In quotes a tilde stays a tilde: a folder of that name is made or missed, not the home directory.",
        fix='Write `"$HOME/..."`.',
    ),
    2050: Kept(category=_LOGGING, severity=_LOW, why=_ALWAYS, fix="Compare the variable that is meant: a `$` is missing."),
    2078: Kept(category=_LOGGING, severity=_LOW, why=_ALWAYS, fix="Compare the variable that is meant: a `$` is missing."),
    2157: Kept(category=_LOGGING, severity=_LOW, why=_ALWAYS, fix="Test the variable alone."),
    2158: Kept(category=_LOGGING, severity=_LOW, why=_ALWAYS, fix="Call `false` without brackets."),
    2173: Kept(
        category=Category.MISSING_ROLLBACK,
        severity=_LOW,
        why="The signal cannot be caught, so the cleaning up that is promised here never runs.",
        fix="Trap EXIT, INT and TERM.",
    ),
    2217: Kept(
        category=_LOGGING,
        severity=_LOW,
        why="The command does not read what is sent to it, so that is lost without a word.",
        fix="Give it as arguments, or through `xargs`.",
    ),
    2216: Kept(
        category=_LOGGING,
        severity=_LOW,
        why="The command does not read what is sent to it, so what is meant to be changed is not.",
        fix="Use `xargs`, or give the names as arguments.",
    ),
}
# Two that fire everywhere: shown only where the words are those of a command that destroys.
_QUOTING = (2086, 2046)
_DESTROYS = re2.compile(
    r"(^|[;&|({]|\b(sudo|then|do|else|xargs)\b)\s*(/\S*/)?(rm|mv|chown|chmod|kill|pkill|userdel|umount|dd|shred|truncate)\s"
)
_DIALECTS = ("sh", "bash", "dash", "ksh")


def lint(source: Source) -> Iterator[LinterHit]:
    """What it says about one script; LinterError where it cannot read it."""
    codes = ",".join(f"SC{code}" for code in TABLE)
    arguments = ["--norc", "--format=json1", "--severity=style", f"--include={codes}", "--color=never"]
    if not source.text.startswith("#!") and "shellcheck shell=" not in source.text[:2_000]:
        arguments.append("--shell=bash")
    code, said = ran("shellcheck", [*arguments, "-"], source.data)
    if code not in (0, 1):
        raise LinterError("it does not know this shell" if code in (3, 4) else f"it ended with {code}")
    yield from found(source, said)


def found(source: Source, said: bytes) -> Iterator[LinterHit]:
    """Its answer, as hits."""
    try:
        comments = json.loads(said)["comments"]
        rows = [(int(one["code"]), one) for one in comments]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LinterError("its answer is not what it should be") from error
    for number, row in rows:
        if 1000 <= number < 2000 and row.get("level") == "error":
            raise LinterError(f"it cannot parse it from line {row.get('line')} on (SC{number})")
    for number, row in rows:
        how = TABLE.get(number)
        if how is not None and not (number in _QUOTING and not _DESTROYS.search(source.line(_line(source, row)))):
            yield kept(f"shellcheck-SC{number}", how, *_span(source, row), str(row.get("message", "")))


def _line(source: Source, row: dict[str, Any]) -> int:
    return min(max(1, int(row.get("line", 1))), len(source.starts))


def _span(source: Source, row: dict[str, Any]) -> tuple[int, int]:
    start = source.offset(_line(source, row), _column(source, row, "line", "column"))
    return start, source.offset(int(row.get("endLine", 1)), _column(source, row, "endLine", "endColumn"))


def _column(source: Source, row: dict[str, Any], line: str, column: str) -> int:
    """It counts a tab as the columns up to the next eighth; we count characters."""
    number = min(max(1, int(row.get(line, 1))), len(source.starts))
    wanted, seen, at = int(row.get(column, 1)), 1, 0
    for char in source.line(number)[:10_000]:
        if seen >= wanted:
            break
        seen = seen + 8 - (seen - 1) % 8 if char == "\t" else seen + 1
        at += 1
    return at + 1
