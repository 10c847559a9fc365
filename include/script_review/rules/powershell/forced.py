"""What deletes or stops is forced."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """`-Force` of a command that deletes or stops."""
    if b"-fo" not in script.lowered or script.is_test:
        return
    for effect in script.changes.all:
        command = effect.by
        if effect.destructive and isinstance(command, Command) and _forced(command):
            yield Hit(command.start, command.end, f"{effect.what} is forced.")


def _forced(command: Command) -> bool:
    written = b"-fo" in (command.node.text or b"").lower()
    return written and command.has("force") and not command.off("force")


RULE = Rule(
    id="ps-forced",
    title="A deletion or a stop is forced",
    category=Category.RISKY_OPERATION,
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    why="-Force passes over what would have held it up: files marked read-only, services that others need, users at work.",
    fix="Leave -Force out, see what holds it up, and force only that.",
    bad="""Stop-Service -Name $name -Force
""",
    good="""Stop-Service -Name $name
""",
    check=check,
)
