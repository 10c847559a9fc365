"""Every process or service is stopped, not a named one."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.wide import feeds
from include.script_review.rule import Hit, Rule

_STOPS = ("stop-process", "stop-service", "restart-service", "suspend-service", "stop-vm", "restart-computer", "stop-computer")
_GETS = ("get-process", "get-service", "get-vm")
_WIDE = ("*", "*.*", "**", "?*")


def check(script: Script) -> Iterator[Hit]:
    """`Stop-Process -Name *`, `Get-Service | Stop-Service`, `taskkill /im *`."""
    for command in script.named(*_STOPS):
        if command.has("whatif", least=2):
            continue
        if _wide(command) or _all_piped(command):
            yield Hit(command.start, command.end, f"{command.called.text} is applied to all there are.")
    for command in script.named("taskkill"):
        words = command.literals()
        if "/im" in words and any(word in _WIDE for word in words):
            yield Hit(command.start, command.end, "taskkill ends all programs.")


def _wide(command: Command) -> bool:
    value = command.value("name", 0, least=1) or command.value("displayname", least=2)
    return value is not None and any((one.literal or "") in _WIDE for one in value.items)


def _all_piped(command: Command) -> bool:
    """Is it given all that a `Get-` without a name gives, with nothing between them?"""
    first = feeds(command)
    if first is None or first.name not in _GETS or first.splats:
        return False
    asked = [name for name in first.parameters if not name.startswith(("err", "com", "incl", "cn"))]
    return _wide(first) or not (asked or first.arguments)


RULE = Rule(
    id="ps-stops-everything",
    title="All processes or services are stopped",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="What is stopped depends on what happens to run: the agent of the backup, the database, the script's own session.",
    fix="Name what is to be stopped, and look first whether it is what it should be.",
    bad="""Get-Service | Stop-Service -Force
""",
    good="""Get-Service -Name 'Spooler' | Stop-Service
""",
    check=check,
)
