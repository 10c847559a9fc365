"""`rm -rf "$DIR/"`, where an empty `DIR` leaves `/`."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.files import is_system
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.bash.variables import least
from include.script_review.bash.word import Word
from include.script_review.rule import Hit, Rule


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls("rm"):
        if not {"r", "R", "--recursive"} & command.flags:
            continue
        for word in command.arguments:
            left = _left(command, word)
            if left and is_system(left):
                names = ", ".join(used.name for used in word.expansions)
                text = f"deletes {shown(left)} if {shown(names)} is empty: nothing here makes sure that it is not"
                yield Hit(command.start, command.end, text, severity=Severity.MEDIUM if _elsewhere(script) else None)
                break


def _elsewhere(script: Script) -> bool:
    """Does it read in other scripts, which may set the variable?"""
    return bool({"source", ".", "load"} & script.names)


def _left(command: Command, word: Word) -> str:
    """What is left of the word when its variables are empty; nothing where it uses none or they cannot be."""
    if not word.expansions or not word.shape.strip("\0"):
        return ""
    return least(command.script, word, command.start)


RULE = Rule(
    id="sh-rm-unguarded",
    title="A variable in front of `rm -rf` may be empty",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="An unset or empty variable turns the path into a directory of the system, and `rm -rf` does not ask.",
    fix='Write `"${DIR:?}/"`, which stops when it is empty, or test the variable before.',
    bad='#!/bin/bash\nBUILD=$1\nrm -rf "$BUILD/"*\n',
    good='#!/bin/bash\nrm -rf "${BUILD:?}/"*\nwork=$(mktemp -d)\nrm -rf "$work/"\n[ -n "$CACHE" ] && rm -rf "$CACHE/"\n',
    check=check,
)
