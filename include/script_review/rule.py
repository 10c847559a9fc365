"""What a rule is: one file with its reason, its mend, a bad and a good sample, and a function that finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from include.contracts.script_review import Category, Confidence, Severity


@dataclass(frozen=True, slots=True)
class Hit:
    """Bytes `start` to `end` of the source, and what is wrong with them. What is None is as the rule says."""

    start: int
    end: int
    message: str
    severity: Severity | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`check` gets the language's model of a script (for PowerShell `include.script_review.powershell.Script`).

    `bad` and `good`: whole files; the rule must find something in the first and nothing in the second. `shares` names the
    rule of PSScriptAnalyzer that looks for the same: its suppressions count for ours. `sample`: the name of the samples' file,
    where the language's usual one will not do.
    """

    id: str
    title: str
    category: Category
    severity: Severity
    why: str
    fix: str
    bad: str
    good: str
    check: Callable[[Any], Iterable[Hit]]
    confidence: Confidence = Confidence.HIGH
    shares: tuple[str, ...] = ()
    sample: str = ""
