"""What the pages for people have in common: order, counts in words, places, and foreign text that does nothing."""

from __future__ import annotations

from collections.abc import Iterable

import re2

from include.contracts.inert_markdown import code, prose
from include.contracts.script_review import Finding, Looked, ReviewSummary, Severity

MOST = 300  # characters of one quoted text
WORST_FIRST = tuple(reversed(Severity))
# What build bots obey wherever in a comment it stands, whatever stands between the words.
_ORDERS = re2.compile(
    r"(?i)test\W+this\W+please|ok\W+to\W+test|add\W+to\W+whitelist|bors\W+(?:r|try|merge|delegate|ping|retry)\b"
)
_LOOKED = {
    Looked.FULL: "parsed",
    Looked.PARTIAL: "parsed in part",
    Looked.TOKENS: "by tokens only",
    Looked.TEXT: "as text, for secrets",
    Looked.NONE: "not looked at",
}


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, then by place."""
    return sorted(findings, key=lambda one: (-one.severity.rank, one.path, one.line, one.column, one.rule))


def quoted(text: str, most: int = MOST) -> str:
    """Foreign text as a code span, in which nothing is a link, a tag, a mention or a command."""
    return code(_obeyed_by_none(_cut(text, most)))


def told(text: str, most: int = MOST) -> str:
    """The same as prose: for sentences of rules and linters, which may hold foreign names."""
    return prose(_obeyed_by_none(_cut(text, most)))


def place(finding: Finding) -> str:
    """`path:line`, as editors open it; of a long path its end."""
    path = finding.path if len(finding.path) <= MOST else f"…{finding.path[-MOST:]}"
    return quoted(f"{path}:{finding.line}", 2 * MOST)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def in_words(summary: ReviewSummary) -> str:
    """How many findings, of which severity, in how many files; what was suppressed."""
    if not summary.files:
        return "Nothing was reviewed: there is no file in what was given."
    severities = [f"{summary.severities.get(each, 0)} {each.value}" for each in WORST_FIRST if summary.severities.get(each, 0)]
    details = f" ({', '.join(severities)})" if severities else ""
    found = f"{counted(summary.findings, 'finding')}{details}" if summary.findings else "No findings"
    quiet = f"; {summary.suppressed} more suppressed by their authors" if summary.suppressed else ""
    return f"{found} in {counted(summary.files, 'file')}{quiet}."


def looked_in_words(summary: ReviewSummary) -> str:
    """How closely the files were looked at."""
    parts = [f"{summary.looked.get(each, 0)} {words}" for each, words in _LOOKED.items() if summary.looked.get(each, 0)]
    return f"Looked at: {', '.join(parts)}. Nothing was run." if parts else "Nothing was run."


def _cut(text: str, most: int) -> str:
    """Before it is made inert: a path that is cut could become a command word."""
    return text if len(text) <= most else f"{text[:most]} …"


def _obeyed_by_none(text: str) -> str:
    return str(_ORDERS.sub(lambda found: f"({found[0][0]}){found[0][1:]}", text))
