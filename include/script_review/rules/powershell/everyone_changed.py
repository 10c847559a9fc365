"""All accounts, groups or mailboxes are changed at once."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.effects import verb_kind
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.wide import then_done, unfiltered
from include.script_review.rule import Hit, Rule

_GETS = """
    get-aduser get-adgroup get-adcomputer get-adobject get-adserviceaccount get-adorganizationalunit get-mailbox get-recipient
    get-exomailbox get-distributiongroup get-unifiedgroup get-mguser get-mggroup get-mgdevice get-msoluser get-azureaduser
    get-azaduser get-localuser get-qaduser get-mailuser
"""
GETS = tuple(_GETS.split())
_WITHOUT_FILTER = ("get-localuser",)
_ALWAYS_ALL = ("get-mguser", "get-mggroup", "get-mgdevice", "get-msoluser", "get-azureaduser")
_NOUNS = (
    "-ad",
    "-mg",
    "-msol",
    "-azuread",
    "-local",
    "-mailbox",
    "-casmailbox",
    "-distribution",
    "-unified",
    "-mailuser",
    "-user",
)


def check(script: Script) -> Iterator[Hit]:
    """`Get-ADUser -Filter * | Set-ADUser`, in a pipeline, by a variable, in a loop."""
    seen: set[int] = set()
    for command in script.named(*GETS):
        if not _all(command):
            continue
        for one, chosen in then_done(command):
            kind = verb_kind(one.name)
            if kind is not None and one.start not in seen and _directory(one.name):
                seen.add(one.start)
                severity = Severity.MEDIUM if chosen or one.has("whatif", least=2) else None
                yield Hit(one.start, one.end, f"{one.called.text} is applied to all that {command.called.text} gives.", severity)


def _all(command: Command) -> bool:
    if command.name in _WITHOUT_FILTER:
        return not command.parameters and not command.arguments
    if command.name in _ALWAYS_ALL and command.has("all"):
        return not command.written("filter", least=2)
    return unfiltered(command)


def _directory(name: str) -> bool:
    return name[name.find("-") :].startswith(_NOUNS)


RULE = Rule(
    id="ps-everyone-changed",
    title="All accounts or groups are changed at once",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="One run changes every object of the directory, service and emergency accounts among them, and no list says which.",
    fix="Ask with a filter and a search base, look at the list, cap how many may be changed, and offer -WhatIf.",
    bad="""Get-ADUser -Filter * | Set-ADUser -PasswordNeverExpires $false
""",
    good="""Get-ADUser -Filter "Department -eq 'Sales'" -SearchBase $unit | Set-ADUser -Office 'Ulm'
""",
    check=check,
)
