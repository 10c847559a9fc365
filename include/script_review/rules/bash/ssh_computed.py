"""A change is made on every host of a list that is put together while the script runs."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.changes import changes_files, changes_system
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("ssh", "pdsh", "pssh", "clush"):
        loop = command.loop
        if loop is None or not _computed(loop) or command.allowed_to_fail or command.checked:
            continue
        if _changes(command) and not _stops(script, command):
            yield command.hit("changes one host after another of a list made while it runs, and goes on where one fails")


def _computed(loop: Node) -> bool:
    """Does the list come from a command or a file?"""
    if loop.type == "while_statement":
        return True
    return any(child.type == "command_substitution" for child in loop.named_children)


def _changes(command: Command) -> bool:
    inner = [part for part in command.script.nested if command.start <= part.base < command.end]
    if inner:
        return any(changes_system(one) or changes_files(one) for part in inner for one in part.commands)
    words = " ".join(command.plain[1:])
    return words.startswith(("sudo ", "rm ", "systemctl ", "reboot", "apt", "yum "))


def _stops(script: Script, command: Command) -> bool:
    return script.options.on("e", command.start)


RULE = Rule(
    id="sh-ssh-computed",
    title="Many hosts are changed in one go",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    why="A wrong list, or a change that breaks hosts, reaches all of them before anybody has seen the first.",
    fix="Show the list and ask, change one host, check it, go on in groups, and stop at the first failure.",
    bad="for h in $(cat hosts.txt); do ssh $h 'sudo systemctl restart nginx'; done\n",
    good=(
        'for h in $(cat hosts.txt); do ssh "$h" uptime; done\n'
        "set -e\nfor h in $(cat canary.txt); do ssh $h 'rm -f /tmp/x'; done\n"
    ),
    check=check,
)
