"""A change of state may fail without a word."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.rule import Hit, Rule

_SILENT = ("silentlycontinue", "ignore", "0", "4")


def check(script: Script) -> Iterator[Hit]:
    """At the change itself, and where the preference is set for all that follows."""
    if script.is_test or not (b"silentlycontinue" in script.lowered or b"ignore" in script.lowered or b"-ea" in script.lowered):
        return
    for effect in script.changes.all:
        if isinstance(effect.by, Command) and _silenced(effect.by):
            severity = Severity.LOW if effect.by.name.endswith(("-item", "-itemproperty")) else Severity.MEDIUM
            yield Hit(effect.by.start, effect.by.end, f"{effect.what} may fail without a word.", severity)
    if b"erroractionpreference" not in script.lowered:
        return
    for node, value in script.assigned("erroractionpreference"):
        silent = (value.literal or value.text).lower().strip("'\"").rpartition("::")[2] in _SILENT
        if silent and any(effect.by.start > node.start_byte for effect in script.changes.all):
            yield Hit(node.start_byte, node.end_byte, "Every error from here on is silenced, those of changes too.")


def _silenced(command: Command) -> bool:
    value = command.value("erroraction", least=6) or command.parameters.get("ea")
    return value is not None and (value.literal or value.text).lower().rpartition("::")[2] in _SILENT


RULE = Rule(
    id="ps-silenced-change",
    title="Errors of a change are silenced",
    category=Category.WEAK_LOGGING,
    severity=Severity.MEDIUM,
    why="When the change fails the script goes on and nobody learns that the state is not what it should be.",
    fix="Use -ErrorAction Stop in a try, and log what failed. To skip what is not there, test for it first.",
    bad="""param($Group, $Member)
Add-ADGroupMember -Identity $Group -Members $Member -ErrorAction SilentlyContinue
""",
    good="""param($Group, $Member)
$found = Get-ADGroup -Identity $Group -ErrorAction SilentlyContinue
if ($found) { Add-ADGroupMember -Identity $Group -Members $Member -ErrorAction Stop }
""",
    check=check,
)
