"""A function changes state, and nobody can ask it with `-WhatIf` what it would do."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.asking import first_unasked, offers, rehearses, uncovered
from include.script_review.powershell.model import Function, Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """Functions that reach a change of state through nothing that asks, and are not only called by functions that do."""
    if script.is_test:
        return
    changing = [(one, first) for one in script.functions if not _left_out(one) and (first := first_unasked(one)) is not None]
    open_ones = uncovered(script) if changing else frozenset()
    for function, first in changing:
        if id(function) in open_ones:
            where = "calls" if first.by.function is function else "reaches"
            severity = Severity.LOW if first.mild or rehearses(script, function) else None
            yield Hit(*function.name_span, f"{function.name} {where} {first.what} and offers no -WhatIf.", severity)


def _left_out(function: Function) -> bool:
    """A method, or a function of a DSC resource, which the engine calls, cannot offer it; others may do so already."""
    return function.is_method or function.name.lower().endswith("-targetresource") or offers(function)


RULE = Rule(
    id="ps-should-process-missing",
    title="A function that changes state offers no -WhatIf",
    category=Category.MISSING_SHOULD_PROCESS,
    severity=Severity.MEDIUM,
    why="Without SupportsShouldProcess nobody can see what the function would do before it does it, nor be asked.",
    fix="Declare [CmdletBinding(SupportsShouldProcess)] and ask $PSCmdlet.ShouldProcess(target, action) around the change.",
    bad="""function Clear-Staging {
    param([string]$Path)
    Get-ChildItem -Path $Path | Remove-Item -Recurse
}
""",
    good="""function Clear-Staging {
    [CmdletBinding(SupportsShouldProcess)]
    param([string]$Path)
    if ($PSCmdlet.ShouldProcess($Path, 'empty')) { Get-ChildItem -Path $Path | Remove-Item -Recurse }
}
""",
    check=check,
    shares=("PSUseShouldProcessForStateChangingFunctions",),
)
