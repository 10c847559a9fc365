"""A function has the name of a built-in cmdlet."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.built_in import BUILT_IN
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """Functions and filters; methods of classes overwrite nothing."""
    if script.is_test:
        return
    for function in script.functions:
        name = function.name.lower().rpartition(":")[2]
        if name in BUILT_IN and not function.is_method:
            yield Hit(*function.name_span, f"{function.name} is the name of a built-in cmdlet.")


RULE = Rule(
    id="ps-overwrites-builtin",
    title="A built-in cmdlet is overwritten",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Every later call, in other scripts of the session too, gets this function: what a reader takes for PowerShell is not.",
    fix="Give the function a name of its own, with a prefix before the noun.",
    bad="""function Get-Date {
    [datetime]::UtcNow
}
""",
    good="""function Get-UtcDate {
    [datetime]::UtcNow
}
""",
    check=check,
    shares=("PSAvoidOverwritingBuiltInCmdlets",),
)
