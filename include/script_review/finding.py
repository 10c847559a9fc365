"""From a rule's hit to a finding: places in lines and columns, suppressions, fingerprints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from include.contracts.base import clean_text
from include.contracts.script_review import Category, Confidence, Finding, Position, Severity
from include.script_review.report.fingerprint import fingerprints
from include.script_review.rule import Hit, Rule
from include.script_review.source import Source
from include.script_review.suppress import Suppressions

_LONGEST = 1_000
_MAX_LINE = 400  # of a finding's text in its fingerprint


class Found(NamedTuple):
    """A hit, and how what found it calls itself."""

    rule: str
    category: Category
    severity: Severity
    confidence: Confidence
    start: int
    end: int
    message: str
    why: str
    fix: str
    suppressed_by: str | None = None
    shares: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Sequence[Any]) -> Found:
        """A linter's hit, from JSON."""
        rule, category, severity, confidence, *rest = row
        return cls(rule, Category(category), Severity(severity), Confidence(confidence), *rest)


def found_by(rule: Rule, hit: Hit) -> Found:
    """What a rule's hit says; what the hit leaves open is as the rule says."""
    severity = hit.severity or rule.severity
    confidence = hit.confidence or rule.confidence
    said = hit.start, hit.end, hit.message, rule.why, rule.fix
    return Found(rule.id, rule.category, severity, confidence, *said, shares=rule.shares)


def one_line(text: str) -> str:
    """For a person, from any text: one line, nothing invisible, not too long."""
    line = clean_text(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def findings(source: Source, found: Iterable[Found], suppressions: Suppressions) -> tuple[Finding, ...]:
    """In the order of the text, each place and rule once."""
    kept: dict[tuple[int, str, int], Found] = {}
    for one in found:
        kept.setdefault((one.start, one.rule, one.end), one)
    ordered = [kept[key] for key in sorted(kept)]
    path = one_line(source.path)
    secret = [(one.start, one.end) for one in ordered if one.category is Category.SECRET_EXPOSURE]
    prints = fingerprints(path, [(one.rule, _said(source, one.start, secret)) for one in ordered])
    return tuple(_finding(source, path, one, prints[at], suppressions) for at, one in enumerate(ordered))


def _said(source: Source, at: int, secret: Sequence[tuple[int, int]]) -> str:
    """What the line of a byte says, secrets blotted out: nobody shall guess a password by trying digests."""
    number = source.place(at)[0]
    start = source.starts[number - 1]
    line = bytearray(source.line(number).encode("utf-8", "replace")[:_MAX_LINE])
    for first, behind in sorted(secret, reverse=True):
        low, high = max(first - start, 0), min(behind - start, len(line))
        if low < high:
            line[low:high] = b"*"  # however long it was
    return line.decode("utf-8", "replace")


def _finding(source: Source, path: str, found: Found, fingerprint: str, suppressions: Suppressions) -> Finding:
    line, column = source.place(found.start)
    last, behind = source.place(max(found.end, found.start))
    return Finding(
        rule=found.rule,
        category=found.category,
        severity=found.severity,
        path=path,
        line=line,
        column=column,
        end=Position(line=last, column=behind),
        message=one_line(found.message),
        why=found.why,
        fix=found.fix,
        confidence=found.confidence,
        suppressed_by=_reason(found, suppressions),
        fingerprint=fingerprint,
    )


def _reason(found: Found, suppressions: Suppressions) -> str | None:
    """Why it may stand: as the linter read it, or as we do."""
    own = suppressions.reason(found.rule, found.shares, found.start)
    return own or (one_line(found.suppressed_by) if found.suppressed_by else None)
