"""All computers of a directory are changed, restarted or stopped from afar."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.effects import may_change
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.origin import traced
from include.script_review.powershell.wide import then_done, unfiltered
from include.script_review.rule import Hit, Rule

_ACTS = ("restart-computer", "stop-computer", "invoke-command", "invoke-wmimethod", "invoke-cimmethod", "shutdown", "psexec")
_ALL = re2.compile(r"get-adcomputer\b[^|\n]*-f(?:i|ilter)\s+['\"{(]?\*")
_CHOSEN = re2.compile(r"\bwhere-object\b|\bwhere\b|\|\s*\?|select-object\s+-first")


def check(script: Script) -> Iterator[Hit]:
    """By `-ComputerName` of a list that `Get-ADComputer -Filter *` gave, in a pipeline or in a loop."""
    if b"get-adcomputer" not in script.lowered:
        return
    found: dict[int, tuple[Command, bool]] = {}
    for command in script.named("get-adcomputer"):
        if unfiltered(command):
            found.update({one.start: (one, chosen) for one, chosen in then_done(command) if one.name in _ACTS})
    for one in script.named(*_ACTS):
        value = one.value("computername", least=2)
        text = traced(script, value.text) if value is not None else ""
        if one.start not in found and _ALL.search(text) and not _CHOSEN.search(text):
            found[one.start] = (one, "-searchbase" in text)
    for one, chosen in found.values():
        if _acts(one):
            yield Hit(one.start, one.end, f"{one.called.text} reaches every computer.", Severity.MEDIUM if chosen else None)


def _acts(command: Command) -> bool:
    """Does what is done there change anything?"""
    if command.name != "invoke-command":
        return True
    script = command.script
    return any(
        may_change(one.name) for one in script.commands_of(command.function) if command.start < one.start < command.end
    ) or bool(command.value("filepath"))


RULE = Rule(
    id="ps-every-computer",
    title="Every computer is reached at once",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="A mistake in what is run stands on every computer, domain controllers among them, before anybody sees it.",
    fix="Ask with a filter and a search base, go in waves, begin with a few, and stop when one of them fails.",
    bad="""$all = (Get-ADComputer -Filter *).Name
Restart-Computer -ComputerName $all -Force
""",
    good="""$wave = (Get-ADComputer -Filter "Name -like 'TEST-*'" -SearchBase $unit).Name
Restart-Computer -ComputerName $wave
""",
    check=check,
)
