"""Somebody is to be asked, and the script says no in advance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.asking import offers
from include.script_review.powershell.model import Command, Script
from include.script_review.rule import Hit, Rule

_SPLAT = re.compile(rb"\s@[A-Za-z_]")


def check(script: Script) -> Iterator[Hit]:
    """Switched off at a change that nobody was asked about, or for the whole script."""
    if script.is_test:
        return
    if b"$false" in script.lowered and (b"confirm" in script.lowered or b"whatif" in script.lowered):
        yield from _at_commands(script)
    if b"preference" not in script.lowered:
        return
    for name, values in (("confirmpreference", ("none",)), ("whatifpreference", ("$false", "false", "0"))):
        for node, value in script.assigned(name):
            if (value.literal or value.text).lower().strip("'\"") in values:
                yield Hit(node.start_byte, node.end_byte, f"${name} is set so that nobody is asked.")


def _at_commands(script: Script) -> Iterator[Hit]:
    splatted = script.says(b"confirm") or script.says(b"whatif")
    for effect in script.changes.all:
        if not isinstance(effect.by, Command):
            continue
        text = effect.by.node.text or b""
        off = b"alse" in text.lower() and b":" in text
        if not (off or (splatted and _SPLAT.search(text) and effect.by.splats)) or effect.handed:
            continue
        name = next((name for name in ("whatif", "confirm") if effect.by.off(name)), None)
        if name and not offers(effect.by.function) and not script.changes.asks(effect.by.function):
            severity = Severity.MEDIUM if effect.destructive else Severity.LOW
            yield Hit(effect.by.start, effect.by.end, f"{effect.what} is called with -{name.title()}:$false.", severity)


RULE = Rule(
    id="ps-confirm-switched-off",
    title="-Confirm:$false or -WhatIf:$false is hard-wired",
    category=Category.MISSING_WHATIF,
    severity=Severity.LOW,
    why="The caller's wish to be asked, or to see first, is overruled for this change.",
    fix="Leave the preference to the caller: declare SupportsShouldProcess and ask, or hand on -Confirm from a parameter.",
    bad="""param([string]$Name)
Remove-VM -Name $Name -Confirm:$false
""",
    good="""[CmdletBinding(SupportsShouldProcess)]
param([string]$Name)
if ($PSCmdlet.ShouldProcess($Name, 'remove')) { Remove-VM -Name $Name -Confirm:$false }
""",
    check=check,
)
