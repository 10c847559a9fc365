"""`-WhatIf` is declared, and does nothing."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.asking import declared_at, hands_on
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """Functions, and the script itself, that declare it and neither ask nor leave it to cmdlets that do."""
    for function in (script.body, *script.functions):
        if not function.supports_should_process or script.changes.asked_on_path(function) or hands_on(function):
            continue
        deaf = script.changes.reaches_deaf(function)
        if deaf is None and script.changes.reaches(function):
            continue  # cmdlets take -WhatIf over from their caller
        what = f"and calls {deaf.what}, which knows no -WhatIf" if deaf else "and asks nobody"
        name = function.name or "The script"
        yield Hit(*declared_at(function), f"{name} declares SupportsShouldProcess {what}.")


RULE = Rule(
    id="ps-should-process-not-asked",
    title="SupportsShouldProcess is declared and never asked",
    category=Category.MISSING_WHATIF,
    severity=Severity.MEDIUM,
    why="The function takes -WhatIf and makes its changes all the same: worse than no -WhatIf, since people trust it.",
    fix="Ask $PSCmdlet.ShouldProcess(target, action) before each change, or take the declaration away where nothing is changed.",
    bad="""function Stop-Agent {
    [CmdletBinding(SupportsShouldProcess)]
    param([string]$Name)
    & sc.exe stop $Name
}
""",
    good="""function Stop-Agent {
    [CmdletBinding(SupportsShouldProcess)]
    param([string]$Name)
    if ($PSCmdlet.ShouldProcess($Name, 'stop')) { & sc.exe stop $Name }
}
""",
    check=check,
    shares=("PSShouldProcess",),
)
