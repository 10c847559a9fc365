"""Processes are killed by a loose pattern."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.lists import names
from include.script_review.rule import Hit, Rule

_HARD = ("-9", "-KILL", "-SIGKILL", "-s9", "--signal=9", "--signal=KILL")
_COMMON = names("java python python3 node perl ruby php bash sh ssh sshd nginx httpd postgres mysqld docker systemd")


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("kill"):
        words = command.literals
        if words[:1] and words[0] in _HARD and words[-1] == "-1" and len(words) > 1:
            yield Hit(command.start, command.end, "kills every process that it may", severity=Severity.HIGH)
    for command in script.calls("killall", "pkill"):
        if (what := _loose(command)) and not command.has(
            "-u", "-U", "--uid", "-P", "--parent", "-t", "-x", "--pidfile", "-F", "-0"
        ):
            yield command.hit(f"kills every process that matches {shown(what)}, whoever started it")


def _loose(command: Command) -> str:
    """The pattern, where it names an interpreter or server that others run too, or holds a wildcard."""
    target = command.plain[-1] if command.plain else ""
    hard = any(word in _HARD for word in command.literals)
    if target in _COMMON and hard:
        return target
    return target if "*" in target or target in (".", "\0*") else ""


RULE = Rule(
    id="sh-kill-wildcard",
    title="Processes are killed by a loose pattern",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="The pattern takes processes of other services and users along, without a chance to finish what they write.",
    fix="Stop the service by its manager, or kill the one process id that was recorded when it was started.",
    bad="pkill -9 java\n",
    good='systemctl stop shop\nkill "$(cat /run/shop.pid)"\npkill -u shop -x worker\n',
    check=check,
)
