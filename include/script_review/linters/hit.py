"""What a linter says, in the words of this review."""

from __future__ import annotations

from dataclasses import dataclass

from include.contracts.script_review import Category, Confidence, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How one code of a linter is shown. Texts that are None are the linter's own."""

    category: Category
    severity: Severity
    why: str
    fix: str
    confidence: Confidence = Confidence.HIGH
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinterHit:
    """Bytes `start` to `end` of the source, and what a linter says about them."""

    rule: str
    category: Category
    severity: Severity
    confidence: Confidence
    start: int
    end: int
    message: str
    why: str
    fix: str
    suppressed_by: str | None = None  # the author's comment that says why it may stand


def one_line(text: str, most: int = 400) -> str:
    """A linter's words in one line without control characters: they quote what was reviewed."""
    flat = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def kept(rule: str, how: Kept, start: int, end: int, said: str, suppressed_by: str | None = None) -> LinterHit:
    """A hit from a row of a table."""
    return LinterHit(
        rule=rule,
        category=how.category,
        severity=how.severity,
        confidence=how.confidence,
        start=start,
        end=max(end, start),
        message=how.message or one_line(said) or rule,
        why=how.why,
        fix=how.fix,
        suppressed_by=suppressed_by,
    )


def not_covered(linter: str, reason: str) -> LinterHit:
    """The linter said nothing about a file, and why."""
    return LinterHit(
        rule="coverage-linter",
        category=Category.COVERAGE,
        severity=Severity.LOW,
        confidence=Confidence.HIGH,
        start=0,
        end=0,
        message=one_line(f"{linter} did not look at this file: {reason}"),
        why="What this linter would have found is not in the report, so a file without findings of it is not a clean one.",
        fix=f"Mend the file or the installation until {linter} reads it, or have a person look for what it looks for.",
    )
