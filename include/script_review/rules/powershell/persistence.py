"""Something is arranged that starts by itself, in the ways of malicious code."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.origin import traced
from include.script_review.rule import Hit, Rule

_RUN = re2.compile(r"(?i)\\currentversion\\(?:policies\\explorer\\)?run(?:once|services)?\b|\\winlogon\b.*(?:userinit|shell)\b")
_IFEO = re2.compile(r"(?i)image file execution options")
_HIDDEN = re2.compile(
    r"(?i)[-/](?:e|ec|enc[a-z]*)\s+[\"']?[a-z0-9+/=$]{8,}|-w(?:in[a-z]*)?\s+(?:hidden|1)\b|downloadstring|frombase64string|\biex\b|mshta\b"
)
_SYSTEM = re2.compile(r"(?i)\b(?:nt authority\\)?(?:localsystem|system)\b|s-1-5-18")
_ODD = re2.compile(
    r"(?i)(?:\\(?:temp|tmp|downloads|public|appdata)\\|\$env:(?:te?mp|appdata|localappdata|public)\b|powershell|cmd(?:\.exe)?\s+/c)"
)
_TASKS = ("register-scheduledtask", "new-scheduledtaskaction", "new-scheduledtaskprincipal", "schtasks", "register-scheduledjob")
_WRITES = ("set-content", "add-content", "out-file", "new-item", "copy-item")
_EVENTS = ("__eventfilter", "commandlineeventconsumer", "activescripteventconsumer", "__filtertoconsumerbinding")


def check(script: Script) -> Iterator[Hit]:
    """Run keys, tasks, WMI subscriptions, profiles, the startup folder, services."""
    yield from _keys(script)
    for command in script.named(*_TASKS):
        yield from _task(command)
    yield from _subscriptions(script)
    for command in script.named(*_WRITES):
        yield from _written(command)
    for command in script.named("new-service", "sc.exe"):
        yield from _service(command)


def _keys(script: Script) -> Iterator[Hit]:
    if b"\\run" not in script.lowered and b"winlogon" not in script.lowered and b"image file exec" not in script.lowered:
        return
    for command in script.named("set-itemproperty", "new-itemproperty", "reg"):
        if command.name == "reg" and "add" not in command.literals():
            continue
        text = traced(script, command.text)
        if _IFEO.search(text) and "debugger" in text.lower():
            yield Hit(command.start, command.end, "Another program is started in place of the named one.", Severity.HIGH)
        elif _RUN.search(text):
            severity = Severity.HIGH if _HIDDEN.search(text) else None
            yield Hit(command.start, command.end, "A program is started at every logon.", severity)


def _task(command: Command) -> Iterator[Hit]:
    text = command.text
    if command.name == "schtasks" and "/create" not in text.lower():
        return
    if _HIDDEN.search(text):
        yield Hit(command.start, command.end, "A task runs a hidden or encoded command.", Severity.HIGH)
    elif command.name != "new-scheduledtaskaction" and _SYSTEM.search(_account(command)):
        yield Hit(command.start, command.end, "A task runs as SYSTEM.", Severity.LOW)


def _account(command: Command) -> str:
    if command.name == "schtasks":
        return command.text.lower().partition("/ru")[2][:40]
    value = command.value("user", least=1) or command.value("userid", least=1)
    return value.text if value is not None else ""


def _subscriptions(script: Script) -> Iterator[Hit]:
    if b"eventconsumer" not in script.lowered and b"__eventfilter" not in script.lowered:
        return
    for command in script.named("set-wmiinstance", "new-ciminstance", "register-wmievent"):
        text = command.text.lower()
        if any(name in text for name in _EVENTS) or command.splats:
            yield Hit(command.start, command.end, "A WMI subscription runs something when an event comes.", Severity.HIGH)


def _written(command: Command) -> Iterator[Hit]:
    value = command.value("path", 0) or command.value("filepath") or command.value("literalpath")
    places = [value, command.value("destination", 1)] if command.name == "copy-item" else [value]
    text = " ".join(one.text.lower() for one in places[-1:] if one is not None)
    if text.startswith(("$profile", '"$profile')):
        yield Hit(command.start, command.end, "The profile is written: it runs whenever PowerShell starts.")
    elif "start menu\\programs\\startup" in text or "programs\\startup" in text:
        yield Hit(command.start, command.end, "The startup folder is written: it runs at every logon.")


def _service(command: Command) -> Iterator[Hit]:
    if command.name == "sc.exe" and "create" not in command.literals():
        return
    text = command.text
    if _HIDDEN.search(text) or _ODD.search(text):
        yield Hit(command.start, command.end, "A service runs from an odd place, or runs a shell.", Severity.HIGH)


RULE = Rule(
    id="ps-starts-by-itself",
    title="Something is made to start by itself",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="What starts by itself stays after the script is gone, and few look there; it is how malicious code comes back.",
    fix="Deploy what must run as a signed program with its own service or task, under an account of its own with few rights.",
    bad="""Set-ItemProperty -Path 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run' -Name Agent -Value $agent
""",
    good="""Set-ItemProperty -Path 'HKLM:\\Software\\Contoso\\Agent' -Name Interval -Value 30
""",
    check=check,
)
