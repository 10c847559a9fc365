"""A module defines a function for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """`function global:…` in a module's file."""
    if not script.is_module or b"global:" not in script.lowered:
        return
    for function in script.functions:
        if function.name.lower().startswith("global:"):
            yield Hit(*function.name_span, f"{function.name} is defined for the whole session.")


RULE = Rule(
    id="ps-global-function",
    title="Global function in a module",
    category=Category.RISKY_OPERATION,
    severity=Severity.LOW,
    why="It stays when the module is removed, and overwrites what others named alike.",
    fix="Define it without `global:` and export it with Export-ModuleMember or the manifest.",
    bad="""function global:Get-Site { 'berlin' }
""",
    good="""function Get-Site { 'berlin' }
Export-ModuleMember -Function Get-Site
""",
    check=check,
    shares=("PSAvoidGlobalFunctions",),
    sample="sample.psm1",
)
