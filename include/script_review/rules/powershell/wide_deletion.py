"""More may be deleted than is meant."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script, Value
from include.script_review.powershell.wide import feeds
from include.script_review.rule import Hit, Rule

_ROOT = re2.compile(
    r"(?i)^(?:[a-z]:|\$env:systemdrive|\$\{env:systemdrive\}|\$env:windir|\$env:systemroot|\$env:userprofile|\$env:programfiles"
    r"|\$home|~|[a-z]:[\\/](?:windows|users|program files|programdata)(?:[\\/]system32)?|hk(?:lm|cu):|hklm:[\\/]software"
    r"|(?:microsoft\.powershell\.core\\)?registry::hkey_local_machine)?[\\/]?(?:\*(?:\.\*)?)?$"
)
_SHELL = re2.compile(r"(?i)\b(?:del|erase|rd|rmdir)\b[^|&]*\s/s\b[^|&]*\s['\"]?[a-z]:[\\/]?(?:\*(?:\.\*)?)?['\"]?(?:\s|$)")
_LEADS = re2.compile(r"(?i)^\$\{?(\w+)\}?[\\/]+\*?$")
_BARE = re2.compile(r"(?i)^\$\{?(\w+)\}?$")
_OWN = ("psscriptroot", "_", "psitem", "testdrive", "pscommandpath")


def check(script: Script) -> Iterator[Hit]:
    """Recursive deletion of a root, of what a variable names that may be empty, of all below a place."""
    for command in script.named("remove-item", "rd", "rmdir"):
        hit = _judged(command)
        if hit is not None:
            yield hit
    for command in script.named("cmd"):
        if _SHELL.search(command.text):
            yield Hit(command.start, command.end, "All of a drive is deleted.", Severity.HIGH)


def _judged(command: Command) -> Hit | None:
    path, recursive = _path(command)
    if path is None or command.has("whatif", least=2):
        return None
    for one in path.items:
        text = _plain(one)
        if text and _ROOT.match(text) and (recursive or text.endswith("*")):
            return Hit(command.start, command.end, f"{text} is deleted with all that is in it.", Severity.HIGH)
        if recursive:
            found = _by_variable(command, text)
            if found is not None:
                return found
    return None


def _plain(value: Value) -> str:
    return value.text.strip("\"'").strip()


def _path(command: Command) -> tuple[Value | None, bool]:
    """What is deleted, and whether with all below it; for what is piped in, what `Get-ChildItem` was given."""
    recursive = command.has("recurse", least=1)
    value = command.value("path", 0) or command.value("literalpath", least=2)
    first = feeds(command) if value is None else None
    if first is None or first.name != "get-childitem":
        return value, recursive
    narrowed = any(first.written(name) for name in ("filter", "include", "exclude"))
    found = first.value("path", 0) or first.value("literalpath", least=2)
    return (None if narrowed else found), recursive or first.has("recurse", least=1)


def _by_variable(command: Command, text: str) -> Hit | None:
    """`"$dir\\*"`: with `$dir` empty it is the root of the drive."""
    leads, bare = _LEADS.match(text), _BARE.match(text)
    found = leads or bare
    if found is None or command.name != "remove-item":
        return None
    name = found[1].lower()
    if name in _OWN or _known(command, name):
        return None
    severity = Severity.HIGH if leads else Severity.MEDIUM
    return Hit(command.start, command.end, f"All below ${found[1]} is deleted, whatever it is given, empty too.", severity)


def _known(command: Command, name: str) -> bool:
    """Was the variable assigned here, or is it looked at before?"""
    if command.script.assigned(name):
        return True
    for parameter in command.function.parameters:
        marks = " ".join(parameter.attributes)
        if parameter.name == name and (parameter.default or "mandatory" in marks or "validate" in marks):
            return True
    before = command.script.lowered[command.function.start : command.start].decode("utf-8", "replace")
    return re2.search(r"(?:\bif\b|test-path|isnullor|foreach)[^\n]*\$\{?" + name + r"\b", before) is not None


RULE = Rule(
    id="ps-wide-deletion",
    title="More may be deleted than is meant",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="An empty variable, or one place too high, and a recursive deletion takes what was never meant; nothing brings it back.",
    fix="Make sure that the path is set and lies below the place it must lie below, list what will go, and offer -WhatIf.",
    bad="""param($Target)
Remove-Item -Path "$Target\\*" -Recurse -Force
""",
    good="""$work = Join-Path $env:TEMP 'export'
Remove-Item -Path $work -Recurse -Force
""",
    check=check,
)
