"""A Helm release is removed with its history."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("helm"):
        verb = next((word for word in command.plain[:3] if word in ("uninstall", "delete", "del", "un")), "")
        if verb and not command.has("--keep-history", "--dry-run"):
            yield command.hit(f"`helm {verb}` removes the release and the history that a rollback needs")


RULE = Rule(
    id="sh-helm-uninstall",
    title="A release is removed with its history",
    category=Category.MISSING_ROLLBACK,
    severity=Severity.MEDIUM,
    why="Without its history a release cannot be rolled back, only installed again from values that someone must still have.",
    fix="Add `--keep-history`, or save `helm get values` and `helm get manifest` first.",
    bad="helm uninstall web -n shop\n",
    good="helm uninstall web -n shop --keep-history\n",
    check=check,
)
