"""What protects or records a host is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.lists import names
from include.script_review.rule import Hit, Rule

_GUARDS = names(
    """firewalld ufw iptables ip6tables nftables auditd apparmor fail2ban falcon-sensor crowdstrike clamav-daemon clamd
    osqueryd wazuh-agent mdatp rsyslog syslog-ng auditbeat filebeat sysmon aide rkhunter cbdaemon ds_agent nessusagent"""
)

_TOOLS = ("setenforce", "ufw", "systemctl", "service", "auditctl", "aa-teardown", "aa-disable", "nft", "chkconfig")

_FLUSHES = (("-F",), ("--flush",), ("-t", "filter", "-F"), ("-F", "INPUT"))
_HISTORY = {"HISTFILE": "/dev/null", "HISTSIZE": "0", "HISTFILESIZE": "0"}


def check(script: Script) -> Iterator[Hit]:
    back = _comes_back(script)
    for command in script.calls(*_TOOLS):
        if command.start >= back.get(command.name, -1) and (what := _off(command)):
            yield command.hit(what)
    for name in ("iptables", "ip6tables"):
        yield from _flushed(script, script.calls(name))
    yield from _history(script)
    for command in script.calls("sed"):
        if any("SELINUX=disabled" in text or "SELINUX=permissive" in text for text in command.literals):
            yield command.hit("switches SELinux off from the next start on")


def _off(command: Command) -> str:
    name, plain = command.name, command.plain
    if name == "setenforce":
        return "switches SELinux off" if plain[:1] in (("0",), ("Permissive",), ("permissive",)) else ""
    if name == "ufw":
        return "switches the firewall off" if {"disable", "reset"} & set(plain[:1]) else ""
    if name == "nft":
        return (
            "deletes every rule of the firewall"
            if plain[:2] == ("flush", "ruleset") and len(command.script.calls("nft")) == 1
            else ""
        )
    if name == "auditctl":
        return "switches auditing off" if command.literals in (("-e", "0"), ("-D",)) else ""
    if name.startswith("aa-"):
        return "switches AppArmor off"
    return _service(name, plain)


def _service(name: str, plain: tuple[str, ...]) -> str:
    verbs = ("stop", "disable", "mask", "kill", "off")
    words = {word.removesuffix(".service") for word in plain}
    guard = next(iter(sorted(words & _GUARDS)), "")
    return f"switches {guard} off" if guard and words & set(verbs) and name != "auditctl" else ""


def _comes_back(script: Script) -> dict[str, int]:
    """Where each of these tools switches something on again for the last time."""
    on = {"start", "restart", "enable", "reload", "on", "1", "Enforcing"}
    return {command.name: command.start for command in script.calls(*_TOOLS) if on & set(command.plain) or _sets(command)}


def _sets(command: Command) -> bool:
    """Does nft load or add rules?"""
    return command.name == "nft" and ("add" in command.plain or command.has("-f", "--file"))


def _accepts(command: Command) -> bool:
    return command.has("-P", "--policy") and "ACCEPT" in command.plain and "INPUT" in command.plain


def _flushed(script: Script, commands: list[Command]) -> Iterator[Hit]:
    """Rules that the script itself sets afterwards make it the script of a firewall, not the end of one."""
    if "iptables-restore" in script.names or any(one.has("-A", "-I", "--append", "--insert") for one in commands):
        return
    for command in commands:
        if command.literals in _FLUSHES or _accepts(command):
            yield command.hit("lets everything in: the rules of the firewall are gone, and nothing here sets others")


def _history(script: Script) -> Iterator[Hit]:
    for command in script.calls("history", "set"):
        if command.literals in (("-c",), ("-cw",), ("+o", "history")):
            yield command.hit("deletes or stops the record of what is typed")
    for node in script.captures.get("unset", ()):
        if b"HISTFILE" in (node.text or b""):
            yield Hit(script.base + node.start_byte, script.base + node.end_byte, "stops recording what is typed")
    for name, off in _HISTORY.items():
        for at, value in script.assignments.get(name, []):
            if value is not None and value.literal == off:
                yield Hit(at, at + len(name) + 1 + len(value.raw), "stops recording what is typed")


RULE = Rule(
    id="sh-protection-off",
    title="A protection or a record is switched off",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="What happens from then on is neither stopped nor seen, and such switches are rarely switched back.",
    fix="Add the one rule or exception that is needed, with its reason; if it must go off, switch it on again in a `trap`.",
    bad="systemctl stop firewalld\nsetenforce 0\n",
    good="firewall-cmd --permanent --add-port=8443/tcp\niptables -F\niptables -A INPUT -j DROP\nsystemctl stop nginx\n",
    check=check,
)
