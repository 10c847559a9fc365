"""A computer's name stands in the script."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule

_HERE = ("localhost", ".", "::1", "127.0.0.1", "", "*")
_GIVEN = re2.compile(r"(?i)-c(n|omputern?a?m?e?)\b|computername['\"]?\s*=")


def check(script: Script) -> Iterator[Hit]:
    """Literals, alone or in a list, behind `-ComputerName` or its short forms; this computer's own names are none."""
    if not _GIVEN.search(script.source.data):
        return
    for command in script.commands:
        if not command.splats and not _GIVEN.search(command.node.text or b""):
            continue
        value = command.value("computername", least=5) or command.parameters.get("cn")
        names = [one.literal for one in value.items if one.literal is not None] if value is not None else []
        named = [name for name in names if name.lower() not in _HERE]
        if named and value is not None:
            yield Hit(*command.place("computername", least=2), f"{command.called.text} is aimed at {', '.join(named[:3])}.")


RULE = Rule(
    id="ps-hardcoded-computer",
    title="Hard-coded computer name",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.LOW,
    why="The script runs against this computer wherever it is copied to, and tells a reader a name of the network.",
    fix="Take the name as a parameter, or from a configuration file.",
    bad="""Get-Service -Name W3SVC -ComputerName 'web01.corp.example'
""",
    good="""param([string]$ComputerName)
Get-Service -Name W3SVC -ComputerName $ComputerName
""",
    check=check,
    shares=("PSAvoidUsingComputerNameHardcoded",),
)
