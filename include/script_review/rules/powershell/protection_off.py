"""What protects the computer, or records what is done on it, is switched off."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.powershell.model import Command, Script
from include.script_review.powershell.quiet import Quiet
from include.script_review.rule import Hit, Rule

_SERVICES = ("windefend", "mpssvc", "sense", "wdnissvc", "wscsvc", "eventlog", "securityhealthservice")
_OFF = ("false", "$false", "0", "[bool]0")
# A value of the registry, and what switches the protection off.
_VALUES = {
    b"enablescriptblocklogging": "0",
    b"enablemodulelogging": "0",
    b"enabletranscripting": "0",
    b"enablelua": "0",
    b"consentpromptbehavioradmin": "0",
    b"enablefirewall": "0",
    b"disableantispyware": "1",
    b"disableantivirus": "1",
    b"disablerealtimemonitoring": "1",
    b"runasppl": "0",
    b"uselogoncredential": "1",
}
_WRITES = ("set-itemproperty", "new-itemproperty", "reg", "set-gpregistryvalue", "set-gpprefregistryvalue")
_AMSI = re2.compile(rb"amsiinitfailed|amsiutils|amsiscanbuffer|amsiopensession")


def check(script: Script) -> Iterator[Hit]:
    """Defender, the firewall, AMSI, PowerShell's own logs, UAC, and logs that are emptied."""
    for command in script.named("set-mppreference", "add-mppreference"):
        yield from _defender(command)
    for command in script.named("set-netfirewallprofile"):
        value = command.value("enabled", least=2)
        if value is not None and value.text.strip("\"'").lower() in _OFF:
            severity = Severity.MEDIUM if command.written("whatif") else None
            yield Hit(command.start, command.end, "The firewall is switched off.", severity)
    for command in script.named("netsh"):
        text = " ".join(command.text.lower().split())
        if ("advfirewall set" in text and "state off" in text) or ("firewall set opmode" in text and "disable" in text):
            yield Hit(command.start, command.end, "The firewall is switched off.")
    yield from _services(script)
    yield from _registry(script)
    yield from _amsi(script)
    yield from _logs(script)


def _defender(command: Command) -> Iterator[Hit]:
    for name, value in command.parameters.items():
        text = value.text.strip("\"'").lower() if value is not None else "true"
        if name.startswith("disable") and text in ("$true", "true", "1"):
            yield Hit(command.start, command.end, f"Defender's {name[7:]} is switched off.")
        elif name.startswith("exclusion"):
            yield Hit(command.start, command.end, f"Defender no longer looks at {text[:60]}.", Severity.MEDIUM)


def _services(script: Script) -> Iterator[Hit]:
    for command in script.named("stop-service", "set-service", "sc.exe", "uninstall-windowsfeature", "remove-windowsfeature"):
        words = command.literals()
        named = any(word in _SERVICES or word.startswith("windows-defender") for word in words)
        if named and (
            not command.name.startswith(("set", "sc")) or any(word in ("disabled", "stop", "delete") for word in words)
        ):
            yield Hit(command.start, command.end, "A service that protects the computer is switched off.")


def _registry(script: Script) -> Iterator[Hit]:
    commands = script.named(*_WRITES)
    if not commands:
        return
    for name, off in _VALUES.items():
        if name in script.lowered:
            for command in commands:
                words = command.literals()
                if name.decode() in words and off in words:
                    yield Hit(command.start, command.end, f"{name.decode()} is set to {off}.")


def _amsi(script: Script) -> Iterator[Hit]:
    if b"amsi" in script.lowered:
        quiet = Quiet(script)
        for found in _AMSI.finditer(script.lowered):
            node = script.root.descendant_for_byte_range(found.start(), found.end())
            if not (quiet.at(found.start()) and node is not None and node.type == "comment"):
                yield Hit(found.start(), found.end(), "The scan of scripts (AMSI) is tampered with.", Severity.CRITICAL)
                return


def _logs(script: Script) -> Iterator[Hit]:
    for command in script.named("clear-eventlog", "remove-eventlog"):
        yield Hit(command.start, command.end, "An event log is emptied.", Severity.MEDIUM)
    for command in script.named("wevtutil"):
        if any(word in ("cl", "clear-log") for word in command.literals()):
            yield Hit(command.start, command.end, "An event log is emptied.", Severity.MEDIUM)


RULE = Rule(
    id="ps-protection-off",
    title="Protection or its records are switched off",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="From then on nothing stops or records what runs on the computer, and often nobody switches it on again.",
    fix="Leave it on. Where something needs an exception, make a narrow one by policy, and have it owned and dated.",
    bad="""Set-MpPreference -DisableRealtimeMonitoring $true
Set-NetFirewallProfile -Profile Domain, Public, Private -Enabled False
""",
    good="""Set-MpPreference -DisableRealtimeMonitoring $false
New-NetFirewallRule -DisplayName 'Agent' -Direction Inbound -LocalPort 8443 -Protocol TCP -Action Allow
""",
    check=check,
)
