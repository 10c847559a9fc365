"""A script of several changes goes on after one has failed."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.effects import Kind
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """One a script with at least two changes in its body, and nothing that makes errors stop it."""
    if script.is_test or script.is_module or b"erroraction" in script.lowered or b"-ea " in script.lowered:
        return
    if script.nodes.get("try") or script.nodes.get("trap") or b"$?" in script.source.data or b"errorvariable" in script.lowered:
        return
    effects = [effect for effect in script.changes.of(script.body) if effect.kind is not Kind.RUN]
    if len(effects) > 1:
        second = effects[1]
        yield Hit(second.by.start, second.by.end, f"{second.what} is done even if {effects[0].what} before it has failed.")


RULE = Rule(
    id="ps-no-error-preference",
    title="A script with several changes goes on after an error",
    category=Category.WEAK_LOGGING,
    severity=Severity.LOW,
    why="PowerShell's default is to go on after most errors: the second change is made although the first one failed.",
    fix="Set $ErrorActionPreference = 'Stop', or give -ErrorAction Stop in a try around the changes.",
    bad="""param($Name)
Stop-Service -Name $Name
Set-Service -Name $Name -StartupType Disabled
""",
    good="""param($Name)
$ErrorActionPreference = 'Stop'
Stop-Service -Name $Name
Set-Service -Name $Name -StartupType Disabled
""",
    check=check,
)
