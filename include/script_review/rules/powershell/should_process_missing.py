"""A function changes state, and nobody can ask it with `-WhatIf` what it would do."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.asking import offers, unasked
from include.script_review.powershell.model import Function, Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """Functions that reach a change of state through nothing that asks, and are not only called by functions that do."""
    if script.is_test:
        return
    for function in script.functions:
        if function.is_method or function.name.lower().endswith("-targetresource") or offers(function):
            continue
        effects = unasked(function)
        if effects and not _covered(function):
            first = effects[0]
            where = "calls" if first.by.function is function else "reaches"
            hit = Hit(*function.name_span, f"{function.name} {where} {first.what} and offers no -WhatIf.")
            yield hit


def _covered(function: Function) -> bool:
    """Is it defined in, or only called by, functions that offer it?"""
    seen: set[int] = set()
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or offers(one):
            continue
        seen.add(id(one))
        parent = one.parent
        if parent is not None and not parent.is_script:
            waiting.append(parent)
            continue
        callers = script_callers(one)
        if not callers:
            return False
        waiting += callers
    return True


def script_callers(function: Function) -> tuple[Function, ...]:
    """Who calls it in its file; the body of a script without `SupportsShouldProcess` counts as nobody."""
    callers = function.script.changes.callers(function)
    return () if any(one.is_script and not offers(one) for one in callers) else callers


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
