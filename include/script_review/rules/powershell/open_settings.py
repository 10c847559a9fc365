"""A setting lets more in than it should: what may run, and who may reach the computer."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.rule import Hit, Rule

_LOOSE = ("bypass", "unrestricted")
_GIVEN = re2.compile(r"(?i)-e(?:p|x|xec|xecutionpolicy)?[a-z]*[\s\"',:]+(?:bypass|unrestricted)\b")
_WINRM = re2.compile(r"(?i)allowunencrypted['\"]?[\s=:\"']+(?:-value\s+)?\$?(?:true|1)\b")
_BASIC = re2.compile(r"(?i)(?:\\auth\\basic|auth\s*['\"]?@\{\s*basic|\bbasic)['\"]?[\s=:\"']+(?:-value\s+)?\$?(?:true|1)\b")
_HOSTS = re2.compile(r"(?i)trustedhosts['\"]?[\s=:\"']+(?:-value\s+)?['\"]?\*")


def check(script: Script) -> Iterator[Hit]:
    """The execution policy and WinRM."""
    for command in script.named("set-executionpolicy"):
        hit = _policy(command)
        if hit is not None:
            yield hit
    if b"bypass" in script.lowered or b"unrestricted" in script.lowered:
        for command in script.named("powershell", "pwsh", "start-process", "cmd", "new-scheduledtaskaction", "schtasks"):
            if _GIVEN.search(command.text):
                yield Hit(command.start, command.end, "PowerShell is started without its execution policy.", Severity.LOW)
    if b"wsman" in script.lowered or b"winrm" in script.lowered:
        for command in script.named("set-item", "winrm", "winrm.cmd", "set-wsmaninstance", "cmd"):
            yield from _remoting(command)


def _policy(command: Command) -> Hit | None:
    policy, scope = command.value("executionpolicy", 0, least=2), command.value("scope", 1, least=1)
    if policy is None or (policy.literal or "").lower() not in _LOOSE:
        return None
    where = (scope.literal or "").lower() if scope is not None else "localmachine"
    severity = Severity.LOW if where == "process" else Severity.MEDIUM
    return Hit(command.start, command.end, f"The execution policy of {where or 'the scope'} is {policy.literal}.", severity)


def _remoting(command: Command) -> Iterator[Hit]:
    text = command.text
    if _WINRM.search(text):
        yield Hit(command.start, command.end, "WinRM takes what is not encrypted.", Severity.HIGH)
    elif _BASIC.search(text):
        yield Hit(command.start, command.end, "WinRM takes passwords as they are (Basic).")
    elif _HOSTS.search(text):
        yield Hit(command.start, command.end, "WinRM trusts every computer.")


RULE = Rule(
    id="ps-open-settings",
    title="A setting lets too much in",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="The setting stays when the script is done: scripts of unknown origin run, passwords go over the net as they are.",
    fix="Sign scripts and use RemoteSigned or AllSigned; reach computers by Kerberos or HTTPS, and name the trusted ones.",
    bad="""Set-ExecutionPolicy -ExecutionPolicy Unrestricted -Scope LocalMachine -Force
Set-Item -Path WSMan:\\localhost\\Service\\AllowUnencrypted -Value $true
""",
    good="""Set-ExecutionPolicy -ExecutionPolicy RemoteSigned -Scope CurrentUser
Set-Item -Path WSMan:\\localhost\\Service\\AllowUnencrypted -Value $false
""",
    check=check,
)
