"""A configuration file is overwritten, and no copy of it is kept."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.bash.word import Word
from include.script_review.rule import Hit, Rule

_CONFIG = re2.compile(r"^/etc/[^\x00]*\w$")
_OWN = re2.compile(r"^/etc/(\S*\.d/|cron|apt/|default/|profile\.d|systemd/system/|sysctl\.d|yum\.repos)")
_COPY = re2.compile(r"([.-](new|old|tmp|dpkg\w*|dpkg-\w+|migrated|legacy)|-old)$")
_BACKUP = re2.compile(r"(?i)(\.bak|\.orig|\.old|\.save|backup|\.before|\.\$\(date|etckeeper|snapshot|\bgit (add|commit))")


def check(script: Script) -> Iterator[Hit]:
    if b"/etc/" not in script.data or _BACKUP.search(script.data.decode("utf-8", "replace")):
        return
    said: set[str] = set()
    for start, end, target in sorted(_overwrites(script)):
        # One that is looked for first is made where it was not there.
        if target not in said and target not in script.tested:
            said.add(target)
            yield Hit(start, end, f"overwrites {shown(target)} and keeps no copy of it")


def _overwrites(script: Script) -> Iterator[tuple[int, int, str]]:
    for command in script.calls("sed", "perl"):
        if any(word == "-i" or (word.startswith("-i") and command.name != "perl") for word in command.literals):
            yield from _of(command, command.plain[1:] or command.plain)
    for command in script.calls("cp", "mv", "tee"):
        keeps = {"b", "--backup", "n", "--no-clobber"} if command.name != "tee" else {"a", "--append"}
        if not keeps & command.flags:
            yield from _of(command, command.plain[-1:])
    for part, node in script.redirects:
        text = node.text or b""
        target = Word(node.named_children[-1]).shape if b"/etc/" in text and node.named_children else ""
        if text[:1] == b">" and text[:2] != b">>" and _is_config(target):
            yield part.base + node.start_byte, part.base + node.end_byte, target


def _of(command: Command, targets: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    target = next((one for one in targets if _is_config(one)), "")
    if target:
        yield command.start, command.end, target


def _is_config(path: str) -> bool:
    """A file that was there before, not one in a folder for such additions, nor a copy."""
    return bool(_CONFIG.search(path)) and not _OWN.search(path) and not _COPY.search(path)


RULE = Rule(
    id="sh-no-backup",
    title="Configuration is overwritten without a copy",
    category=Category.MISSING_ROLLBACK,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    why="When the service does not come back, what stood there before is what one needs, and it is gone.",
    fix="Copy it first (`cp -p FILE FILE.bak`), or edit with `sed -i.bak`, and say how to put it back.",
    bad="sed -i 's/PermitRootLogin yes/PermitRootLogin no/' /etc/ssh/sshd_config\n",
    good="cp -p /etc/ssh/sshd_config /etc/ssh/sshd_config.bak\nsed -i 's/yes/no/' /etc/ssh/sshd_config\n",
    check=check,
)
