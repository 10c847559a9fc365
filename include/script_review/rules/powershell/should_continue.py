"""`ShouldContinue` without a way to say yes beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule

_YES_OR_NO = ("switch", "switchparameter", "bool", "boolean")


def check(script: Script) -> Iterator[Hit]:
    """Functions that ask so and have no switch `-Force`."""
    for call in script.calls_by_member.get("shouldcontinue", ()):
        function = call.function
        if not (call.target.variable or "").endswith("cmdlet") or function.is_method:
            continue
        if not any(
            one.name == "force" and one.type in ("switch", "switchparameter", "bool", "boolean") for one in function.parameters
        ):
            yield Hit(call.start, call.end, f"{function.name or 'The script'} asks ShouldContinue and has no -Force.")


RULE = Rule(
    id="ps-should-continue-without-force",
    title="ShouldContinue without a Force parameter",
    category=Category.MISSING_SHOULD_PROCESS,
    severity=Severity.MEDIUM,
    why="ShouldContinue always asks a person. In a job without one the script hangs or fails.",
    fix="Add [switch]$Force and ask only when it is not given.",
    bad="""function Remove-Share {
    [CmdletBinding(SupportsShouldProcess)]
    param([string]$Name)
    if ($PSCmdlet.ShouldContinue($Name, 'Remove the share?')) { Remove-SmbShare -Name $Name }
}
""",
    good="""function Remove-Share {
    [CmdletBinding(SupportsShouldProcess)]
    param([string]$Name, [switch]$Force)
    if ($Force -or $PSCmdlet.ShouldContinue($Name, 'Remove the share?')) { Remove-SmbShare -Name $Name }
}
""",
    check=check,
    shares=("PSAvoidShouldContinueWithoutForce",),
)
