"""Where an author says that a finding may stand, and why.

    # holdpoint: ignore ps-write-host the console is this tool's report     on the line, or on a line of its own before it
    # holdpoint: ignore-file ps-write-host the console is this tool's report
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'the console is the report')]

Without a reason nothing is suppressed, and that is a finding. The reason is kept with the finding, which is counted and shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import re2

from include.contracts.base import clean_text
from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.source import Source

_MARK = re2.compile(
    r"(?i)(?:#|//|--|<!--)[^\n]{0,200}?\bholdpoint:[ \t]*ignore(-file)?(?:[ \t]+([a-z][A-Za-z0-9-]+))?[ \t]*([^\n]*)"
)
_PREFILTER = "holdpoint:"
MAX_REASON = 300
_FAR = 30  # lines from a comment to what it is about


@dataclass(frozen=True, slots=True)
class Suppression:
    """Findings of `rule` that begin in bytes `start` to `end` may stand. `rule`: ours, or one of PSScriptAnalyzer's."""

    rule: str
    start: int
    end: int
    reason: str
    at: tuple[int, int]  # where it says so

    def covers(self, rule: str, shares: Iterable[str], offset: int) -> bool:
        """Is a finding of this rule at this byte meant?"""
        return self.start <= offset < self.end and self.rule in (rule, *shares)


def comments(source: Source) -> Iterator[Suppression]:
    """Those that comments say."""
    if _PREFILTER not in source.text.lower():
        return
    for found in _MARK.finditer(source.data):
        file, rule, reason = (part.decode("utf-8", "replace") if part else "" for part in found.groups())
        start, end = (0, len(source.data) + 1) if file else _lines(source, found.start())
        yield Suppression(rule, start, end, _reason(reason), (found.start(), found.end()))


def _lines(source: Source, at: int) -> tuple[int, int]:
    """The line of a comment; the next one that says something else, too, where the comment stands alone."""
    line = source.place(at)[0]
    start = source.starts[line - 1]
    last = line
    if source.data[start:at].strip() in (b"", b"<"):
        behind = min(len(source.starts), line + _FAR)
        while last < behind and (last == line or _says_nothing(source.line(last))):
            last += 1
    return start, source.starts[last] if last < len(source.starts) else len(source.data) + 1


def _says_nothing(line: str) -> bool:
    """Is it blank, or another comment of this kind on a line of its own?"""
    text = line.strip()
    return not text or (_PREFILTER in text.lower() and text.startswith(("#", "<#", "//", "--", "<!--")))


def _reason(text: str) -> str:
    return clean_text(" ".join(text.replace("*/", " ").replace("#>", " ").replace("-->", " ").split()))[:MAX_REASON].strip()


def _without_reason(source: Source) -> Iterator[Hit]:
    """A suppression that names no rule or gives no reason."""
    for one in comments(source):
        if not one.rule or not one.reason:
            what = f"of {one.rule} gives no reason" if one.rule else "names no rule"
            yield Hit(*one.at, f"A suppression {what}, so it suppresses nothing.")


WITHOUT_REASON = Rule(
    id="review-suppression",
    title="A suppression without a reason",
    category=Category.COVERAGE,
    severity=Severity.LOW,
    why="A finding that was silenced without a reason cannot be judged by the next reader.",
    fix="Name the rule and say why it may stand: `# holdpoint: ignore RULE reason`.",
    bad="# holdpoint: ignore ps-write-host\nWrite-Host 'done'\n",
    good="# holdpoint: ignore ps-write-host the console is what this tool reports to\nWrite-Host 'done'\n",
    check=_without_reason,
)


class Suppressions:
    """All of one file, asked by rule and place."""

    def __init__(self, found: Iterable[Suppression]) -> None:
        self.found = [one for one in found if one.rule and one.reason]
        by_rule: dict[str, list[Suppression]] = defaultdict(list)
        for one in self.found:
            by_rule[one.rule].append(one)
        self._by_rule = {rule: _Stretches(listed) for rule, listed in by_rule.items()}

    def reason(self, rule: str, shares: Iterable[str], offset: int) -> str | None:
        """Why a finding may stand; None when nobody says so."""
        if not self._by_rule:
            return None
        names = (name for name in (rule, *shares) if name in self._by_rule)
        return next((one.reason for name in names if (one := self._by_rule[name].at(offset)) is not None), None)


class _Stretches:
    """Which suppression of one rule holds from where on: of those that overlap the one that was begun last."""

    def __init__(self, listed: list[Suppression]) -> None:
        waiting = sorted(listed, key=lambda one: one.start)
        self._starts = sorted({at for one in waiting for at in (one.start, one.end)})
        self._owners: list[Suppression | None] = []
        heap: list[tuple[int, int, Suppression]] = []
        next_one = 0
        for at in self._starts:
            while next_one < len(waiting) and waiting[next_one].start <= at:
                heappush(heap, (-waiting[next_one].start, next_one, waiting[next_one]))
                next_one += 1
            while heap and heap[0][2].end <= at:
                heappop(heap)
            self._owners.append(heap[0][2] if heap else None)

    def at(self, offset: int) -> Suppression | None:
        index = bisect_right(self._starts, offset) - 1
        return self._owners[index] if index >= 0 else None
