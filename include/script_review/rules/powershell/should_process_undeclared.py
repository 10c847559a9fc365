"""`ShouldProcess` is asked where it was not declared."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.asking import undeclared
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """Questions to `$PSCmdlet` in functions that do not declare it, and that are not only called by functions that do."""
    seen: set[int] = set()
    asked = script.calls_by_member.get("shouldprocess", ())
    open_ones = undeclared(script) if asked else frozenset()
    for call in asked:
        function = call.function
        if call.target.variable != "pscmdlet" or function.is_method or id(function) in seen or id(function) not in open_ones:
            continue
        seen.add(id(function))
        yield Hit(call.start, call.end, f"{function.name or 'The script'} asks ShouldProcess without SupportsShouldProcess.")


RULE = Rule(
    id="ps-should-process-undeclared",
    title="ShouldProcess is asked and SupportsShouldProcess is not declared",
    category=Category.MISSING_SHOULD_PROCESS,
    severity=Severity.MEDIUM,
    why="Without the declaration there is no -WhatIf to give, so the question is always answered with yes.",
    fix="Add SupportsShouldProcess to [CmdletBinding()].",
    bad="""function Remove-Lock {
    [CmdletBinding()]
    param([string]$Path)
    if ($PSCmdlet.ShouldProcess($Path)) { Remove-Item -LiteralPath $Path }
}
""",
    good="""function Remove-Lock {
    [CmdletBinding(SupportsShouldProcess)]
    param([string]$Path)
    if ($PSCmdlet.ShouldProcess($Path)) { Remove-Item -LiteralPath $Path }
}
""",
    check=check,
    shares=("PSShouldProcess",),
)
