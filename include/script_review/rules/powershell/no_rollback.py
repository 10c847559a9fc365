"""State is changed and nothing shows how to go back."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.powershell.asking import remembers
from include.script_review.powershell.effects import Effect, Kind
from include.script_review.powershell.model import Script
from include.script_review.powershell.undo import opposite, prepared
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    """One a file, at the first change that takes something away or over: nothing kept, no reverse, no handler, no word of it."""
    if script.is_test:
        return
    lost = [effect for effect in script.changes.all if _loses(effect)]
    if not lost or prepared(script.body) or remembers(script):
        return
    open_ones = [effect for effect in lost if not opposite(effect, effect.by.function)]
    if not open_ones:
        return
    first = next((effect for effect in open_ones if effect.destructive), open_ones[0])
    body = any(effect.by.function.is_script for effect in open_ones)
    severity = Severity.MEDIUM if body and len(open_ones) > 1 else Severity.LOW
    yield Hit(first.by.start, first.by.end, f"Nothing in this file shows how {first.what} is taken back.", severity)


def _loses(effect: Effect) -> bool:
    """A restart, a new thing or a message takes nothing away."""
    return effect.kind in (Kind.DELETE, Kind.MODIFY, Kind.STOP) and not effect.what.lower().startswith(
        ("restart", "update-", "sync-")
    )


RULE = Rule(
    id="ps-no-rollback",
    title="A change with no way back",
    category=Category.MISSING_ROLLBACK,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    why="When the change turns out wrong at night, whoever is called has nothing to put back.",
    fix="Keep what is there first (Export-…, Backup-…, a copy, a snapshot), undo in a catch or finally, or say how to undo.",
    bad="""param($Site)
Remove-WebBinding -Name $Site -Protocol http
Set-ItemProperty -Path "IIS:/Sites/$Site" -Name applicationPool -Value shared
""",
    good="""param($Site)
Backup-WebConfiguration -Name "before-$Site"
Remove-WebBinding -Name $Site -Protocol http
Set-ItemProperty -Path "IIS:/Sites/$Site" -Name applicationPool -Value shared
""",
    check=check,
)
