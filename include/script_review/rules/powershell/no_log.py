"""State is changed and no word is kept of it."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.powershell.records import records
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """One a file, at the first change that destroys something, where nothing in the file keeps or shows a record."""
    destroyed = [effect for effect in script.changes.all if effect.destructive]
    if script.is_test or not destroyed or _told(script):
        return
    first = destroyed[0]
    yield Hit(first.by.start, first.by.end, f"{first.what} leaves no record, here or elsewhere in the file.")


def _told(script: Script) -> bool:
    """Is there a record, a question to a person, or at least a line on the screen?"""
    if script.named("write-host", "write-output", "write-progress") or b"console]::write" in script.lowered:
        return True
    return any(script.changes.asks(one) for one in (script.body, *script.functions)) or records(script.commands)


RULE = Rule(
    id="ps-no-record",
    title="A change without a record",
    category=Category.WEAK_LOGGING,
    severity=Severity.LOW,
    why="Nobody can tell later what was changed, when and by whom.",
    fix="Say before and after each change what it is about: Write-Information or Write-Verbose, a log file, the event log.",
    bad="""param($Name)
Remove-LocalUser -Name $Name
""",
    good="""param($Name)
Write-Information "removing $Name" -InformationAction Continue
Remove-LocalUser -Name $Name
""",
    check=check,
)
