"""`Write-Host` is the only record of a change."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.asking import changes_nearby
from include.script_review.powershell.model import Script
from include.script_review.powershell.records import kept
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """One a function that changes state and says so with nothing else; a function `Show-…` is meant to show."""
    if script.is_test:
        return
    seen: set[int] = set()
    for command in script.named("write-host"):
        function = command.function
        if id(function) in seen or function.name.lower().startswith("show-"):
            continue
        seen.add(id(function))
        if changes_nearby(function) and not kept(function):
            yield Hit(command.start, command.end, f"{function.name or 'The script'} records its changes with Write-Host only.")


RULE = Rule(
    id="ps-write-host",
    title="Write-Host is the only record of a change",
    category=Category.WEAK_LOGGING,
    severity=Severity.LOW,
    why="What Write-Host shows is gone with the window: a job's or an auditor's log does not have it.",
    fix="Write-Information, Write-Verbose or a log file keep it; Write-Output hands it on.",
    bad="""function Disable-Leaver {
    param($Name)
    Disable-ADAccount -Identity $Name
    Write-Host "disabled $Name"
}
""",
    good="""function Disable-Leaver {
    param($Name)
    Disable-ADAccount -Identity $Name
    Write-Information "disabled $Name"
}
""",
    check=check,
    shares=("PSAvoidUsingWriteHost",),
)
