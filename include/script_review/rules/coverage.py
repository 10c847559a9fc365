"""Findings about the review itself: what could not be looked at is said, not passed over. They are made by the engine."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.suppress import WITHOUT_REASON


def _by_the_engine(_: object) -> Iterator[Hit]:
    return iter(())


def _rule(rule: str, title: str, severity: Severity, why: str, fix: str) -> Rule:
    return Rule(
        id=rule,
        title=title,
        category=Category.COVERAGE,
        severity=severity,
        why=why,
        fix=fix,
        bad="",
        good="",
        check=_by_the_engine,
    )


FILE = _rule(
    "coverage-file",
    "A script that was not looked at, or only in part",
    Severity.MEDIUM,
    "No finding here means nothing: the review could not look.",
    "Read the file yourself, or bring it into a form that can be parsed: smaller, in UTF-8, without packed or generated code.",
)
RULE = _rule(
    "coverage-rule",
    "A rule that failed on this file",
    Severity.LOW,
    "What this rule looks for was not looked for here.",
    "Look for it yourself; the message names the rule. Its maintainers want to know of the file.",
)
LINTER = _rule(
    "coverage-linter",
    "A linter that is missing, failed or took too long",
    Severity.LOW,
    "What the linter would have found is not in this review.",
    "Run `make setup` to have the linters, or run the one that the message names yourself.",
)
RULES = (FILE, RULE, LINTER, WITHOUT_REASON)
