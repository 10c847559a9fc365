"""Everybody may write, or a system directory gets another owner."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.files import is_system
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule

# For everybody to write, without the sticky bit: 777, 0666, a+rwx, o+w.
_OPEN = re2.compile(r"^(0?[0-7]{2}[2367]|[ugoa]*[oa][ugoa]*[+=][rxXst]*w[rwxXst]*)$")


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("chmod"):
        if command.literals and (mode := _mode(command)) and not _own_place(command):
            yield command.hit(f"`chmod {shown(mode)}` lets every user of the host write")
    for command in script.calls("chmod", "chown", "chgrp"):
        target = next((text for text in command.plain[1:] if is_system(text)), "")
        if target and {"R", "--recursive"} & command.flags:
            severe = Severity.HIGH if target.count("/") < 2 else None
            yield Hit(command.start, command.end, f"changes all of {shown(target)}", severity=severe)


def _mode(command: Command) -> str:
    modes = [text for text in command.literals if not text.startswith("-")][:1]
    for mode in modes:
        parts = mode.split(",")
        if any(_OPEN.search(part) for part in parts) and not any("t" in part for part in parts):
            return mode
    return ""


def _own_place(command: Command) -> bool:
    """Is it a device or a socket of the script's own, which others are meant to reach?"""
    return all(text.startswith(("/dev/", "/var/run/", "/run/")) for text in command.plain[1:]) and len(command.plain) > 1


RULE = Rule(
    id="sh-permissions",
    title="Permissions are opened to everybody",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Who can write a file that another account reads or runs can act as that account.",
    fix="Give the one group that needs it what it needs: `chgrp app FILE && chmod 770 FILE`.",
    bad="chmod -R 777 /srv/app\n",
    good="chmod 1777 /srv/drop\nchmod 750 /srv/app\nchmod +x run.sh\nchmod u+w notes.txt\n",
    check=check,
)
