"""A program's exit code is not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.words import NATIVE
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """The first such program of a file that nowhere looks at an exit code."""
    if script.is_test or any(word in script.lowered for word in (b"lastexitcode", b"$?", b"psnativecommanduse", b"exitcode")):
        return
    for effect in script.changes.all:
        if isinstance(effect.by, Command) and effect.by.name in NATIVE:
            yield Hit(effect.by.start, effect.by.end, f"Nobody looks whether {effect.what} has failed.")
            return


RULE = Rule(
    id="ps-native-exit-code",
    title="A program changes state and its exit code is not looked at",
    category=Category.WEAK_LOGGING,
    severity=Severity.LOW,
    why="PowerShell does not stop when a program fails: only $LASTEXITCODE tells.",
    fix="Look at $LASTEXITCODE after it and throw, or set $PSNativeCommandUseErrorActionPreference.",
    bad="""param($Name)
& sc.exe delete $Name
Write-Verbose "deleted $Name"
""",
    good="""param($Name)
& sc.exe delete $Name
if ($LASTEXITCODE -ne 0) { throw "sc.exe delete $Name ended with $LASTEXITCODE" }
""",
    check=check,
)
