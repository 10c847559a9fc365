"""What a review of scripts says. It names places and reasons; nothing that was reviewed was ever run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from include.contracts.base import Contract, Digest, Plain

Text = Annotated[str, StringConstraints(min_length=1, max_length=1_000), Plain]
# `ps-invoke-expression`, or a linter's own code behind its name: `shellcheck-SC2086`.
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[A-Za-z0-9]+){1,8}$", max_length=64)]
# Relative to what was asked for, `/` between the parts; characters that no line may hold are written out.
Path = Annotated[str, StringConstraints(min_length=1, max_length=4_096, pattern=r"^[^\n]*$"), Plain]


class Category(StrEnum):
    """What a reviewer looks for."""

    RISKY_OPERATION = "risky_operation"
    MISSING_WHATIF = "missing_whatif"
    MISSING_SHOULD_PROCESS = "missing_supports_should_process"
    WEAK_LOGGING = "weak_logging"
    SECRET_EXPOSURE = "secret_exposure"  # noqa: S105 - a category's name
    MISSING_ROLLBACK = "missing_rollback"
    THIN_TESTS = "thin_tests"
    COVERAGE = "coverage"  # about the review itself: what could not be looked at


class Severity(StrEnum):
    """How bad it is if the finding is right."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low, 3 for critical."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure the rule is that it is right."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Position(Contract):
    """Both from 1; columns count Unicode code points, as SARIF's `unicodeCodePoints` does."""

    line: Annotated[int, Field(ge=1)]
    column: Annotated[int, Field(ge=1)]


class Finding(Contract):
    """One thing a reviewer should see. `end` is the position behind the last character.

    `fingerprint` stays when lines move: it covers the path, the rule, what the lines say and how often they said it before.
    `suppressed_by`: the author's reason, where the script says why this may stand.
    """

    rule: RuleId
    category: Annotated[Category, Field(strict=False)]
    severity: Annotated[Severity, Field(strict=False)]
    path: Path
    line: Annotated[int, Field(ge=1)]
    column: Annotated[int, Field(ge=1)]
    end: Position
    message: Text
    why: Text
    fix: Text
    confidence: Annotated[Confidence, Field(strict=False)]
    suppressed_by: Text | None = None
    fingerprint: Digest


class Looked(StrEnum):
    """How much of a file was looked at."""

    FULL = "full"  # its whole syntax tree
    PARTIAL = "partial"  # a tree with errors in it; the parts in error by their tokens
    TOKENS = "tokens"  # no usable tree: by tokens only
    TEXT = "text"  # as text: secrets only
    NONE = "none"  # not at all


class Coverage(Contract):
    """What the review of a file rests on. `share`: the part of its bytes that stood in a sound syntax tree, 0 to 1."""

    looked: Annotated[Looked, Field(strict=False)]
    share: Annotated[float, Field(ge=0, le=1)]
    notes: tuple[Text, ...] = ()


def _ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """By place, then by rule."""
    return tuple(sorted(findings, key=lambda one: (one.line, one.column, one.rule, one.message)))


class FileReview(Contract):
    """One file. `digest` is SHA-256 of its bytes; None when they were not read."""

    path: Path
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]
    digest: Digest | None
    coverage: Coverage
    findings: Annotated[tuple[Finding, ...], AfterValidator(_ordered)] = ()


class ReviewSummary(Contract):
    """Counts over a review. `findings` and what is counted by severity and category leave out what authors suppressed."""

    files: Annotated[int, Field(ge=0)]
    looked: dict[Looked, int]
    languages: dict[str, int]
    findings: Annotated[int, Field(ge=0)]
    suppressed: Annotated[int, Field(ge=0)]
    severities: dict[Severity, int]
    categories: dict[Category, int]


class ScriptReview(Contract):
    """One review: its files by path, and the counts. `rules`: digest of the rules that were applied."""

    files: tuple[FileReview, ...]
    summary: ReviewSummary
    rules: Digest
