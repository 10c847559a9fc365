"""A node is emptied without regard to what it holds."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

_MARKS = ("--force", "--disable-eviction", "--delete-emptydir-data", "--delete-local-data")


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("kubectl", "oc"):
        if (
            "drain" in command.plain[:3]
            and not command.has("--dry-run")
            and (used := [mark for mark in _MARKS[:2] if command.has(mark)])
        ):
            yield command.hit(f"drains with {' and '.join(used)}: what nothing restarts, or a budget protects, is gone")
        elif command.plain[:2] == ("delete", "pod") and command.has("--grace-period=0") and command.has("--force"):
            yield command.hit("removes the pod from the list before it has stopped: a second one may run beside it")


RULE = Rule(
    id="sh-kubectl-force",
    title="A node is drained, or a pod removed, by force",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Forced, it deletes pods that no controller brings back and passes over disruption budgets.",
    fix="Drain without `--force`, with a time limit, and look at what it refuses to move.",
    bad="kubectl drain node-1 --ignore-daemonsets --force\n",
    good="kubectl drain node-1 --ignore-daemonsets --timeout=300s\n",
    check=check,
)
