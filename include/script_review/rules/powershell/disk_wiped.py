"""A disk, or what could bring it back, is wiped."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Script
from include.script_review.rule import Hit, Rule

# Severity of each; those that only work on an empty disk are less grave.
_COMMANDS = {
    "clear-disk": Severity.HIGH,
    "format-volume": Severity.HIGH,
    "reset-physicaldisk": Severity.HIGH,
    "remove-partition": Severity.MEDIUM,
    "remove-virtualdisk": Severity.HIGH,
    "remove-storagepool": Severity.HIGH,
    "initialize-disk": Severity.LOW,
    "diskpart": Severity.HIGH,
    "sdelete": Severity.MEDIUM,
}
_NATIVE = {
    "format": (("/q", "/fs", "/y", "/x"), ()),
    "format.com": (("/q", "/fs", "/y", "/x"), ()),
    "vssadmin": (("delete",), ("shadows",)),
    "wmic": (("shadowcopy",), ("delete",)),
    "wbadmin": (("delete",), ("catalog", "systemstatebackup", "backup")),
    "cipher": (("/w",), ()),
}


def check(script: Script) -> Iterator[Hit]:
    """Formatting, clearing, and the deletion of shadow copies."""
    for name, severity in _COMMANDS.items():
        for command in script.by_name.get(name, ()):
            if not command.has("whatif", least=2) and name not in script.functions_by_name:
                yield Hit(command.start, command.end, f"{command.called.text} wipes a disk or a part of it.", severity)
    for name, (first, second) in _NATIVE.items():
        for command in script.by_name.get(name, ()):
            words = command.text.lower().split()
            if _among(words, first) and (not second or _among(words, second)):
                yield Hit(command.start, command.end, f"{command.called.text} wipes what is not brought back.")


def _among(words: list[str], wanted: tuple[str, ...]) -> bool:
    return any(word.strip("\"'").startswith(wanted) for word in words[1:])


RULE = Rule(
    id="ps-disk-wiped",
    title="A disk or its copies are wiped",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="Disks are numbered anew at each start: the number in the script may be another disk tomorrow, and its data are gone.",
    fix="Choose the disk by its serial number, refuse one that has partitions, show it, and have a person say yes.",
    bad="""Clear-Disk -Number 1 -RemoveData -Confirm:$false
""",
    good="""Get-Disk | Where-Object SerialNumber -EQ $serial | Format-List
""",
    check=check,
)
