"""A Kubernetes deletion that names no single thing."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

_KINDS = (
    "namespace",
    "namespaces",
    "ns",
    "project",
    "crd",
    "crds",
    "customresourcedefinition",
    "pv",
    "persistentvolume",
    "node",
    "nodes",
)


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("kubectl", "oc"):
        if "delete" in command.plain[:3] and not command.has("--dry-run") and (what := _broad(command)):
            yield what


def _broad(command: Command) -> Hit | None:
    behind = command.plain[command.plain.index("delete") + 1 :]
    kind = behind[0].lower() if behind else ""
    if command.has("--all") or (
        command.has("--all-namespaces", "-A") and not command.has("-l", "--selector", "--field-selector")
    ):
        return command.hit(f"deletes every {shown(kind or 'object')} that it can see")
    if kind.split("/")[0].split(",")[0] in _KINDS:
        return command.hit(f"deletes a {shown(kind.split('/')[0])} and everything that depends on it")
    return None


RULE = Rule(
    id="sh-kubectl-delete",
    title="Everything of a kind, or a whole namespace, is deleted",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="A namespace takes its volumes and secrets along, and `--all` follows whatever context is set at that moment.",
    fix="Name the object or a selector and the context; run it with `--dry-run=server` first.",
    bad="kubectl delete pods --all -n shop\n",
    good="kubectl --context prod delete pod web-1 -n shop\nkubectl delete pods -l app=web --field-selector=status.phase=Failed\n",
    check=check,
)
