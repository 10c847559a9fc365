"""A script that changes state as soon as it is started."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.asking import offers, rehearses, unasked
from include.script_review.powershell.effects import Kind
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """One a script, at its first change."""
    body = script.body
    if (
        script.is_test
        or script.is_module
        or offers(body)
        or b"-whatif" in script.lowered
        or b"whatifpreference" in script.lowered
    ):
        return
    effects = [effect for effect in unasked(body) if effect.kind is not Kind.RUN]
    if not effects or rehearses(script):
        return
    first = next((effect for effect in effects if effect.destructive), effects[0])
    severity = Severity.MEDIUM if first.destructive else Severity.LOW
    by = first.by if first.by.script is script else None
    start, end = (by.start, by.end) if by else (0, 0)
    yield Hit(start, end, f"The script changes state when it is started ({first.what}), and has no -WhatIf.", severity)


RULE = Rule(
    id="ps-script-without-preview",
    title="A script changes state with no way to see first",
    category=Category.MISSING_WHATIF,
    severity=Severity.LOW,
    why="Who runs the script cannot see beforehand what it would do.",
    fix="Begin with [CmdletBinding(SupportsShouldProcess)] param(…) and ask, or hand -WhatIf on to what is called.",
    bad="""$old = Get-Date
Get-ADComputer -SearchBase 'OU=Old,DC=corp,DC=example' -Filter * | Disable-ADAccount
""",
    good="""[CmdletBinding(SupportsShouldProcess)]
param()
Get-ADComputer -SearchBase 'OU=Old,DC=corp,DC=example' -Filter * | Disable-ADAccount
""",
    check=check,
)
