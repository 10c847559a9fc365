"""Recursive deletion of a directory that belongs to the system or to the whole of a user."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.files import is_system, tidy
from include.script_review.bash.say import shown
from include.script_review.bash.script import Script
from include.script_review.bash.tokens import with_fallback
from include.script_review.rule import Hit, Rule

_LOOSE = r"\brm\s+(-\S+\s+)*-[a-zA-Z]*[rR][a-zA-Z]*\s+(-\S+\s+)*(/|/\*|~|~/\*|\"?\$HOME\"?)(\s|;|$)"


def check(script: Script) -> Iterator[Hit]:
    yield from with_fallback(script, _found(script), _LOOSE, "deletes a directory of the system, with everything in it")


def _found(script: Script) -> Iterator[Hit]:
    for command in script.calls("rm"):
        if {"r", "R", "--recursive"} & command.flags and (what := _broad(command)):
            yield command.hit(f"deletes {shown(what)}, with everything in it")
    for command in script.calls("find"):
        if command.has("-delete") and command.plain[:1] and is_system(command.plain[0]) and not _filtered(command):
            yield command.hit(f"deletes everything below {shown(command.plain[0])}")


def _broad(command: Command) -> str:
    for word in command.arguments:
        home = word.text.replace('"', "").replace("{", "").replace("}", "")
        if tidy(home) in ("~", "$HOME", "/root"):
            return home
        if word.literal is not None and is_system(word.literal) and not word.literal.startswith("/proc"):
            return word.literal
    return ""


def _filtered(command: Command) -> bool:
    """Does `find` choose: by name, age, owner?"""
    return any(
        text.startswith("-") and text not in ("-delete", "-depth", "-print", "-xdev", "-type") for text in command.literals
    )


RULE = Rule(
    id="sh-rm-broad",
    title="A whole system or home directory is deleted",
    category=Category.RISKY_OPERATION,
    severity=Severity.CRITICAL,
    why="There is no undo for this short of a restore, and the host may not start again.",
    fix="Name the files or the one subdirectory that is meant; keep a copy until the result is checked.",
    bad="rm -rf /var/lib/*\n",
    good='rm -rf /var/lib/myapp/cache\nfind /var/log -name "*.gz" -mtime +30 -delete\nrm -f "$HOME/.myapp.lock"\n',
    check=check,
)
