"""A module defines an alias for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """New-Alias and Set-Alias with the scope Global, in a module's file."""
    if not script.is_module:
        return
    for command in script.named("new-alias", "set-alias"):
        scope = command.value("scope", least=2)
        if scope is not None and (scope.literal or "").lower() == "global":
            yield Hit(command.start, command.end, f"{command.called.text} makes an alias for the whole session.")


RULE = Rule(
    id="ps-global-alias",
    title="Global alias in a module",
    category=Category.RISKY_OPERATION,
    severity=Severity.LOW,
    why="It stays when the module is removed, and may hide a command of somebody else.",
    fix="Leave -Scope Global away and export the alias.",
    bad="""New-Alias -Name gs -Value Get-Site -Scope Global
""",
    good="""New-Alias -Name gs -Value Get-Site
""",
    check=check,
    shares=("PSAvoidGlobalAliases",),
    sample="sample.psm1",
)
