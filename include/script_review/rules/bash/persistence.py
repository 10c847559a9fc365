"""Something is arranged to run, or to be let in, after this script has ended."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.bash.word import Word
from include.script_review.rule import Hit, Rule

_PLACES = re2.compile(
    r"(\.ssh/authorized_keys2?$|/etc/rc\.local$|/etc/cron\.[a-z]+/|/etc/crontab$|/var/spool/cron/|/etc/ld\.so\.preload$"
    r"|/etc/sudoers(\.d/|$)|/etc/profile\.d/|/etc/pam\.d/)"
)
_SOMEWHERE = re2.compile(rb"(authorized_keys|rc\.local|cron|ld\.so\.preload|sudoers|/profile\.d/|/pam\.d/)")
_GRAVE = re2.compile(r"(/etc/ld\.so\.preload$|/etc/sudoers$|/etc/pam\.d/)")
_CHANGED = (b"visudo -c", b"visudo -cf", b"visudo --check")


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("crontab"):
        if command.plain and not {"l", "r", "e"} & command.flags and (command.plain != ("-",) or command.before):
            yield command.hit("sets up what runs from now on, in place of what was set up before")
    if _SOMEWHERE.search(script.data) is None:
        return
    for command in script.calls("tee", "cp", "install", "mv"):
        target = command.plain[-1] if command.plain else ""
        if _PLACES.search(target) and not any(word.startswith(target) for word in command.plain[:-1]):
            yield _hit(command, target)
    for part, node in script.redirects:
        target = Word(node.named_children[-1]).shape if node.named_children else ""
        if b">" in (node.text or b"")[:3] and _PLACES.search(target):
            yield _at(script, part.base + node.start_byte, part.base + node.end_byte, target)


def _hit(command: Command, target: str) -> Hit:
    return _at(command.script, command.start, command.end, target)


def _at(script: Script, start: int, end: int, target: str) -> Hit:
    checked = any(mark in script.data for mark in _CHANGED)
    severity = Severity.HIGH if _GRAVE.search(target) and not checked else None
    return Hit(start, end, f"writes {shown(target)}, which works on after this script has ended", severity=severity)


RULE = Rule(
    id="sh-persistence",
    title="Something stays that runs or lets in later",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Scheduled jobs, keys and start-up files outlive the change that needed them, and are how an intruder stays.",
    fix="Let configuration management own the file, with its owner and its end; check sudo rules with `visudo -cf` first.",
    bad='echo "$KEY" >> ~/.ssh/authorized_keys\n',
    good='crontab -l > cron.before\ngrep -q "$KEY" ~/.ssh/authorized_keys\n',
    check=check,
)
