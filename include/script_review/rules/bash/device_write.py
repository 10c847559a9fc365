"""A disk is written to directly."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.files import is_device
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.bash.tokens import with_fallback
from include.script_review.bash.word import Word
from include.script_review.rule import Hit, Rule

_LOOSE = r"\b(dd\s[^|;#]*of=/dev/(sd|nvme|vd|hd|xvd)|(mkfs(\.\w+)?|wipefs)\s[^|;#]*/dev/(sd|nvme|vd|hd|xvd))"
_SOMEWHERE = re2.compile(rb"/dev/(sd|nvme|vd|hd|xvd|disk/|mapper/|md|mmcblk|dm-|\"?\$)")
_TOOLS = ("wipefs", "blkdiscard", "mke2fs", "mkswap", "sgdisk", "sfdisk", "parted", "shred", "pvcreate", "cryptsetup")
_ONLY = {
    "wipefs": ("-a", "-af", "--all", "-fa", "-o"),
    "sgdisk": ("-Z", "-z", "--zap-all", "--zap", "-o", "--clear", "-d"),
    "parted": ("mklabel", "mktable", "rm", "mkpart"),
    "cryptsetup": ("luksFormat", "erase"),
}


def check(script: Script) -> Iterator[Hit]:
    yield from with_fallback(script, _found(script), _LOOSE, "overwrites a disk")


def _found(script: Script) -> Iterator[Hit]:
    if _SOMEWHERE.search(script.data) is None:
        return
    for command in script.calls("dd"):
        target = next((text[3:] for text in command.literals if text.startswith("of=")), "")
        if is_device(target):
            yield command.hit(f"overwrites {shown(target)}")
    makers = [name for name in script.names if name.startswith("mkfs")]
    for command in script.calls(*_TOOLS, *makers):
        if (target := _target(command)) and _destroys(command):
            yield command.hit(f"`{shown(command.name)}` destroys what {shown(target)} holds")
    for part, node in script.redirects:
        target = Word(node.named_children[-1]).shape if node.named_children else ""
        if is_device(target) and b">" in (node.text or b"")[:3]:
            yield Hit(part.base + node.start_byte, part.base + node.end_byte, f"overwrites {shown(target)}")


def _target(command: Command) -> str:
    return next((text for text in command.plain if is_device(text)), "")


def _destroys(command: Command) -> bool:
    wanted = _ONLY.get(command.name)
    return not command.has("--help", "-n", "--no-act") and (wanted is None or any(text in wanted for text in command.literals))


RULE = Rule(
    id="sh-device-write",
    title="A disk is overwritten",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="Device names are given out anew at each start: the same name may be another disk tomorrow, and nothing can be undone.",
    fix="Address the disk by its serial number under /dev/disk/by-id, show what it holds (`lsblk -f`), and ask before writing.",
    bad="mkfs.ext4 -F /dev/sdb1\n",
    good="lsblk -f /dev/sdb1\ndd if=/dev/sdb1 of=backup.img bs=4M\nmkfs.ext4 disk.img\n",
    check=check,
)
