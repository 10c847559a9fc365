"""ShellCheck: of what it knows, the few things that a reviewer of automation needs to see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

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
_CD = 2164
_DESTROYS = re2.compile(
    r"(^|[;&|({]|\b(sudo|then|do|else|xargs)\b)\s*(/\S*/)?(rm|mv|chown|chmod|kill|pkill|userdel|umount|dd|shred|truncate)\s"
)
_PARSER = (1071, 1072, 1073, 1088, 1089)  # what keeps it from reading a script


def lint(source: Source) -> Iterator[LinterHit]:
    """What it says about one script; LinterError where it cannot read it."""
    codes = ",".join(f"SC{code}" for code in (*TABLE, *_PARSER))
    arguments = ["--norc", "--format=json1", "--severity=style", f"--include={codes}", "--color=never"]
    if not source.text.startswith("#!") and "shellcheck shell=" not in source.text[:2_000]:
        arguments.append("--shell=bash")
    code, said = ran("shellcheck", [*arguments, "-"], source.data)
    if code not in (0, 1):
        raise LinterError("it does not know this shell" if code in (3, 4) else f"it ended with {code}")
    yield from found(source, said)


class _Row(NamedTuple):
    code: int
    line: int
    column: int
    end_line: int
    end_column: int
    message: str


def _row(one: dict[str, Any], lines: int) -> _Row:
    last = max(1, lines)
    line, end_line = (min(max(1, int(one[key])), last) for key in ("line", "endLine"))
    return _Row(int(one["code"]), line, int(one["column"]), end_line, int(one["endColumn"]), str(one["message"]))


def found(source: Source, said: bytes) -> Iterator[LinterHit]:
    """Its answer, as hits. Of its formats `json1` is the one that counts a tab as one column."""
    try:
        rows = [_row(one, len(source.starts)) for one in json.loads(said)["comments"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LinterError("its answer is not what it should be") from error
    broken = next((row for row in rows if row.code in _PARSER), None)
    if broken is not None:
        raise LinterError(f"it cannot parse it: line {broken.line} (SC{broken.code})")
    for row in rows:
        how = TABLE.get(row.code)
        if how is not None and _worth_saying(source, row):
            end = source.offset(row.end_line, row.end_column)
            yield kept(f"shellcheck-SC{row.code}", how, source.offset(row.line, row.column), end, row.message)


def _worth_saying(source: Source, row: _Row) -> bool:
    if row.code == _CD:
        return not source.path.endswith(".bats")  # which stops at the first failure by itself
    return row.code not in _QUOTING or bool(_DESTROYS.search(source.line(row.line)))
