"""Terraform changes what runs without anybody having seen the plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.bash.tokens import with_fallback
from include.script_review.rule import Hit, Rule

_LOOSE = r"\b(terraform|tofu)\s[^#|;]*\b(apply|destroy)\b[^#|;]*-auto-approve"

# Options with a value of their own.
_VALUED = (
    "target",
    "var",
    "var-file",
    "replace",
    "state",
    "backup",
    "lock-timeout",
    "parallelism",
)


def check(script: Script) -> Iterator[Hit]:
    yield from with_fallback(script, _found(script), _LOOSE, "applies without anybody having seen the plan")


def _found(script: Script) -> Iterator[Hit]:
    for command in script.calls("terraform", "tofu", "terragrunt"):
        verb = next((word for word in command.plain if word in ("apply", "destroy", "apply-all", "destroy-all", "run-all")), "")
        if verb and _unasked(command) and not _of_plan(command, verb):
            text = f"`{command.name} {verb}` does not ask, and no plan that was reviewed is given"
            yield Hit(command.start, command.end, text, severity=Severity.MEDIUM if _asked(script, command) else None)
    for command in script.calls("pulumi"):
        if (
            command.plain[:1] in (("up",), ("destroy",))
            and command.has("--yes", "-y")
            and not command.has("--skip-preview=false")
        ):
            yield command.hit(f"`pulumi {command.plain[0]}` does not ask")


def _asked(script: Script, command: Command) -> bool:
    """Does the script show a plan and ask before? What is applied may still be another one."""
    planned = any("plan" in one.plain and one.start < command.start for one in script.calls(command.name))
    return planned and any("p" in one.flags and one.start < command.start for one in script.calls("read"))


def _unasked(command: Command) -> bool:
    word = next(
        (text for text in command.literals if text.lstrip("-").startswith(("auto-approve", "terragrunt-non-interactive"))), ""
    )
    return bool(word) and not word.endswith("=false")


def _of_plan(command: Command, verb: str) -> bool:
    """Is a saved plan applied? That one can have been reviewed."""
    words = command.literals
    at = words.index(verb)
    behind = [word for before, word in pairwise(words[at:]) if not word.startswith("-") and before.lstrip("-") not in _VALUED]
    return verb == "apply" and any("=" not in word and word != "\0" for word in behind)


RULE = Rule(
    id="sh-terraform-auto-approve",
    title="Infrastructure is changed without a reviewed plan",
    category=Category.MISSING_WHATIF,
    severity=Severity.HIGH,
    why="What is created, replaced and destroyed is decided while it runs; a drift or a wrong workspace is noticed afterwards.",
    fix="Write the plan to a file, have it reviewed, and apply that file: `terraform plan -out=p` then `terraform apply p`.",
    bad="terraform init\nterraform apply -auto-approve -var env=prod\n",
    good="terraform plan -out=release.plan\nterraform apply -auto-approve release.plan\n",
    check=check,
)
