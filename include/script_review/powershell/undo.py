"""What takes a change back, and where a script shows that it can."""

from __future__ import annotations

import re
from functools import lru_cache

from include.script_review.powershell.command import Command
from include.script_review.powershell.effects import Effect, Kind
from include.script_review.powershell.function import Function

_PAIRS = """
    add=remove disable=enable stop=start suspend=resume dismount=mount lock=unlock block=unblock revoke=grant
    unregister=register uninstall=install unpublish=publish remove=new remove=add remove=restore set=restore
    clear=restore deny=approve
"""
# Verb -> the verbs that take it back, both ways.
REVERSE: dict[str, set[str]] = {}
for _pair in _PAIRS.split():
    _one, _other = _pair.split("=")
    REVERSE.setdefault(_one, set()).add(_other)
    REVERSE.setdefault(_other, set()).add(_one)

# Verbs of commands that keep what was there.
_KEEPS = ("backup-", "checkpoint-", "export-", "save-", "compress-archive", "new-azsnapshot", "new-snapshot", "new-vmsnapshot")
_KEEP_WORDS = ("backup", "snapshot", "checkpoint", "restorepoint", "systemrestore", "before-image")
# What keeps it by a program, and the word that says so.
_NATIVE = {
    "reg": "export",
    "wbadmin": "start",
    "appcmd": "backup",
    "netsh": "export",
    "secedit": "/export",
    "vssadmin": "create",
}
_SAID_WORDS = (b"roll", b"undo", b"revert", b"back", b"restor", b"put ", b"reversal")
_SAID = re.compile(
    rb"\b(roll(ing|ed|s)?[ -]?back|undo|revert|back[ -]?out|restor(e|es|ed|ing)|put (it|them) back|backup|reversal)\b"
)


def opposite(effect: Effect, function: Function) -> bool:
    """Does the function, or one near to it that it calls, also have the command that takes this one back?"""
    verb, _, noun = effect.what.lower().partition("-")
    back = [f"{other}-{noun}" for other in REVERSE.get(verb, ())]
    return any(name in one.command_names for one in function.script.changes.near(function) for name in back)


def keeps(command: Command) -> bool:
    """Does this command keep what is there, so that it can be put back?"""
    if command.name == "copy-item":
        return any(word in command.text.lower() for word in ("backup", ".bak", ".old", "orig", "$bak", "save", "snapshot"))
    return _keeps_by_name(command.name) or (command.name in _NATIVE and _NATIVE[command.name] in command.literals())


@lru_cache(16_384)
def _keeps_by_name(name: str) -> bool:
    return name.startswith(_KEEPS) or any(word in name for word in _KEEP_WORDS)


def prepared(function: Function) -> bool:
    """Is what was there kept before, or does a `catch`, a `finally` or a word say how to go back?"""
    script = function.script
    if any(map(_keeps_by_name, script.by_name)) or any(map(keeps, script.named("copy-item", *_NATIVE))):
        return True
    if any(map(script.says, _SAID_WORDS)) and _SAID.search(script.lowered):
        return True
    return any(effect.kind is not Kind.RUN and in_handler(effect) for effect in script.changes.all)


def in_handler(effect: Effect) -> bool:
    """Does it stand in a `catch` or a `finally` of its function?"""
    handler = effect.by.script.handlers.at(effect.by.start)
    return handler is not None and handler.start_byte >= effect.by.function.start
