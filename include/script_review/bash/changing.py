"""Which functions of a shell script change state by themselves, and what each of them calls to do it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from include.script_review.bash.changes import changes_files, changes_system
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.changing import Changing
from include.script_review.source import Source


def changing(source: Source) -> list[Changing]:
    """In the order of the text, the script's top level first."""
    script = Script.of(source)
    within = {id(command) for function in script.functions for command in function.commands}
    top = sorted((command for command in script.own if id(command) not in within), key=attrgetter("start"))
    found = [("", _line(source, top), top), *((one.name, one.line, list(one.commands)) for one in script.functions)]
    return [
        Changing(source.path, source.language, name, line, commands)
        for name, line, called in found
        if (commands := tuple(map(_said, sorted(filter(_changes, called), key=attrgetter("start")))))
    ]


def _line(source: Source, commands: Iterable[Command]) -> int:
    """Where the top level first changes something."""
    return next((source.place(command.start)[0] for command in commands if _changes(command)), 1)


def _changes(command: Command) -> bool:
    return changes_system(command) or changes_files(command)


def _said(command: Command) -> str:
    """With the verb behind it, where it has one: `systemctl stop`."""
    verb = command.plain[0] if command.plain and changes_system(command) else ""
    return f"{command.name} {verb}" if verb.isalpha() else command.name
