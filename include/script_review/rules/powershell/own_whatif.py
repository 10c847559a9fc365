"""A parameter `-WhatIf` or `-Confirm` of the script's own."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """Parameters of that name."""
    if b"whatif" not in script.lowered and b"confirm" not in script.lowered:
        return
    for function in (script.body, *script.functions):
        for parameter in function.parameters:
            if parameter.name in ("whatif", "confirm") and not function.is_method:
                yield Hit(
                    parameter.start, parameter.end, f"{function.name or 'The script'} has a {parameter.written} of its own."
                )


RULE = Rule(
    id="ps-own-whatif",
    title="Own -WhatIf or -Confirm parameter",
    category=Category.MISSING_SHOULD_PROCESS,
    severity=Severity.MEDIUM,
    why="A hand-made -WhatIf is not handed on to the cmdlets that are called, so one forgotten test makes the change.",
    fix="Take the parameter away and declare [CmdletBinding(SupportsShouldProcess)], which brings both.",
    bad="""function Reset-Queue {
    param([string]$Name, [switch]$WhatIf)
    if (-not $WhatIf) { Clear-MsmqQueue -Name $Name }
}
""",
    good="""function Reset-Queue {
    [CmdletBinding(SupportsShouldProcess)]
    param([string]$Name)
    if ($PSCmdlet.ShouldProcess($Name, 'clear')) { Clear-MsmqQueue -Name $Name }
}
""",
    check=check,
    shares=("PSUseSupportsShouldProcess",),
)
