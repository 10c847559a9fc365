"""Accounts are changed in a loop over all of them."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

_CHANGES = ("userdel", "usermod", "deluser", "passwd", "chage", "gpasswd", "groupdel", "chpasswd")
_ALL = re2.compile(r"(/etc/passwd|getent\s+(passwd|group)|/etc/group|ls\s+/home|/home/\*|compgen\s+-u|ldapsearch)")
_FILTER = re2.compile(r"\b(grep|awk|egrep|case|if|test|select)\b|\[\s|\[\[|-filter|\(\w+=")


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls(*_CHANGES):
        loop = command.loop
        if loop is not None and command.script is script:
            text = (
                loop.parent.text
                if loop.parent is not None and loop.parent.type in ("redirected_statement", "pipeline")
                else loop.text
            ) or b""
            if _unfiltered(text.decode("utf-8", "replace")):
                yield _hit(command)
        elif "xargs" in command.wrappers and _unfiltered(_line(command)):
            yield _hit(command)


def _hit(command: Command) -> Hit:
    return command.hit(f"`{command.name}` runs for every account that is listed: nothing chooses among them")


def _unfiltered(text: str) -> bool:
    return bool(_ALL.search(text)) and not _FILTER.search(text)


def _line(command: Command) -> str:
    node = command.node.parent
    return (node.text or b"").decode("utf-8", "replace") if node is not None and node.type == "pipeline" else ""


RULE = Rule(
    id="sh-mass-account",
    title="Every account is changed",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    why="The list holds root, the services' accounts and your own: locked or deleted, nobody can log in to mend it.",
    fix="Name the accounts, or filter by uid and group, print the list, and ask before changing it.",
    bad="for u in $(cut -d: -f1 /etc/passwd); do usermod -L $u; done\n",
    good="for u in $(awk -F: '$3 > 1000 {print $1}' /etc/passwd); do usermod -L \"$u\"; done\nuserdel olduser\n",
    check=check,
)
