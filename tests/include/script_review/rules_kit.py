"""Rules for tests that need some, whatever the real ones are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule


def nothing(_: Any) -> Iterable[Hit]:
    return ()


def rule(name: str = "ps-whatif-missing", **changes: Any) -> Rule:
    values: dict[str, Any] = {
        "title": "Changes state, cannot be previewed",
        "category": Category.MISSING_SHOULD_PROCESS,
        "severity": Severity.HIGH,
        "why": "Nobody sees beforehand what it would remove.",
        "fix": "Declare SupportsShouldProcess and ask ShouldProcess.",
        "bad": "function Remove-X { Remove-Item $a }\n",
        "good": "function Get-X { 1 }\n",
        "check": nothing,
    }
    return Rule(id=name, **values | changes)
